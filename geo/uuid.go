package geo

import "encoding/hex"

// UUID is an identifier of the BAN, or zero if the record has no identifier.
type UUID [16]byte

// ParseUUID reads a UUID as it is written, with its dashes; zero means no identifier.
func ParseUUID(s string) (id UUID, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return UUID{}, false
	}
	_, err := hex.Decode(id[:], []byte(s[:8]+s[9:13]+s[14:18]+s[19:23]+s[24:]))
	return id, err == nil && id != (UUID{})
}

// String writes the identifier with its dashes; "" for none.
func (id UUID) String() string {
	if id == (UUID{}) {
		return ""
	}
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
