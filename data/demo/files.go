package demo

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"perimetre/data"
	"perimetre/geo/fault"
)

// licence labels every file in sources.json.
const licence = "Territoire fictif : données inventées, sans valeur"

// output is a file of the demo being written: gzipped when its name says so,
// hashed on the way.
type output struct {
	*bufio.Writer
	rel  string
	file *os.File
	gzip *gzip.Writer
	sum  hash.Hash
	size int64
}

func (o *output) write(p []byte) (int, error) {
	o.sum.Write(p)
	o.size += int64(len(p))
	return o.file.Write(p)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func create(dir, rel string) (*output, error) {
	path := filepath.Join(dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "création de %s", rel)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "création de %s", rel)
	}
	o := &output{rel: rel, file: f, sum: sha256.New()}
	var w io.Writer = writerFunc(o.write)
	if strings.HasSuffix(rel, ".gz") {
		o.gzip, _ = gzip.NewWriterLevel(writerFunc(o.write), gzip.BestSpeed)
		w = o.gzip
	}
	o.Writer = bufio.NewWriterSize(w, 1<<16)
	return o, nil
}

// done flushes and closes; the first error of err and of those is returned.
func (o *output) done(err error) error {
	err = errors.Join(err, o.Flush())
	if o.gzip != nil {
		err = errors.Join(err, o.gzip.Close())
	}
	if err = errors.Join(err, o.file.Close()); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", o.rel)
	}
	return nil
}

// source returns the file's line in sources.json, as its entry of the catalogue with
// the demo's own territory.
func (o *output) source(id string, deps []string) (data.RawFile, error) {
	s, err := data.SourceByID(id)
	if err != nil {
		return data.RawFile{}, err
	}
	f := data.RawFile{Path: o.rel, Kind: s.Kind, Source: s.ID, Term: s.Term, Licence: licence, Bytes: o.size, Vintage: vintage,
		SHA256: hex.EncodeToString(o.sum.Sum(nil))}
	if s.Kind == data.KindZoning {
		f.Term.CompleteFor = deps
	}
	return f, nil
}

// writeTable writes a small CSV parted by semicolons.
func writeTable(dir, rel string, rows [][]string) (*output, error) {
	o, err := create(dir, rel)
	if err != nil {
		return nil, err
	}
	w := csv.NewWriter(o)
	w.Comma = ';'
	return o, o.done(w.WriteAll(rows))
}
