package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
)

// followCohort tells how far an import is, by server-sent events, until it ends.
func (s *Server) followCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	f, err := s.ownFile(r)
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
		if f, err = s.store.File(r.Context(), f.ID); err != nil {
			return httpio.CutShort(err)
		}
		c, err := s.describe(r.Context(), &f)
		if err != nil {
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
		if f.State != store.Running && !c.Studying {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-s.ctx.Done():
			return nil
		case <-beat.C:
		}
	}
}

// downloadCohort gives the flagged table of a file.
func (s *Server) downloadCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	if f.State != store.Imported {
		return fault.New(fault.Conflict, "l’import de ce fichier n’est pas terminé")
	}
	if err := s.journal(r, principalOf(r), "téléchargement du fichier marqué", f.Unit, f.ID, f.Rows); err != nil {
		return err
	}
	return sendTable(w, "fichier-marque-"+f.ID[:8]+".csv", func(out *table.Writer) error {
		_, err := people.Export(r.Context(), s.store, store.PeopleQuery{Unit: f.Unit, FileID: f.ID}, "", nil, out)
		return err
	})
}

// sendTable streams a table that a spreadsheet opens: XLSX by the name's extension,
// else CSV.
func sendTable(w http.ResponseWriter, name string, write func(*table.Writer) error) error {
	h := w.Header()
	workbook := strings.HasSuffix(name, ".xlsx")
	h.Set("Content-Type", "text/csv; charset=utf-8")
	if workbook {
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	}
	h.Set("Content-Disposition", "attachment; filename="+strconv.Quote(name))
	t, err := table.Create("-", table.WriteOptions{Workbook: workbook, Stdout: w})
	if err != nil {
		return err
	}
	if err := write(t); err != nil {
		return httpio.CutShort(err)
	}
	if err := t.Close(); err != nil {
		return httpio.CutShort(err)
	}
	return nil
}
