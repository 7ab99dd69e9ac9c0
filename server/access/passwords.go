package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"perimetre/geo/fault"
)

// Parameters of argon2id: as OWASP advises (19 MiB, two passes).
const (
	argonMemory = 19 << 10 // KiB
	argonTime   = 2
	argonLanes  = 1
)

// hashing bounds the memory that passwords being hashed take together.
var hashing = make(chan struct{}, 4)

// HashPassword returns a password hashed by argon2id, with its parameters and salt.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	hashing <- struct{}{}
	sum := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, 32)
	<-hashing
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, e.EncodeToString(salt), e.EncodeToString(sum))
}

// PasswordMatches reports whether a password is the one that was hashed, in constant
// time. A text that is not a hash of argon2id matches nothing, in the same time.
func PasswordMatches(encoded, password string) bool {
	var version, memory, passes uint32
	var lanes uint8
	salt, want := []byte("0123456789abcdef"), make([]byte, 32)
	known := false
	if parts := strings.Split(encoded, "$"); len(parts) == 6 && parts[1] == "argon2id" {
		_, err1 := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes)
		s, err2 := base64.RawStdEncoding.DecodeString(parts[4])
		w, err3 := base64.RawStdEncoding.DecodeString(parts[5])
		if known = err1 == nil && err2 == nil && err3 == nil && version == argon2.Version && memory <= 1<<20 && len(w) >= 16; known {
			salt, want = s, w
		}
	}
	if !known {
		memory, passes, lanes = argonMemory, argonTime, argonLanes
	}
	hashing <- struct{}{}
	sum := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	<-hashing
	return subtle.ConstantTimeCompare(sum, want) == 1 && known
}

// CheckPassword returns a fault of kind Input for a new password that is too short, made
// of a few characters or of a run of them, or that has the account's address in it.
func CheckPassword(password, email string) error {
	distinct := map[rune]bool{}
	runs, before := 0, rune(0)
	for _, c := range strings.ToLower(password) {
		distinct[c] = true
		if c-before == 1 || before-c == 1 {
			runs++
		}
		before = c
	}
	n := utf8.RuneCountInString(password)
	name, _, _ := strings.Cut(strings.ToLower(email), "@")
	switch {
	case n < 12:
		return fault.New(fault.Input, "mot de passe trop court : 12 caractères au moins")
	case len(password) > 512:
		return fault.New(fault.Input, "mot de passe trop long")
	case len(distinct) < 5 || runs > n/2:
		return fault.New(fault.Input, "mot de passe trop simple : plusieurs mots sans rapport conviennent")
	case len(name) >= 4 && strings.Contains(strings.ToLower(password), name):
		return fault.New(fault.Input, "le mot de passe ne doit pas contenir l’adresse du compte")
	}
	return nil
}
