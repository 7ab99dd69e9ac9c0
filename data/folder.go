package data

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"perimetre/data/download"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// fromFolder copies the files of a wanted source from a folder that is laid out
// as RAW; it tells whether there are any.
func (f *fetcher) fromFolder(files []RawFile, w Wanted) (bool, error) {
	found := false
	for _, file := range files {
		if file.answers(w) {
			found = true
			if err := f.copy(file); err != nil {
				return true, err
			}
		}
	}
	return found, nil
}

// copy brings one file of the folder From.
func (f *fetcher) copy(line RawFile) error {
	rel := line.Path
	from := filepath.Join(f.From, filepath.FromSlash(rel))
	dest := filepath.Join(f.Raw, filepath.FromSlash(rel))
	st, err := os.Stat(from)
	if err != nil {
		return fault.Wrap(fault.NotFound, err, "fichier absent : %s", from)
	}
	if f.Trial {
		if _, err := contentOf(from, from); err != nil {
			return err
		}
		f.report.Fetched = append(f.report.Fetched, rel)
		return nil
	}
	if err := copyFile(from, dest+".part", func(done int64) { f.Progress(rel, done, st.Size()) }); err != nil {
		return err
	}
	if _, err := contentOf(dest+".part", from); err != nil {
		download.Drop(dest)
		return err
	}
	sum, n, err := sumFile(dest + ".part")
	if err != nil {
		return err
	}
	if want := line.SHA256; want != "" && want != sum {
		download.Drop(dest)
		return &fault.Error{Kind: fault.Input, File: from, Message: "somme de contrôle fausse", Expected: "sha256 " + want, Seen: sum}
	}
	if err := atomicfile.Rename(dest+".part", dest); err != nil {
		return fault.Wrap(fault.Internal, err, "mise en place de %s", rel)
	}
	return f.record(line, RawFile{Path: rel, SHA256: sum, Bytes: n, Vintage: geo.DateOf(st.ModTime()).String(),
		FetchedAt: time.Now().UTC().Truncate(time.Second)}, false)
}

// copyFile copies bytes to a new file, telling how many.
func copyFile(from, to string, progress func(int64)) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fault.Wrap(fault.Internal, err, "création de %s", filepath.Dir(to))
	}
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "fichier absent : %s", from)
	} else if err != nil {
		return fault.Wrap(fault.Internal, err, "lecture de %s", from)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", to)
	}
	var done int64
	_, err = io.Copy(io.MultiWriter(out, countWriter(func(n int) { done += int64(n); progress(done) })), in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", to)
	}
	return nil
}

type countWriter func(n int)

func (c countWriter) Write(p []byte) (int, error) { c(len(p)); return len(p), nil }
