package data

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// SourcesFile is the name of the list of files in a RAW folder.
const SourcesFile = "sources.json"

// RawFile is a line of sources.json: a file of the RAW folder and what it is.
type RawFile struct {
	Path   string `json:"path"` // below RAW, with slashes
	Kind   Kind   `json:"kind"`
	Source string `json:"source,omitempty"` // of the catalogue
	Term
	URL       string    `json:"url,omitempty"`
	SHA256    string    `json:"sha256,omitempty"`
	Bytes     int64     `json:"bytes,omitempty"`
	ETag      string    `json:"etag,omitempty"`
	Vintage   string    `json:"vintage,omitempty"` // AAAA-MM-JJ: last change according to the server or the folder
	FetchedAt time.Time `json:"fetched_at,omitzero"`
	Licence   string    `json:"licence,omitempty"`
}

// RawList is sources.json.
type RawList struct {
	Format int       `json:"format"` // 1
	Files  []RawFile `json:"files"`
}

// rawFormat is the format of sources.json.
const rawFormat = 1

// ReadRawList reads sources.json of a RAW folder; without one the list is empty.
func ReadRawList(raw string) (RawList, error) {
	path := filepath.Join(raw, SourcesFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return RawList{Format: rawFormat}, nil
	}
	if err != nil {
		return RawList{}, fault.Wrap(fault.Internal, err, "lecture de %s", path)
	}
	return parseRawList(path, b)
}

func parseRawList(path string, b []byte) (RawList, error) {
	var l RawList
	if err := json.Unmarshal(b, &l); err != nil {
		return l, &fault.Error{Kind: fault.Input, File: path, Message: "liste des sources illisible", Err: err}
	}
	if l.Format != rawFormat {
		return l, &fault.Error{Kind: fault.Input, File: path, Message: "liste des sources d’une autre version",
			Expected: "format 1", Seen: "format " + strconv.Itoa(l.Format)}
	}
	for _, f := range l.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return l, &fault.Error{Kind: fault.Input, File: path, Message: "chemin hors du dossier", Seen: f.Path}
		}
	}
	return l, nil
}

// Write puts sources.json in the RAW folder, at once or not at all.
func (l RawList) Write(raw string) error {
	l.Format = rawFormat
	slices.SortStableFunc(l.Files, func(a, b RawFile) int {
		return strings.Compare(a.Path, b.Path)
	})
	b, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", SourcesFile)
	}
	return writeAtomically(filepath.Join(raw, SourcesFile), append(b, '\n'))
}

// Set adds a line, or replaces the line of the same path.
func (l *RawList) Set(f RawFile) {
	l.Remove(f.Path)
	l.Files = append(l.Files, f)
}

// Remove takes away the line of a path.
func (l *RawList) Remove(path string) {
	l.Files = slices.DeleteFunc(l.Files, func(f RawFile) bool { return f.Path == path })
}

// Find returns the line of a path.
func (l RawList) Find(path string) (RawFile, bool) {
	for _, f := range l.Files {
		if f.Path == path {
			return f, true
		}
	}
	return RawFile{}, false
}

// writeAtomically writes a small file beside its place, then renames it.
func writeAtomically(path string, b []byte) error {
	tmp := path + ".tmp"
	f, err := os.Create(tmp)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = atomicfile.Rename(tmp, path)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	return nil
}
