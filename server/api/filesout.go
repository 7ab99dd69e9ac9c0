package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"perimetre/export"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// followCohort tells how far an import is, by server-sent events, until it ends.
func (s *API) followCohort(w http.ResponseWriter, r *http.Request) error {
	c, err := s.People.File(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(w)
	last := ""
	beat := time.NewTicker(300 * time.Millisecond)
	defer beat.Stop()
	for quiet := 0; ; {
		if c, err = s.People.File(r.Context(), access.Who(r), c.ID); err != nil {
			return httpio.CutShort(err)
		}
		b, _ := json.Marshal(map[string]any{"state": c.State, "rows": c.Rows, "rows_done": c.RowsDone, "error": c.Error, "studying": c.Studying})
		quiet++
		rc.SetWriteDeadline(time.Now().Add(httpio.Patience))
		switch {
		case string(b) != last:
			last, quiet = string(b), 0
			fmt.Fprintf(w, "event: progress\ndata: %s\n\n", b)
		case quiet > 50: // keeps proxies from closing the line
			quiet = 0
			io.WriteString(w, ": ici\n\n")
		}
		if err := rc.Flush(); err != nil {
			return nil // the reader left
		}
		if c.State != store.Running && !c.Studying {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-s.Context.Done():
			return nil
		case <-beat.C:
		}
	}
}

// downloadCohort returns the flagged table of a file.
func (s *API) downloadCohort(w http.ResponseWriter, r *http.Request) error {
	t, err := s.People.Flagged(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.SendTableBy(w, t.Name, t.Delimiter, func(out *export.Writer) error { return t.Write(out) })
}
