package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/time/rate"

	"perimetre/geo/fault"
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

// checkPassword refuses a new password that is too short, or the address itself.
func checkPassword(password, email string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < 12:
		return fault.New(fault.Input, "mot de passe trop court : 12 caractères au moins")
	case len(password) > 512:
		return fault.New(fault.Input, "mot de passe trop long")
	case strings.Contains(strings.ToLower(password), strings.ToLower(strings.SplitN(email, "@", 2)[0])):
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

// throttle slows down who tries passwords, by address of the network and by account.
type throttle struct {
	mu    sync.Mutex
	by    map[string]*rate.Limiter
	swept time.Time
}

func newThrottle() *throttle { return &throttle{by: map[string]*rate.Limiter{}, swept: time.Now()} }

// Tries allowed at once, then one more every interval.
const (
	triesAtOnce  = 10
	triesEvery   = 6 * time.Second
	lockAfter    = 10
	lockFor      = 15 * time.Minute
	maxThrottled = 100_000
)

// allow counts a try from an address at an account.
func (t *throttle) allow(client netip.Addr, account string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.swept) > 10*time.Minute || len(t.by) > maxThrottled {
		for k, l := range t.by {
			if l.Tokens() >= triesAtOnce {
				delete(t.by, k)
			}
		}
		t.swept = time.Now()
	}
	ok := true
	for _, k := range []string{"@" + client.String(), account} {
		l := t.by[k]
		if l == nil {
			l = rate.NewLimiter(rate.Every(triesEvery), triesAtOnce)
			t.by[k] = l
		}
		ok = l.Allow() && ok
	}
	return ok
}
