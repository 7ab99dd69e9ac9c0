package data

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"perimetre/geo/fault"
)

// Export writes the current pack of a PACK folder as one file: a tar of its manifest, its
// signature if it has one and its files, compressed by zstd. The same pack always produces the
// same bytes. Every file is checked against its sum on the way: a damaged pack is not
// exported. progress receives the bytes read, of the total.
func Export(pack string, w io.Writer, progress func(done, total int64)) (Manifest, error) {
	dir, err := packDir(pack)
	if err != nil {
		return Manifest{}, err
	}
	m, err := readManifest(dir)
	if err != nil {
		return m, err
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
	if err != nil {
		return m, fault.Wrap(fault.Internal, err, "compression")
	}
	e := exporter{dir: dir, tar: tar.NewWriter(z), at: m.BuiltAt, progress: progress}
	for _, f := range m.Files {
		e.total += f.Bytes
	}
	for _, name := range sealFiles[:2] { // the key that verified it here proves nothing elsewhere
		if err := e.small(name); err != nil {
			return m, err
		}
	}
	for _, f := range m.Files {
		if err := e.file(f); err != nil {
			return m, err
		}
	}
	if err := errors.Join(e.tar.Close(), z.Close()); err != nil {
		return m, fault.Wrap(fault.Internal, err, "écriture du fichier exporté")
	}
	return m, nil
}

// exporter writes one pack in a tar.
type exporter struct {
	dir         string
	tar         *tar.Writer
	at          time.Time
	done, total int64
	progress    func(done, total int64)
}

func (e *exporter) header(name string, size int64) error {
	h := tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o444, Size: size, ModTime: e.at}
	if err := e.tar.WriteHeader(&h); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s dans le fichier exporté", name)
	}
	return nil
}

// small writes a file that the manifest does not list, if it is there.
func (e *exporter) small(name string) error {
	b, err := os.ReadFile(filepath.Join(e.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fault.Wrap(fault.Internal, err, "lecture de %s", name)
	}
	if err := e.header(name, int64(len(b))); err != nil {
		return err
	}
	if _, err := e.tar.Write(b); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s dans le fichier exporté", name)
	}
	return nil
}

// file writes a file of the pack, whose bytes must have the sum that the manifest states.
func (e *exporter) file(f PackFile) error {
	path := filepath.Join(e.dir, f.Name)
	in, err := os.Open(path)
	if err != nil {
		return &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier du référentiel illisible", Err: unpath(err)}
	}
	defer in.Close()
	if st, err := in.Stat(); err != nil || st.Size() != f.Bytes {
		return &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier tronqué ; reconstruire avec « perimetre data build »"}
	}
	if err := e.header(f.Name, f.Bytes); err != nil {
		return err
	}
	sum := sha256.New()
	told := countWriter(func(n int) {
		e.done += int64(n)
		e.progress(e.done, e.total)
	})
	if _, err := io.Copy(io.MultiWriter(e.tar, sum, told), in); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s dans le fichier exporté", f.Name)
	}
	if seen := hex.EncodeToString(sum.Sum(nil)); seen != f.SHA256 {
		return &fault.Error{Kind: fault.Corrupt, File: path, Message: "octets endommagés ; reconstruire avec « perimetre data build »", Expected: "sha256 " + f.SHA256, Seen: seen}
	}
	return nil
}
