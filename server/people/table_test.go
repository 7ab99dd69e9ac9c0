package people

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"testing"

	"perimetre/batch"
	"perimetre/export"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/server/store"
)

// oddRows are rows as files bring them: totals, line ends within cells, dates that
// are none, people who are in two files.
func oddRows(t *testing.T, s *store.Store) {
	t.Helper()
	fields := []string{"matricule", "dispositif", "date_entree", "date_fin_cej", "renouvellement", "date_naissance", "rqth", "qpv"}
	for _, cells := range [][][]string{
		{
			{"A1", "CEJ", "03/04/2024", "", "non", "01/02/2003", "oui", "QN05901M"},
			{"A2", "CEJ\nsuite", "31/02/2024", "hier", "peut-être", "demain", "", "hors QPV"},
			{"", " cej ", "45383", "01/01/2024", "", "", "", ""},
			{"Total", "", "", "", "", "", "", ""},
			{"A3", "PACEA; \"autre\"", "", "", "oui", "", "", "oui"},
		},
		{
			{"A1", "CEJ", "03/04/2024", "", "", "", "", ""},
			{"=A4", "CEJ", "2024-07-01", "2024-12-31", "1", "2001-01-01", "0", "non"},
		},
	} {
		f := store.File{Unit: "59001", Name: "f.csv", State: store.Received, Intake: store.Intake{Fields: fields}}
		if err := s.AddFile(t.Context(), &f, bytes.NewReader(nil)); err != nil {
			t.Fatal(err)
		}
		var rows []store.Person
		for i, c := range cells {
			result := make([]string, len(batch.FlagColumns))
			result[resultStatus], result[resultPerimeter], result[resultPack] = []string{"oui", "non", "a_verifier", "", "inconnu"}[i%5], "2024", "p"
			p := store.Person{FileID: f.ID, Line: i + 2, Unit: f.Unit, Person: table.Clean(c[0]), Cells: c, Result: result, Status: result[resultStatus], Perimeter: "2024"}
			if d, err := table.ParseDate(c[2]); err == nil {
				p.Entry = d.String()
			}
			rows = append(rows, p)
		}
		importRows(t, s, &f, rows)
	}
}

// The rows of the store as records are the rows of the table that they make, read
// back: of every rule, and of every line.
func TestTableIsTheFlaggedFile(t *testing.T) {
	both(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		oddRows(t, s)
		q := store.PeopleQuery{Unit: "59001"}
		var text bytes.Buffer
		w, err := export.Create("-", export.Options{Stdout: &text, Encoding: table.UTF8})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Export(t.Context(), s, q, q.Unit, nil, w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		rows, err := ReadTable(t.Context(), s, q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(text.Bytes()); rows.SHA256 != hex.EncodeToString(sum[:]) {
			t.Error("the sum is another table's")
		}
		for _, name := range quota.Rules() {
			rule, err := quota.LoadRule(name)
			if err != nil {
				t.Fatal(err)
			}
			want, wantErr := quota.ReadFlagged("-", rule, quota.ReadOptions{Stdin: bytes.NewReader(text.Bytes())})
			got, err := rows.Flagged(rule)
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Errorf("%s: %v, want %v", name, err, wantErr)
				continue
			}
			if err != nil {
				continue
			}
			want.Name = got.Name
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, want)
			}
			if again, _ := rows.Flagged(rule); again != got {
				t.Errorf("%s is read again", name)
			}
		}
		if got := rows.Quarters(); !reflect.DeepEqual(got, []string{"2024-T3", "2024-T2"}) {
			t.Errorf("quarters %v", got)
		}
	})
}

// Whatever changes the rows, the decisions or the files of a Mission Locale changes
// its version, and no other's.
func TestEveryChangeIsAVersion(t *testing.T) {
	both(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		s := open()
		version := func(unit string) string {
			t.Helper()
			v, err := s.DataVersion(ctx, unit)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		other := version("59002")
		last := version("59001")
		changed := func(what string, err error) {
			t.Helper()
			now := version("59001")
			if err != nil || now == last {
				t.Errorf("%s: version %s after %s, %v", what, now, last, err)
			}
			last = now
		}
		oddRows(t, s)
		changed("an import", nil)
		if version("59001") != last {
			t.Error("reading is a change")
		}
		rows, err := s.People(ctx, store.PeopleQuery{Unit: "59001", Limit: 10})
		if err != nil || len(rows) < 3 {
			t.Fatal(rows, err)
		}
		rows[0].Status = "non"
		changed("rows flagged again", s.Reflag(ctx, rows[:1]))
		changed("a key", s.SetKey(ctx, &rows[0], "k"))
		d := store.Decision{Unit: "59001", AddressKey: "k", Perimeter: "2024", Verdict: "dans le QPV"}
		changed("a decision", s.Decide(ctx, &d))
		changed("a decision taken back", s.Undecide(ctx, "59001", "k"))
		_, err = s.ErasePerson(ctx, "59001", "A3")
		changed("a person erased", err)
		changed("a file removed", s.RemoveFile(ctx, rows[0].FileID))
		if version("59002") != other {
			t.Error("another Mission Locale's data changed")
		}
	})
}

// importRows puts the rows of a file in the store, as the end of an import does.
func importRows(t *testing.T, s *store.Store, f *store.File, rows []store.Person) {
	t.Helper()
	ctx := t.Context()
	j, err := s.StartJob(ctx, f.ID, "p", f.Intake)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(n int) store.Chunk {
		t.Helper()
		c, ok, err := s.Claim(ctx, store.ChunkRef{JobID: j.ID, N: n}, "p")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return c
	}
	lines := make([]store.Line, len(rows))
	for i := range rows {
		lines[i] = store.Line{N: rows[i].Line, Cells: rows[i].Cells}
	}
	err = s.CutInto(ctx, claim(0), func() (next []store.Line, err error) {
		next, lines = lines, nil
		return next, nil
	}, func() store.Intake { return f.Intake })
	if err == nil {
		err = s.Finish(ctx, claim(1), rows)
	}
	if err != nil {
		t.Fatal(err)
	}
}
