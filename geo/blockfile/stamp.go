package blockfile

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"

	"crypto/sha256"

	"perimetre/geo/fault"
)

// The build id stands after the header's fields, which have a checksum of their own,
// in what files of before left zero.
const (
	buildAt   = 40
	BuildSize = 16 // characters of a build id
	buildEnd  = buildAt + BuildSize
)

// buildIn reads the build id of a header; ok is false for a damaged one, and the id
// empty for a file that was not stamped.
func buildIn(h []byte) (id string, ok bool) {
	sum := binary.LittleEndian.Uint32(h[buildEnd:])
	b := h[buildAt:buildEnd]
	if sum == 0 && string(b) == string(make([]byte, BuildSize)) {
		return "", true
	}
	return string(b), sum == stampSum(b)
}

// stampSum is never 0, which says that there is no stamp.
func stampSum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) | 1 }

// Fingerprint sums the header and the table of a file, and with them its sections by
// their checksums: two files of one content, stamped or not, have one fingerprint.
func Fingerprint(path string) (sum string, err error) {
	m, err := Map(path, headerSize)
	if err != nil {
		return "", err
	}
	defer m.Close()
	defer Recover(&err, Guard())
	b := m.Bytes()
	off, n := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
	if size := uint64(len(b)); off > size || n > size-off {
		return "", &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier tronqué"}
	}
	h := sha256.New()
	h.Write(b[:buildAt])
	h.Write(b[off : off+n])
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Stamp writes the build id of BuildSize characters that a file belongs to in its
// header.
func Stamp(path, id string) error {
	if len(id) != BuildSize {
		return fault.New(fault.Internal, "identifiant de construction de %d caractères", len(id))
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "ouverture de %s", path)
	}
	b := binary.LittleEndian.AppendUint32([]byte(id), stampSum([]byte(id)))
	_, err = f.WriteAt(b, buildAt)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	return nil
}

// BuildOf reads the build id of a file, "" when it has none. A file too short, or
// whose header is damaged, is a fault of kind Corrupt, an absent one of kind NotFound.
func BuildOf(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", fault.New(fault.NotFound, "fichier absent : %s", path)
	}
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "ouverture de %s", path)
	}
	defer f.Close()
	h := make([]byte, headerSize)
	if _, err := io.ReadFull(f, h); err != nil {
		return "", &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier tronqué"}
	}
	id, ok := buildIn(h)
	if !ok {
		return "", &fault.Error{Kind: fault.Corrupt, File: path, Message: "en-tête endommagé"}
	}
	return id, nil
}
