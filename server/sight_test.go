package server

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/server/figures"
	"perimetre/server/store"
)

// sentWith sends a unit's counts of a quarter, made by hand.
func (w *world) sentWith(unit string, period quota.Period, c quota.Count, b quota.Breakdown, rejected map[quota.Reason]int) string {
	w.t.Helper()
	rule, err := w.server.figures.Rule(w.t.Context(), quota.DefaultRule, period)
	if err != nil {
		w.t.Fatal(err)
	}
	block := quota.Block{Perimeter: quota.InForce, Versions: []string{"2024"}, Packs: []string{"a"}, Entries: c.N(), Parts: []quota.BordereauPart{{Target: "40 %", Count: c}}, Breakdown: b, Rejected: rejected}
	older := block
	older.Perimeter, older.Versions = "2015", []string{"2015"}
	body := map[string]any{"format": "perimetre/bordereau/1", "rule": rule.ID, "rule_hash": rule.Fingerprint, "period": map[string]any{"id": period.ID, "from": period.From, "to": period.To}, "counting": rule.Counting,
		"as_of": period.To, "engine": "essai", "sha256": []string{"e3b0"}, "units": []any{map[string]any{"code": unit, "blocks": []quota.Block{block, older}}}}
	var kept struct{ ID string }
	w.account(store.Direction, unit).post("/api/v1/bordereaux", map[string]any{"unit": unit, "bordereau": body}).want(http.StatusCreated).json(&kept)
	return kept.ID
}

// seen are the cells that a reader was given: by name, the value or hidden.
type seen map[string]map[string][]string // cell → value → the paths that gave it

const unseen = "hidden"

func (s seen) add(path, cell, value string) {
	if s[cell] == nil {
		s[cell] = map[string][]string{}
	}
	s[cell][value] = append(s[cell][value], path)
}

func (s seen) number(path, cell string, n any) {
	if n == nil {
		s.add(path, cell, unseen)
		return
	}
	s.add(path, cell, fmt.Sprint(n))
}

// document reads the cells of a quota in JSON.
func (s seen) document(path string, body []byte) {
	var d struct {
		Units []map[string]any
		Total map[string]any
	}
	if json.Unmarshal(body, &d) != nil {
		return
	}
	d.Total["code"] = "all"
	for _, u := range append(d.Units, d.Total) {
		for _, cell := range []string{"entries", "in", "out", "undecided", "verdict", "verdict_auto"} {
			s.number(path, fmt.Sprint(u["code"], " ", cell), u[cell])
		}
	}
}

// lines reads the cells of a table of figures, by the titles of its columns.
func (s seen) lines(path string, rows [][]string, titles map[string]string, code string) {
	if len(rows) == 0 {
		return
	}
	at := map[string]int{}
	for i, title := range rows[0] {
		at[title] = i
	}
	for _, row := range rows[1:] {
		unit := row[at[code]]
		if level, ok := at["niveau"]; ok && row[level] != "mission_locale" {
			if row[level] != "ensemble" {
				continue
			}
			unit = "all"
		}
		if unit == "" {
			unit = "all"
		}
		for cell, title := range titles {
			v := row[at[title]]
			if v == "" || v == figures.HiddenNumber {
				v = unseen
			}
			s.add(path, unit+" "+cell, v)
		}
	}
}

var countTitles = map[string]string{"entries": "entrees", "out": "hors_qpv", "undecided": "a_verifier"}

// bordereau reads every cell of a bordereau; sent names the cells that there are.
func (s seen) bordereau(path string, body, sent []byte) {
	type bordereau struct {
		Units []struct {
			Code   string
			Blocks []map[string]any
		}
	}
	var got, all bordereau
	if json.Unmarshal(body, &got) != nil || json.Unmarshal(sent, &all) != nil {
		return
	}
	for i, u := range all.Units {
		for k, block := range u.Blocks {
			shown := got.Units[i].Blocks[k]
			prefix := u.Code + " "
			if k > 0 { // the same people under other perimeters
				prefix += fmt.Sprint(block["perimeter"], " ")
			}
			s.number(path, prefix+"entries", shown["entries"])
			part := shown["parts"].([]any)[0].(map[string]any)
			for _, cell := range []string{"in", "out", "undecided", "unlocatable", "decided_in", "decided_out", "decided_none"} {
				s.number(path, prefix+cell, part[cell])
			}
			for _, kind := range []string{"motifs", "actions", "bases", "rejected"} {
				sent, _ := block[kind].(map[string]any)
				of, _ := shown[kind].(map[string]any)
				for key := range sent {
					s.number(path, prefix+kind+" "+key, of[key])
				}
			}
		}
	}
}

// walk asks for every path that gives figures.
func (c *client) walk(id, frozen string, sent []byte) seen {
	c.w.t.Helper()
	s := seen{}
	read := func(path string) []byte {
		a := c.get(path)
		if a.status != http.StatusOK {
			return nil
		}
		return a.body
	}
	for _, path := range []string{"/api/v1/quota?period=2024-T3", "/api/v1/quota?period=2024-T3&details=1", "/api/v1/reports/quota?period=2024-T3&format=json"} {
		s.document(path, read(path))
	}
	path := "/api/v1/reports/quota?period=2024-T3&format=csv"
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(read(path), []byte("\ufeff"))))
	r.Comma = ';'
	rows, _ := r.ReadAll()
	titles := map[string]string{"in": "qpv", "verdict": "verdict", "verdict_auto": "verdict_auto"}
	for cell, title := range countTitles {
		titles[cell] = title
	}
	s.lines(path, rows, titles, "code")
	path = "/api/v1/bordereaux/" + id
	s.bordereau(path, read(path), sent)
	path += "/difference"
	var d struct{ Sent, Previous, Live map[string]any }
	if json.Unmarshal(read(path), &d) == nil && d.Sent != nil {
		for _, cell := range []string{"entries", "in", "out", "undecided"} {
			s.number(path, fmt.Sprint(d.Sent["code"], " ", cell), d.Sent[cell])
		}
	}
	path = "/api/v1/frozen/" + frozen
	var f struct{ Figures json.RawMessage }
	if json.Unmarshal(read(path), &f) == nil && f.Figures != nil {
		s.document(path, f.Figures)
	}
	titles["in"] = "dans_qpv"
	delete(titles, "verdict") // in words there
	delete(titles, "verdict_auto")
	for _, format := range []string{"csv", "xlsx"} {
		path := "/api/v1/frozen/" + frozen + "?format=" + format
		if body := read(path); body != nil {
			s.lines(path, tableOf(c.w.t, format, body), titles, "code")
		}
	}
	return s
}

func tableOf(t testing.TB, format string, body []byte) (rows [][]string) {
	t.Helper()
	in, err := table.OpenReader("etat."+format, bytes.NewReader(body), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rows = append(rows, in.Header)
	for {
		r, err := in.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, append([]string{}, r.Cells...))
	}
}

// No path gives a reader a cell that another path hides from it, or another value of
// it; the services de l'État read totals as sent, the Mission Locale everything of
// its own, and nothing of the others.
func TestNoPathGivesWhatAnotherHides(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	period := quota.Quarter(2024, 3)
	small := quota.Count{In: 41, Out: 50, Undecided: 9, Unlocatable: 2, DecidedIn: 3, DecidedOut: 8, DecidedNone: 1}
	detail := quota.Breakdown{Motifs: map[string]int{"bord": 6, "decision": 1, "sans_residence": 2}, Actions: map[string]int{"trancher": 7, "sans_residence": 2}, Bases: map[string]int{"position sur la carte": 10, "justificatif vu": 2}}
	id := w.sentWith(units[0], period, small, detail, map[quota.Reason]int{quota.NoDate: 4, quota.BadDate: 30})
	w.sentWith(units[1], period, quota.Count{In: 4, Out: 3, Undecided: 1}, quota.Breakdown{Motifs: map[string]int{"bord": 1}, Actions: map[string]int{"trancher": 1}}, map[quota.Reason]int{quota.NoDate: 20})
	kept, err := w.store.Bordereau(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	state, department := w.account(store.State), w.account(store.State, units[0][:2])
	own, other := w.account(store.Direction, units[0]), w.account(store.Direction, units[1])
	var frozen struct{ ID string }
	state.post("/api/v1/frozen", map[string]any{"name": "Réunion", "rule": quota.DefaultRule, "period": period.ID}).want(http.StatusCreated).json(&frozen)

	for _, reader := range []struct {
		name string
		*client
		want map[string]string
	}{
		{"the services de l'État", state, map[string]string{"entries": "100", "in": "41", "out": "50", "undecided": "9", "verdict": "atteint", "verdict_auto": unseen, "decided_in": unseen, "decided_none": unseen, "unlocatable": unseen,
			"decided_out": "8", "motifs bord": unseen, "motifs decision": unseen, "motifs sans_residence": unseen, "actions trancher": unseen, "actions sans_residence": unseen, "bases justificatif vu": unseen, "rejected date_absente": unseen, "rejected date_invalide": "30"}},
		{"those of one département", department, map[string]string{"entries": "100", "in": "41", "decided_in": unseen, "motifs sans_residence": unseen}},
		{"the Mission Locale", own, map[string]string{"decided_in": "3", "motifs sans_residence": "2", "bases justificatif vu": "2", "rejected date_absente": "4"}},
		{"another Mission Locale", other, nil},
	} {
		t.Run(reader.name, func(t *testing.T) {
			s := reader.walk(id, frozen.ID, kept.Body)
			if reader.client == own { // its own rows: none is imported here
				s = seen{}
				s.bordereau("bordereau", own.get("/api/v1/bordereaux/"+id).want(http.StatusOK).body, kept.Body)
			}
			for cell, values := range s {
				if len(values) > 1 {
					t.Errorf("%s: %v", cell, values)
				}
				if reader.want == nil && strings.HasPrefix(cell, units[0]) {
					t.Errorf("%s is given: %v", cell, values)
				}
			}
			for cell, want := range reader.want {
				values := s[units[0]+" "+cell]
				if _, ok := values[want]; !ok || len(values) != 1 {
					t.Errorf("%s: %v, want %s", cell, values, want)
				}
			}
			if reader.client == state && s[units[1]+" in"]["4"] == nil {
				t.Errorf("a small total is not told as sent: %v", s[units[1]+" in"])
			}
		})
	}

	t.Run("pages and prints", func(t *testing.T) {
		for _, path := range []string{"/pilotage?periode=2024-T3", "/api/v1/reports/quota?period=2024-T3&format=html"} {
			page := text(state.get(path).want(http.StatusOK))
			if strings.Contains(page, "date d’entrée absente 24") || strings.Contains(page, "Date d’entrée absente 24") {
				t.Errorf("%s: the sum of a reason gives the Mission Locale's", path)
			}
			if !strings.Contains(page, "caché (peu de décisions)") {
				t.Errorf("%s: the verdict without decisions is not said to be hidden", path)
			}
		}
		// A change of few decisions stays within the others; of all units too.
		again := small
		again.In, again.Undecided, again.DecidedIn = 42, 8, 4
		motifs := quota.Breakdown{Motifs: map[string]int{"bord": 5, "decision": 1, "sans_residence": 2}}
		w.sentWith(units[0], period, again, motifs, nil)
		page := text(state.get("/pilotage?periode=2024-T3&depuis=envoi").want(http.StatusOK))
		change := page[strings.Index(page, "Ce qui a changé"):]
		if strings.Contains(change, quota.BySettling.Label()) {
			t.Error("decisions of few people are told apart")
		}
		if !strings.Contains(change, "décisions manuelles peu nombreuses") {
			t.Error("it is not said that decisions are not told apart")
		}
	})
	t.Run("a masked bordereau is not taken back", func(t *testing.T) {
		masked := state.get("/api/v1/bordereaux/" + id).want(http.StatusOK).body
		own.post("/api/v1/bordereaux", map[string]any{"unit": units[0], "bordereau": json.RawMessage(masked)}).want(http.StatusUnprocessableEntity)
	})
	t.Run("the public reads no number under eleven", func(t *testing.T) {
		s := seen{}
		s.document("public", state.get("/api/v1/reports/quota?period=2024-T3&format=json&public=1").want(http.StatusOK).body)
		for cell, values := range s {
			for v := range values {
				if n, err := strconv.Atoi(v); err == nil && n > 0 && n < 11 {
					t.Errorf("%s: %d", cell, n)
				}
			}
		}
	})
}
