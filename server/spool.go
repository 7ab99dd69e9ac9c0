package server

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"time"

	"perimetre/geo/fault"
)

// patience is how long a client may keep a transfer still, in either direction.
const patience = 60 * time.Second

// upload is a multipart body: one file, spooled to an unlinked temporary file so
// that nothing of it outlives the request, and the form's other fields.
type upload struct {
	*os.File
	name   string // as the client calls the file
	fields url.Values
}

// readUpload reads a whole multipart body. The file is the part named data (or
// file); it may not be larger than limit bytes, 0 being without limit.
func readUpload(w http.ResponseWriter, r *http.Request, limit int64) (u *upload, err error) {
	body := &slowly{r.Body, func() { http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience)) }}
	r.Body = body
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, &badRequest{[]string{"corps : multipart/form-data avec une partie « data » est attendu"}}
	}
	u = &upload{fields: url.Values{}}
	defer func() {
		if err != nil {
			u.discard()
		}
	}()
	var others int64 = maxBody
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return u, &badRequest{[]string{"corps : multipart interrompu ou illisible"}}
		}
		if name := part.FormName(); name == "data" || name == "file" {
			if u.File != nil {
				return u, &badRequest{[]string{"data : un seul fichier à la fois"}}
			}
			if err := u.spool(part, limit); err != nil {
				return u, err
			}
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, others+1))
		if err != nil {
			return u, &badRequest{[]string{"corps : multipart interrompu"}}
		}
		if others -= int64(len(b)); others < 0 {
			return u, fault.New(fault.TooLarge, "champs du formulaire trop grands")
		}
		u.fields.Add(part.FormName(), string(b))
	}
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience)) // the time of the upload does not count
	if u.File == nil {
		return u, &badRequest{[]string{"data : le fichier est attendu"}}
	}
	if _, err := u.Seek(0, io.SeekStart); err != nil {
		return u, fault.Wrap(fault.Internal, err, "relecture de l’envoi")
	}
	return u, nil
}

func (u *upload) spool(part *multipart.Part, limit int64) error {
	f, err := os.CreateTemp("", "perimetre-")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "fichier temporaire")
	}
	os.Remove(f.Name())
	u.File, u.name = f, part.FileName()
	if u.name == "" {
		u.name = "data"
	}
	var in io.Reader = part
	if limit > 0 {
		in = io.LimitReader(part, limit+1)
	}
	n, err := io.Copy(f, in)
	if limit > 0 && n > limit {
		return fault.New(fault.TooLarge, "fichier de plus de %d Mo", limit>>20)
	}
	if err != nil {
		return &badRequest{[]string{"data : envoi interrompu"}}
	}
	return nil
}

func (u *upload) discard() {
	if u.File != nil {
		u.File.Close()
	}
}

// slowly gives each read some time more.
type slowly struct {
	io.ReadCloser
	more func()
}

func (s *slowly) Read(p []byte) (int, error) {
	s.more()
	return s.ReadCloser.Read(p)
}

// patient gives each write some time more, and passes on what was written now
// and then, so that a reader sees the answer come.
type patient struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func newPatient(w http.ResponseWriter) *patient {
	return &patient{w, http.NewResponseController(w)}
}

func (p *patient) Write(b []byte) (int, error) {
	p.rc.SetWriteDeadline(time.Now().Add(patience))
	return p.w.Write(b)
}
