package report

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
)

var contentType = regexp.MustCompile(`<(?:Default|Override) [^>]*></(?:Default|Override)>`)

// writeRepeatable copies a workbook so that the same cells give the same bytes:
// parts in the order of their names, and their list of types sorted, which the
// library writes in the order of a map.
func writeRepeatable(w io.Writer, book *bytes.Buffer) error {
	in, err := zip.NewReader(bytes.NewReader(book.Bytes()), int64(book.Len()))
	if err != nil {
		return err
	}
	files := slices.Clone(in.File)
	slices.SortFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, f := range files {
		r, err := f.Open()
		if err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return err
		}
		if f.Name == "[Content_Types].xml" {
			types := contentType.FindAllString(string(b), -1)
			slices.Sort(types)
			rest := contentType.ReplaceAllString(string(b), "")
			b = []byte(strings.Replace(rest, "</Types>", strings.Join(types, "")+"</Types>", 1))
		}
		part, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := part.Write(b); err != nil {
			return err
		}
	}
	return out.Close()
}
