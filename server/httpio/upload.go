package httpio

import (
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strconv"

	"perimetre/french"
	"perimetre/geo/fault"
)

// Upload is a multipart body: one file, spooled to an unlinked temporary file so
// that nothing of it outlives the request, and the form's other fields.
type upload struct {
	*os.File
	Name   string // as the client calls the file
	Fields url.Values
}

// ReadUpload reads a whole multipart body with one file. The file is the part named
// data (or file); it may not be larger than limit bytes, 0 being without limit.
func ReadUpload(w http.ResponseWriter, r *http.Request, limit int64) (*upload, error) {
	list, err := ReadUploads(w, r, limit, 1)
	if err == nil && len(list) == 0 {
		err = Refused("data : le fichier est attendu")
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// ReadUploads reads a whole multipart body with at most so many files, each of limit
// bytes at most; they share the form's other fields. A part without a name, which a
// browser sends when nothing was chosen, is no file. The caller discards them.
func ReadUploads(w http.ResponseWriter, r *http.Request, limit int64, most int) (list []*upload, err error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, Refused("corps : multipart/form-data avec une partie « data » est attendu")
	}
	fields := url.Values{}
	defer func() {
		if err != nil {
			Discard(list)
			list = nil
		}
	}()
	var others int64 = MaxBody
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, Refused("corps : multipart interrompu ou illisible")
		}
		if name := part.FormName(); name == "data" || isFile(name) {
			if isFile(name) && part.FileName() == "" {
				continue
			}
			if len(list) == most {
				return list, Refused("data : " + strconv.Itoa(most) + " " + french.Plural(most, "seul fichier", "fichiers") + " à la fois")
			}
			u := &upload{Fields: fields}
			list = append(list, u)
			if err := u.spool(part, limit); err != nil {
				return list, err
			}
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, others+1))
		if err != nil {
			return list, Refused("corps : multipart interrompu")
		}
		if others -= int64(len(b)); others < 0 {
			return list, fault.New(fault.TooLarge, "champs du formulaire trop grands")
		}
		if name := part.FormName(); !isPlain(name) || !isPlain(string(b)) {
			return list, errNotPlain("champ du formulaire")
		}
		fields.Add(part.FormName(), string(b))
	}
	for _, u := range list {
		if _, err := u.Seek(0, io.SeekStart); err != nil {
			return list, fault.Wrap(fault.Internal, err, "relecture de l’envoi")
		}
	}
	return list, nil
}

// isFile reports whether a part of a form holds a file that a browser chose, by the name
// of the API's forms or of the pages'.
func isFile(name string) bool { return name == "file" || name == "fichier" }

// Discard closes files, which frees their space.
func Discard(list []*upload) {
	for _, u := range list {
		u.Discard()
	}
}

func (u *upload) spool(part *multipart.Part, limit int64) error {
	f, err := os.CreateTemp("", "perimetre-")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "fichier temporaire")
	}
	os.Remove(f.Name())
	u.File, u.Name = f, part.FileName()
	if u.Name == "" {
		u.Name = "data"
	}
	var in io.Reader = part
	if limit > 0 {
		in = io.LimitReader(part, limit+1)
	}
	n, err := io.Copy(f, in)
	if limit > 0 && n > limit {
		return fault.New(fault.TooLarge, "fichier de plus de %d Mo", limit>>20)
	}
	var disk *fs.PathError // the copy's own file: what the client sends has no path
	if errors.As(err, &disk) {
		return fault.Wrap(fault.Internal, err, "fichier temporaire")
	}
	if err != nil {
		return Refused("data : envoi interrompu")
	}
	return nil
}

func (u *upload) Discard() {
	if u.File != nil {
		u.File.Close()
	}
}
