package residency

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"perimetre/geo"
	"perimetre/geo/address"
)

// NormaliserVersion names the way address.FoldString writes a text: it is part of each key, so
// that a change of the normaliser never hands a decision to another address.
const NormaliserVersion = "1"

// Verdict is what a person answered.
type Verdict string

const (
	SaysIn     Verdict = "dans le QPV"
	SaysOut    Verdict = "hors QPV"
	SaysCannot Verdict = "ne permet pas de conclure"
)

// ParseVerdict reads a person's answer whatever its case: dans, dans le QPV,
// oui; hors, hors QPV, non; ne permet pas de conclure.
func ParseVerdict(s string) (Verdict, bool) {
	switch address.FoldString(s) {
	case "dans", "dans le qpv", "oui":
		return SaysIn, true
	case "hors", "hors qpv", "hors du qpv", "non":
		return SaysOut, true
	case "ne permet pas de conclure", "ne permet pas", "indecidable":
		return SaysCannot, true
	}
	return "", false
}

// Manual is a person's decision on an address under one perimeter.
type Manual struct {
	Verdict Verdict
	Code    string // the zone, when known
	Basis   string // position on the map, proof of address seen, …
	Author  string
	On      geo.Date // day of the decision
}

// Manuals finds a person's decision on a text as typed, in a commune (INSEE of
// today, maybe empty), under the version of a perimeter.
type Manuals interface {
	Lookup(text, commune, perimeter string) (Manual, bool)
}

// Ledger is a set of decisions by key. Secret makes the keys an HMAC; without
// it they are a plain hash, which a dictionary of addresses can undo.
type Ledger struct {
	Secret []byte
	ByKey  map[string]Manual
}

// Lookup implements Manuals.
func (l *Ledger) Lookup(text, commune, perimeter string) (Manual, bool) {
	if len(l.ByKey) == 0 {
		return Manual{}, false
	}
	m, ok := l.ByKey[Key(l.Secret, text, commune, perimeter)]
	return m, ok
}

// Key returns the hexadecimal HMAC-SHA256 (SHA-256 without a secret) of the
// normaliser's version, the normalised text, the commune and the version of the
// perimeter.
func Key(secret []byte, text, commune, perimeter string) string {
	h := sha256.New()
	if len(secret) > 0 {
		h = hmac.New(sha256.New, secret)
	}
	for _, s := range [...]string{NormaliserVersion, address.FoldString(text), commune, perimeter} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}
