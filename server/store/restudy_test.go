package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"perimetre/geo/fault"
)

// importedRows is an imported file of n rows, each on a line of its own.
func importedRows(t *testing.T, s *Store, n int) (File, Job) {
	t.Helper()
	f, j := cutJob(t, s, 1)
	c, ok, err := s.Claim(t.Context(), ChunkRef{j.ID, 1}, "pack")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	var rows []Person
	for i := range n {
		rows = append(rows, rowOf(f, 2*i+2)...) // lines with holes
	}
	if err := s.Finish(t.Context(), c, rows); err != nil {
		t.Fatal(err)
	}
	return f, j
}

// study does a chunk of a restudy: every row becomes « non ».
func study(t *testing.T, s *Store, c Chunk, meanwhile func()) error {
	t.Helper()
	before := must[[]Person](t)(s.ToStudy(t.Context(), c))
	after := append([]Person{}, before...)
	for i := range after {
		after[i].Status, after[i].Result = "non", []string{"neuf"}
	}
	if meanwhile != nil {
		meanwhile()
	}
	return s.FinishRestudy(t.Context(), c, before, after)
}

// The rows of a file are studied again chunk by chunk, each row once; a row that a
// decision or a purge changed meanwhile stays so.
func TestRestudy(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		const rows = 2*restudyRows + 7
		f, _ := importedRows(t, s, rows)
		waiting := received(t, s, "59001", "x")
		if _, err := s.StartRestudy(ctx, waiting.ID, "neuf", Intake{}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a file that is not imported: %v", err)
		}
		in := f.Intake
		in.Perimeter = "2015"
		j := must[Job](t)(s.StartRestudy(ctx, f.ID, "neuf", in))
		if _, err := s.StartRestudy(ctx, f.ID, "neuf", in); fault.KindOf(err) != fault.Conflict {
			t.Errorf("twice at once: %v", err)
		}
		if on := must[bool](t)(s.Studying(ctx, f.ID)); !on {
			t.Error("not studied")
		}
		refs := must[[]ChunkRef](t)(s.WaitingOf(ctx, j.ID))
		if len(refs) != 3 {
			t.Fatal(refs)
		}
		if _, _, err := s.Claim(ctx, refs[0], "pack"); !errors.Is(err, ErrOtherPack) {
			t.Errorf("a chunk of another pack: %v", err)
		}
		for i, ref := range refs {
			c, ok, err := s.Claim(ctx, ref, "neuf")
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			var meanwhile func()
			if i == 1 {
				meanwhile = func() {
					p := must[[]Person](t)(s.ToStudy(ctx, c))[0]
					p.Motif, p.Status = "decision", "oui"
					if err := s.Reflag(ctx, []Person{p}); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := study(t, s, c, meanwhile); err != nil {
				t.Fatal(err)
			}
			if err := study(t, s, c, nil); !errors.Is(err, ErrLate) {
				t.Errorf("a chunk is finished twice: %v", err)
			}
			done, total, err := s.Progress(ctx, f.ID)
			if want := min((i+1)*restudyRows, rows); err != nil || done != want || total != rows {
				t.Errorf("%d of %d rows: %v", done, total, err)
			}
		}
		n := map[string]int{}
		err := s.EachPerson(ctx, PeopleQuery{Unit: "59001"}, func(p *Person) error { n[p.Status+p.Motif]++; return nil })
		if err != nil || n["non"] != rows-1 || n["ouidecision"] != 1 {
			t.Errorf("%v %v", n, err)
		}
		got := must[File](t)(s.File(ctx, f.ID))
		if got.State != Imported || got.Pack != "neuf" || got.Intake.Perimeter != "2015" {
			t.Errorf("%+v", got)
		}
		if on := must[bool](t)(s.Studying(ctx, f.ID)); on {
			t.Error("still studied")
		}
		// What fails leaves the rows where they are.
		j = must[Job](t)(s.StartRestudy(ctx, f.ID, "neuf", in))
		c, ok, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "neuf")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := s.FailJob(ctx, c, "défaut"); err != nil {
			t.Fatal(err)
		}
		if rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", Limit: 5})); len(rows) != 5 || must[File](t)(s.File(ctx, f.ID)).State != Imported {
			t.Error("a restudy that fails takes the rows away")
		}
	})
}

// A job whose pack nobody holds any more goes on with the one at hand, and what was
// done with the former is studied again.
func TestRebase(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		f, j := cutJob(t, s, 3)
		claim := func(n int, pack string) Chunk {
			t.Helper()
			c, ok, err := s.Claim(ctx, ChunkRef{j.ID, n}, pack)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			return c
		}
		if err := s.Finish(ctx, claim(1, "pack"), rowOf(f, 1)); err != nil {
			t.Fatal(err)
		}
		held := claim(2, "pack")
		if n := must[int64](t)(s.Rebase(ctx, "neuf", time.Now().Add(-time.Minute))); n != 0 {
			t.Error("a job at work was taken away")
		}
		if n := must[int64](t)(s.Rebase(ctx, "neuf", time.Now().Add(time.Minute))); n != 1 {
			t.Error("the job still waits for its pack")
		}
		if err := s.Finish(ctx, held, rowOf(f, 2)); !errors.Is(err, ErrLate) {
			t.Errorf("a row of the former pack: %v", err)
		}
		for _, n := range []int{2, 3} {
			if err := s.Finish(ctx, claim(n, "neuf"), rowOf(f, n)); err != nil {
				t.Fatal(err)
			}
		}
		if got := must[File](t)(s.File(ctx, f.ID)); got.State != Imported || got.Pack != "neuf" {
			t.Errorf("%+v", got)
		}
		refs := must[[]ChunkRef](t)(s.Waiting(ctx, 10))
		if len(refs) != 1 || !must[bool](t)(s.Studying(ctx, f.ID)) {
			t.Fatal("what was done with the former pack is not studied again", refs)
		}
		// A restudy begins again with the next pack.
		if n := must[int64](t)(s.Rebase(ctx, "encore", time.Now().Add(time.Minute))); n != 1 {
			t.Error(n)
		}
		c, ok, err := s.Claim(ctx, refs[0], "encore")
		if err != nil || !ok || c.Job.Kind != RestudyJob {
			t.Fatal(c, ok, err)
		}
		if err := study(t, s, c, nil); err != nil {
			t.Fatal(err)
		}
		if rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", Status: "non", Limit: 10})); len(rows) != 3 || must[File](t)(s.File(ctx, f.ID)).Pack != "encore" {
			t.Errorf("%+v", rows)
		}
		if refs := must[[]ChunkRef](t)(s.Waiting(ctx, 10)); len(refs) != 0 {
			t.Error(refs)
		}
	})
}

// A decision made during an import holds for its rows too: they are studied again.
func TestDecidedDuringAnImport(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, unit := range []string{"59001", "59002"} { // the file's, another
			f, j := cutJob(t, s, 1)
			if err := s.Decide(ctx, &Decision{Unit: unit, AddressKey: "k" + unit, Perimeter: "2024", Verdict: "hors QPV"}); err != nil {
				t.Fatal(err)
			}
			c, _, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack")
			if err == nil {
				err = s.Finish(ctx, c, rowOf(f, 1))
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := must[bool](t)(s.Studying(ctx, f.ID)); got != (unit == f.Unit) {
				t.Errorf("a decision of %s: studied again %v", unit, got)
			}
		}
	})
}

// On one address the latest decision holds; the same merge again changes nothing.
func TestMergeDecisions(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		day := time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
		lon := 3.0
		of := func(key, verdict string, days int) Decision {
			return Decision{Unit: "59001", AddressKey: key, Perimeter: "2024", Verdict: verdict, DecidedAt: day.AddDate(0, 0, days), Typed: "1 rue", Commune: "59350", Normaliser: "1", Lon: &lon, Lat: &lon}
		}
		for _, step := range []struct {
			in   []Decision
			want Merged
		}{
			{[]Decision{of("a", "hors QPV", 0), of("b", "hors QPV", 0)}, Merged{Added: 2}},
			{[]Decision{of("a", "hors QPV", 0), of("b", "hors QPV", 0)}, Merged{Unchanged: 2}},
			{[]Decision{of("a", "dans le QPV", 1), of("b", "dans le QPV", -1), of("c", "hors QPV", 0)}, Merged{Added: 1, Updated: 1, Older: 1}},
			{[]Decision{{Unit: "59001", AddressKey: "c", Perimeter: "2024", Verdict: "dans le QPV", DecidedAt: day.AddDate(0, 1, 0)}}, Merged{Updated: 1}},
		} {
			if got := must[Merged](t)(s.MergeDecisions(ctx, step.in)); got != step.want {
				t.Errorf("%+v, want %+v", got, step.want)
			}
		}
		got := map[string]Decision{}
		for _, d := range must[[]Decision](t)(s.Decisions(ctx, "59001")) {
			got[d.AddressKey] = d
		}
		if len(got) != 3 || got["a"].Verdict != "dans le QPV" || got["b"].Verdict != "hors QPV" || !got["b"].DecidedAt.Equal(day) || got["c"].Typed != "1 rue" || got["c"].Lon == nil || got["a"].Commune != "59350" {
			t.Errorf("%+v", got)
		}
		// A new key takes the place of two, and the latest answer stays.
		f, _ := importedRows(t, s, 1)
		p := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", FileID: f.ID, Limit: 1}))[0]
		if err := s.Decide(ctx, &Decision{Unit: "59001", AddressKey: p.AddressKey, Perimeter: "2024", Verdict: "hors QPV", DecidedAt: day}); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"a", p.AddressKey} {
			d := got[key]
			if key != "a" {
				d = Decision{Unit: "59001", AddressKey: key, Perimeter: "2024", Verdict: "hors QPV", DecidedAt: day}
			}
			d.Normaliser = "2"
			if err := s.Rekey(ctx, d, "neuve"); err != nil {
				t.Fatal(err)
			}
		}
		list := must[[]Decision](t)(s.Decisions(ctx, "59001"))
		if len(list) != 3 {
			t.Fatalf("%+v", list)
		}
		for _, d := range list {
			if d.AddressKey == "neuve" && (d.Verdict != "dans le QPV" || d.Normaliser != "2") {
				t.Errorf("%+v", d)
			}
		}
		if rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", AddressKey: "neuve", Limit: 5})); len(rows) != 1 {
			t.Error("the rows keep the former key")
		}
		if units := must[[]string](t)(s.DecidingUnits(ctx)); fmt.Sprint(units) != "[59001]" {
			t.Error(units)
		}
	})
}
