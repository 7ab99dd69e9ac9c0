package server

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"perimetre/batch"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/figures"
	"perimetre/server/people"
	"perimetre/server/store"
)

// someUnits are the Missions Locales of the territory that have rows in jeunes.csv,
// the one with the most first.
func (w *world) someUnits() []string {
	w.t.Helper()
	in, err := table.Open(filepath.Join(w.dir, "raw", "jeunes.csv"), table.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer in.Close()
	at := table.FindColumn(in.Header, "Code structure")
	n := map[string]int{}
	for {
		r, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			w.t.Fatal(err)
		}
		n[r.Cells[at]]++
	}
	pack := w.server.packs.Acquire()
	defer pack.Release()
	var out []string
	for _, u := range pack.Units() {
		if n[u.Code] > 0 {
			out = append(out, u.Code)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return n[b] - n[a] })
	if len(out) < 2 {
		w.t.Fatal("the territory has too few Missions Locales", n)
	}
	return out
}

func (w *world) youngPeople() string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, "raw", "jeunes.csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// imported sends a file and waits for its rows.
func (c *client) imported(unit, content string) people.File {
	c.w.t.Helper()
	var f people.File
	c.upload("/api/v1/cohorts", "jeunes.csv", content, "unit", unit).want(201).json(&f)
	c.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{"known": "2026-11-01"}).want(202)
	return c.finished(f.ID)
}

func (c *client) finished(id string) people.File {
	c.w.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var f people.File
		c.get("/api/v1/cohorts/" + id).want(200).json(&f)
		if f.State != store.Running {
			if f.State != store.Imported {
				c.w.t.Fatalf("import: %+v", f)
			}
			return f
		}
	}
	c.w.t.Fatal("the import does not end")
	return people.File{}
}

// A file goes from its columns to a verdict: received, tried, imported, read,
// settled, counted, sent, frozen.
func TestFromFileToVerdict(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { fromFileToVerdict(t, newWorld(t)) })
	t.Run("postgres", func(t *testing.T) { fromFileToVerdict(t, newWorld(t, onPostgres(t))) })
}

func fromFileToVerdict(t *testing.T, w *world) {
	units := w.someUnits()
	unit := units[0]
	if len(units) < 2 {
		t.Fatal(units)
	}
	officer, direction, state := w.account(store.DataOfficer, unit), w.account(store.Direction, unit), w.account(store.State)

	var f people.File
	officer.upload("/api/v1/cohorts", "jeunes.csv", w.youngPeople()).want(201).json(&f)
	if f.State != store.Received || len(f.Missing) > 0 || len(f.Columns) == 0 {
		t.Fatalf("%+v", f)
	}
	var sample struct {
		Rows   [][]string
		Fields []struct{ Name string }
	}
	officer.get("/api/v1/cohorts/" + f.ID + "/columns").want(200).json(&sample)
	if len(sample.Rows) == 0 || len(sample.Fields) == 0 {
		t.Error("no sample")
	}
	// A wrong mapping is refused, a missing one too, a right one corrected.
	officer.send("PUT", "/api/v1/cohorts/"+f.ID+"/columns", map[string]any{"columns": map[string]string{"voie": "Rien"}}).want(422)
	officer.send("PUT", "/api/v1/cohorts/"+f.ID+"/columns", map[string]any{"columns": map[string]string{"date_entree": ""}}).want(200)
	officer.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{}).want(422)
	officer.send("PUT", "/api/v1/cohorts/"+f.ID+"/columns", map[string]any{"columns": map[string]string{"date_entree": "Date début CEJ"}}).want(200)

	var dry struct {
		Rows     int
		Statuses map[string]int
		SetAside map[string]int `json:"set_aside"`
	}
	officer.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{"dry_run": true, "known": "2026-11-01"}).want(200).json(&dry)
	officer.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{"known": "2026-11-01"}).want(202)
	officer.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{}).want(409)
	done := officer.finished(f.ID)
	if done.Rows == 0 || done.Rows != dry.Rows || done.Statuses["oui"] != dry.Statuses["oui"] || done.SetAside["autre Mission Locale"] == 0 {
		t.Errorf("done %+v, tried %+v", done, dry)
	}
	if s := string(officer.get("/api/v1/cohorts/" + f.ID + "/events").want(200).body); !strings.Contains(s, `"state":"importe"`) {
		t.Error(s)
	}
	officer.get("/api/v1/cohorts/" + f.ID + "/columns").want(409) // the file as received is gone

	// People, the queue, a decision that changes the figures, and its undoing.
	var list struct{ People []people.Row }
	officer.get("/api/v1/people?limit=1000").want(200).json(&list)
	if len(list.People) != done.Rows {
		t.Errorf("%d people listed of %d", len(list.People), done.Rows)
	}
	var queue struct {
		Total  int
		Groups []people.Group
	}
	raw := officer.get("/api/v1/review").want(200)
	raw.json(&queue)
	if queue.Total == 0 || len(queue.Groups) != queue.Total {
		t.Fatalf("%+v", queue)
	}
	for _, word := range []string{"share", "verdict_auto", "target"} {
		if strings.Contains(string(raw.body), word) {
			t.Errorf("the queue shows %s", word)
		}
	}
	g := queue.Groups[0]
	var m struct {
		Center  []float64
		Numbers struct{ Features []any }
	}
	officer.get("/api/v1/review/" + g.Key + "/map").want(200).json(&m)
	if len(m.Center) != 2 || len(m.Numbers.Features) == 0 {
		t.Errorf("%+v", m)
	}
	quotaOf := func(c *client, query string) (q struct {
		Units []struct {
			Code                        string
			Entries, In, Out, Undecided int
			Verdict, Name               string
		}
	}) {
		t.Helper()
		c.get("/api/v1/quota?" + query).want(200).json(&q)
		return q
	}
	before := quotaOf(direction, "period=2024")
	officer.post("/api/v1/decisions", map[string]string{"key": g.Key, "verdict": "dans le QPV", "basis": "au doigt mouillé"}).want(400)
	officer.post("/api/v1/decisions", map[string]string{"key": "absente", "verdict": "dans le QPV", "basis": people.Bases[0]}).want(404)
	var d people.Decision
	officer.post("/api/v1/decisions", map[string]string{"key": g.Key, "verdict": "dans le QPV", "basis": people.Bases[0]}).want(200).json(&d)
	if d.People < g.People {
		t.Errorf("%+v settles fewer than %+v", d, g)
	}
	var after struct{ Total int }
	officer.get("/api/v1/review").want(200).json(&after)
	if after.Total != queue.Total-1 {
		t.Errorf("%d addresses to settle, then %d", queue.Total, after.Total)
	}
	officer.do("DELETE", "/api/v1/decisions/"+g.Key, "", nil).want(204)
	if again := quotaOf(direction, "period=2024"); again.Units[0] != before.Units[0] {
		t.Errorf("a decision taken back leaves %+v, before %+v", again, before)
	}

	// The decision survives a second import of the same file.
	officer.post("/api/v1/decisions", map[string]string{"key": g.Key, "verdict": "hors QPV", "basis": people.Bases[1]}).want(200)
	second := officer.imported(unit, w.youngPeople())
	var same struct{ People []people.Row }
	officer.get("/api/v1/people?status=non&limit=1000&cohort=" + second.ID).want(200).json(&same)
	found := false
	for _, p := range same.People {
		found = found || p.Motif == "decision"
	}
	if !found {
		t.Error("the decision did not survive the second import")
	}
	if q := quotaOf(direction, "period=2024"); q.Units[0].Entries != before.Units[0].Entries {
		t.Errorf("two imports of one file count twice: %+v, %+v", q, before)
	}
	// Replayed under the perimeters of 2015, other people are in.
	replay := quotaOf(direction, "period=2024&perimeter=2015")
	if replay.Units[0].Entries != before.Units[0].Entries {
		t.Errorf("replay %+v, before %+v", replay, before)
	}

	// Counts travel: the bordereau gives the State the same figures.
	var sent figures.Received
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024", "perimeters": []string{"2015"}}).want(201).json(&sent)
	live := quotaOf(direction, "period=2024")
	var seen struct {
		Received int
		Missing  []string
	}
	state.get("/api/v1/bordereaux?periode=2024").want(200).json(&seen)
	if seen.Received != 1 || len(seen.Missing) == 0 {
		t.Errorf("%+v", seen)
	}
	if q := quotaOf(state, "period=2024"); len(q.Units) != 1 || q.Units[0].Entries != live.Units[0].Entries || q.Units[0].Verdict != live.Units[0].Verdict {
		t.Errorf("the State reads %+v, the Mission Locale %+v", q, live)
	}
	body := string(state.get("/api/v1/bordereaux/" + sent.ID).want(200).body)
	for _, p := range list.People[:20] {
		if strings.Contains(body, p.Person) || len(p.Address) > 8 && strings.Contains(body, p.Address) {
			t.Fatal("a bordereau names somebody")
		}
	}
	if html := state.get("/api/v1/reports/quota?period=2024&format=html").want(200); !strings.Contains(string(html.body), "<html") {
		t.Error("no page")
	}
	state.get("/api/v1/reports/quota?period=2024&format=csv").want(200)

	// Frozen figures stay; the difference with the figures of the day is listed.
	type figures struct {
		ID      string
		Figures json.RawMessage
	}
	var frozen, kept figures
	state.post("/api/v1/frozen", map[string]string{"name": "Comité de novembre", "period": "2024"}).want(201).json(&frozen)
	for _, id := range []string{f.ID, second.ID} {
		officer.do("DELETE", "/api/v1/cohorts/"+id, "", nil).want(204)
	}
	var half []string
	for i, line := range strings.Split(w.youngPeople(), "\n") {
		if i < 3 || i%2 == 0 { // two title lines and the header come first
			half = append(half, line)
		}
	}
	officer.imported(unit, strings.Join(half, "\n"))
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201)
	var diff struct {
		Units []struct{ Unit string }
	}
	state.get("/api/v1/frozen/" + frozen.ID + "/difference").want(200).json(&diff)
	if len(diff.Units) != 1 || diff.Units[0].Unit != unit {
		t.Errorf("%+v", diff)
	}
	state.get("/api/v1/frozen/" + frozen.ID).want(200).json(&kept)
	var a, b bytes.Buffer
	json.Compact(&a, kept.Figures)
	json.Compact(&b, frozen.Figures)
	if a.String() != b.String() {
		t.Error("frozen figures moved")
	}

	// Nothing of anybody stands in the journal of the process.
	logs := w.logs.String()
	for _, p := range list.People {
		if strings.Contains(logs, p.Person) || len(p.Address) > 8 && strings.Contains(logs, p.Address) {
			t.Fatalf("the journal tells of %s", p.Person)
		}
	}
}

// The flagged table that the server gives holds what « perimetre flag » says of
// the same rows.
func TestFlaggedIsTheBatch(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c := w.account(store.DataOfficer, unit)
	f := c.imported(unit, w.youngPeople())
	rows := readCSV(t, bytes.TrimPrefix(c.get("/api/v1/cohorts/"+f.ID+"/flagged.csv").want(200).body, []byte("\ufeff")), ';')
	if len(rows)-1 != f.Rows {
		t.Fatalf("%d rows of %d", len(rows)-1, f.Rows)
	}
	for _, title := range batch.FlagColumns {
		cellOf(t, rows, 1, title)
	}
	n := map[residency.Status]int{}
	for i := 1; i < len(rows); i++ {
		n[residency.Status(cellOf(t, rows, i, "qpv_statut"))]++
		if cellOf(t, rows, i, "qpv_action") == "sans_residence" && cellOf(t, rows, i, "result_label") != "" {
			t.Error("a person without a residence has a place")
		}
	}
	for k, v := range f.Statuses {
		if n[k] != v {
			t.Errorf("%s: %d in the table, %d told", k, n[k], v)
		}
	}
}

// A person's export shows all that is kept, and erasing leaves nothing.
func TestErasure(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c := w.account(store.DataOfficer, unit)
	c.imported(unit, w.youngPeople())
	// Somebody alone at an address that a person decided.
	at := map[string][]string{}
	for _, p := range w.rowsOf(unit) {
		if p.Action == "trancher" && p.Person != "" {
			at[p.AddressKey] = append(at[p.AddressKey], p.Person)
		}
	}
	var who, key string
	for k, all := range at {
		if len(slices.Compact(all)) == 1 {
			who, key = all[0], k
		}
	}
	c.post("/api/v1/decisions", map[string]string{"key": key, "verdict": "hors QPV", "basis": people.Bases[0]}).want(200)
	var kept struct {
		Rows      []struct{ Cells map[string]string }
		Decisions []people.Decision
	}
	c.get("/api/v1/people/" + who).want(200).json(&kept)
	if len(kept.Rows) == 0 || len(kept.Rows[0].Cells) == 0 || len(kept.Decisions) != 1 || kept.Decisions[0].Address == "" {
		t.Fatalf("%+v", kept)
	}
	c.do("DELETE", "/api/v1/people/"+who, "", nil).want(204)
	c.get("/api/v1/people/" + who).want(404)
	left, err := w.store.Decisions(t.Context(), unit)
	if err != nil || len(left) != 1 || left[0].Typed != "" || left[0].ResultID != "" || left[0].Lon != nil || left[0].Verdict != "hors QPV" {
		t.Errorf("%+v %v", left, err)
	}
	var audit struct{ Entries []store.Entry }
	w.account(store.Auditor).get("/api/v1/audit?limit=1000").want(200).json(&audit)
	found := false
	for _, e := range audit.Entries {
		found = found || e.Action == "effacement d’une personne" && e.Count > 0
		if strings.Contains(e.Object, who) {
			t.Error("the audit log names the person")
		}
	}
	if !found {
		t.Error("the erasure is not in the audit log")
	}
}
