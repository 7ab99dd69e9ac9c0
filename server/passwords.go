package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

// Parameters of argon2id: those that OWASP advises (19 MiB, two passes).
const (
	argonMemory = 19 << 10 // KiB
	argonTime   = 2
	argonLanes  = 1
)

// hashing bounds the memory that passwords being hashed take together.
var hashing = make(chan struct{}, 4)

// HashPassword encodes a password as argon2id does.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	hashing <- struct{}{}
	sum := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, 32)
	<-hashing
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, e.EncodeToString(salt), e.EncodeToString(sum))
}

// passwordMatches compares in constant time; a hash that is none matches nothing,
// in the same time.
func passwordMatches(encoded, password string) bool {
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

// checkPassword refuses a new password that is too short, made of a few characters
// or of a run of them, or that has the account's address in it.
func checkPassword(password, email string) error {
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

// secretText is a text that nobody can guess.
func secretText() string { return strings.ToLower(rand.Text() + rand.Text()[:6]) }

// hashText is how a token or a link is kept: it is long and random, so that one
// pass of SHA-256 is enough.
func hashText(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// throttle slows down who tries passwords, by address of the network and by account;
// all the processes of a database count together.
type throttle struct {
	store  *store.Store
	atOnce int
}

// Tries at an account allowed at once, then one more every interval; wrong passwords that lock an
// account, and for how long.
const (
	triesAtOnce = 10
	triesEvery  = 6 * time.Second
	office      = 6 // times as many from one address of the network
	lockAfter   = 10
	lockFor     = 15 * time.Minute
)

// allow counts a try from an address, and at an account when one is named. Neither
// is kept: the doors are named by hashes.
func (t throttle) allow(ctx context.Context, client netip.Addr, account string) (bool, error) {
	secret, err := t.store.Secret(ctx)
	if err != nil {
		return false, err
	}
	type door struct {
		name   string
		atOnce int
		every  time.Duration
	}
	// A whole office may share an address, and sign in at the same hour.
	doors := []door{{"réseau " + network(client), office * t.atOnce, triesEvery / office}}
	if account != "" {
		doors = append(doors, door{"compte " + account, t.atOnce, triesEvery})
	}
	ok := true
	for _, d := range doors {
		h := hmac.New(sha256.New, secret)
		io.WriteString(h, d.name)
		pass, err := t.store.Knock(ctx, hex.EncodeToString(h.Sum(nil)), time.Now(), d.atOnce, d.every)
		if err != nil {
			return false, err
		}
		ok = ok && pass
	}
	return ok, nil
}

// network is the address of who tries: in IPv6 a subscriber has a whole /64.
func network(client netip.Addr) string {
	if client.Is6() {
		if p, err := client.Prefix(64); err == nil {
			return p.String()
		}
	}
	return client.String()
}
