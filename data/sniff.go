package data

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"perimetre/data/download"
	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// contentOf reads a file that was just received, to its end: it must be whole
// and be data. It gives the extension that its content calls for, ".gz" included,
// empty when the content does not tell. name is for messages.
func contentOf(path, name string) (ext string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "lecture de %s", path)
	}
	defer f.Close()
	bad := func(message string) error {
		return &fault.Error{Kind: fault.Network, Message: name + " : " + message}
	}
	r := bufio.NewReaderSize(f, 64<<10)
	head, _ := r.Peek(1024)
	switch {
	case len(head) == 0:
		return "", bad("fichier vide")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		st, err := f.Stat()
		if err != nil {
			return "", fault.Wrap(fault.Internal, err, "lecture de %s", path)
		}
		if _, err := bound.OpenZip(name, f, st.Size()); err != nil {
			return "", bad("archive zip tronquée ou endommagée")
		}
		return ".zip", nil
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := bound.Gunzip(name, r, 0)
		if err != nil {
			return "", bad("fichier gzip tronqué ou endommagé")
		}
		inner := bufio.NewReaderSize(z, 64<<10)
		head, _ := inner.Peek(1024)
		if isHTML(head) {
			return "", download.HTMLFault(name)
		}
		if _, err := io.Copy(io.Discard, inner); err != nil {
			if fault.KindOf(err) == fault.TooLarge {
				return "", err
			}
			return "", bad("fichier gzip tronqué ou endommagé")
		}
		return textExt(head) + ".gz", nil
	case isHTML(head):
		return "", download.HTMLFault(name)
	}
	ext = textExt(head)
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		r.Discard(3)
	}
	if ext == ".json" {
		if err := wholeJSON(r, bad); err != nil {
			return "", err
		}
	}
	return ext, nil
}

func isHTML(head []byte) bool {
	s := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n"))
	return strings.HasPrefix(s, "<!doctype html") || strings.HasPrefix(s, "<html") || strings.HasPrefix(s, "<head")
}

// textExt tells JSON and GeoPackage from text of another kind.
func textExt(head []byte) string {
	s := strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n")
	switch {
	case strings.HasPrefix(s, "SQLite format 3"):
		return ".gpkg"
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
		return ".json"
	}
	return ""
}

// Limits of a JSON file: the bytes of one text, and the lists and objects within one
// another.
const (
	maxToken = 16 << 20
	maxDepth = 1000
)

// wholeJSON reads one JSON value, or one a line, to its end. An answer of the
// directory's API that holds fewer records than it counts is refused.
func wholeJSON(r io.Reader, bad func(string) error) error {
	items := bound.NewItems("", "texte JSON", r, maxToken)
	dec := json.NewDecoder(items)
	depth := 0
	var key string
	total, records := -1, -1
	for {
		items.Next()
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			break
		}
		if err != nil {
			return bad("JSON tronqué ou illisible")
		}
		switch v := tok.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				if depth++; depth > maxDepth {
					return bad("JSON de trop de niveaux")
				}
				if depth == 2 && key == "results" {
					records = 0
				} else if depth == 3 && records >= 0 && key == "results" {
					records++
				}
			} else if depth--; depth == 1 {
				key = ""
			}
		case string:
			if depth == 1 {
				key = v
			}
		case float64:
			if depth == 1 && key == "total_count" {
				total = int(v)
			}
		}
	}
	if total > records && records >= 0 {
		return bad("liste incomplète : le serveur annonce plus de fiches qu’il n’en donne")
	}
	return nil
}

// sumFile returns the SHA-256 of a file, in hexadecimal, and its length.
func sumFile(path string) (sum string, n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fault.Wrap(fault.Internal, err, "lecture de %s", path)
	}
	defer f.Close()
	h := sha256.New()
	if n, err = io.Copy(h, f); err != nil {
		return "", 0, fault.Wrap(fault.Internal, err, "lecture de %s", path)
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}
