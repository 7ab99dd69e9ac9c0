package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"perimetre/geo/fault"
	"perimetre/server/store/pgtest"
)

// both runs a test on SQLite and on PostgreSQL.
func both(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "un nom à espaces.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, migrated(t))) })
}

// migrated returns the URL of a PostgreSQL with our tables, and no row.
func migrated(t *testing.T) string {
	return pgtest.Prepared(t, func(url string) error {
		s, err := Open(context.Background(), url)
		if err == nil {
			s.Close()
		}
		return err
	})
}

func open(t *testing.T, where string) *Store {
	t.Helper()
	s, err := Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestUsers(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		u := User{Email: "a@exemple.fr", Name: "A", Role: Direction, Units: []string{"59001", "59002"}}
		if err := s.AddUser(ctx, &u); err != nil {
			t.Fatal(err)
		}
		if err := s.AddUser(ctx, &User{Email: "a@exemple.fr", Name: "B", Role: State}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		got := must[User](t)(s.UserByEmail(ctx, "a@exemple.fr"))
		if got.ID != u.ID || len(got.Units) != 2 || got.CreatedAt.IsZero() || got.Disabled {
			t.Errorf("%+v", got)
		}
		for range 3 {
			if err := s.Failed(ctx, u.ID, 3, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if got = must[User](t)(s.User(ctx, u.ID)); got.Failures != 3 || got.LockedUntil.IsZero() {
			t.Errorf("%+v", got)
		}
		if _, err := s.User(ctx, "absent"); fault.KindOf(err) != fault.NotFound {
			t.Error(err)
		}
		if n := must[int](t)(s.Administrators(ctx)); n != 0 {
			t.Error(n)
		}
	})
}

func TestSessions(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		st := s.Sessions()
		for _, data := range []string{"un", "deux"} {
			if err := st.Commit("jeton", []byte(data), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if b, ok, err := st.Find("jeton"); err != nil || !ok || string(b) != data {
				t.Errorf("%s %v %v", b, ok, err)
			}
		}
		st.Commit("vieux", []byte("x"), time.Now().Add(-time.Hour))
		if _, ok, err := st.Find("vieux"); ok || err != nil {
			t.Error("an ended session is found", err)
		}
		if err := s.SweepSessions(t.Context()); err != nil {
			t.Error(err)
		}
		st.Delete("jeton")
		if _, ok, _ := st.Find("jeton"); ok {
			t.Error("still there")
		}
	})
}

// received keeps a file with some content.
func received(t *testing.T, s *Store, unit, content string) File {
	t.Helper()
	f := File{Unit: unit, Name: "a.csv", Bytes: int64(len(content)), CreatedBy: "A", Intake: Intake{Fields: []string{"matricule"}}}
	if err := s.AddFile(t.Context(), &f, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestUploadsComeBackWhole(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		for _, n := range []int{0, 1, uploadSlice - 1, uploadSlice, uploadSlice + 1, 3*uploadSlice + 17} {
			content := string(bytes.Repeat([]byte("é0;\n"), n/5+1))[:n]
			f := received(t, s, "59001", content)
			in, err := s.Upload(t.Context(), f.ID)
			if n == 0 {
				if fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(in); err != nil || string(b) != content {
				t.Errorf("%d bytes: %v, %d come back", n, err, len(b))
			}
		}
	})
}

// cutJob starts a job of n chunks of one row.
func cutJob(t *testing.T, s *Store, n int) (File, Job) {
	t.Helper()
	ctx := t.Context()
	f := received(t, s, "59001", "contenu")
	j := must[Job](t)(s.StartJob(ctx, f.ID, "pack", f.Intake))
	if _, err := s.StartJob(ctx, f.ID, "pack", f.Intake); fault.KindOf(err) != fault.Conflict {
		t.Errorf("started twice: %v", err)
	}
	c, ok, err := s.Claim(ctx, ChunkRef{j.ID, 0}, "pack")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	k := 0
	err = s.CutInto(ctx, c, func() ([]Line, error) {
		if k++; k > n {
			return nil, nil
		}
		return []Line{{k, []string{fmt.Sprint("entrée ", k)}}}, nil
	}, func() Intake { return f.Intake })
	if err != nil {
		t.Fatal(err)
	}
	return f, j
}

func rowOf(f File, line int) []Person {
	return []Person{{FileID: f.ID, Line: line, Unit: f.Unit, Person: fmt.Sprint("P", line), Entry: "2024-05-01", Status: "oui", AddressKey: "k", Cells: []string{"x"}, Result: []string{"y"}}}
}

// A chunk is finished once, by its latest attempt; the last one ends the job.
func TestChunksAreFinishedOnce(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		f, j := cutJob(t, s, 3)
		late, ok, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack")
		if err != nil || !ok || len(late.Rows) != 1 || late.Rows[0].Cells[0] != "entrée 1" {
			t.Fatal(late, ok, err)
		}
		again, _, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack")
		if err != nil || again.Attempt != late.Attempt+1 {
			t.Fatal(again, err)
		}
		if err := s.Finish(ctx, late, rowOf(f, 1)); !errors.Is(err, ErrLate) {
			t.Errorf("the late attempt: %v", err)
		}
		if err := s.Finish(ctx, again, rowOf(f, 1)); err != nil {
			t.Fatal(err)
		}
		if err := s.Finish(ctx, again, rowOf(f, 1)); !errors.Is(err, ErrLate) {
			t.Errorf("finished twice: %v", err)
		}
		if _, ok, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack"); ok || err != nil {
			t.Error("a chunk that is done is claimed", err)
		}
		if done, total, err := s.Progress(ctx, f.ID); done != 1 || total != 3 || err != nil {
			t.Error(done, total, err)
		}
		if rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", Limit: 10})); len(rows) != 0 {
			t.Error("rows of a file that is not whole are seen")
		}
		for _, n := range []int{2, 3} {
			c, _, err := s.Claim(ctx, ChunkRef{j.ID, n}, "pack")
			if err == nil {
				err = s.Finish(ctx, c, rowOf(f, n))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := must[File](t)(s.File(ctx, f.ID)); got.State != Imported || got.Rows != 3 {
			t.Errorf("%+v", got)
		}
		if rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", Limit: 10})); len(rows) != 3 || rows[2].Line != 3 {
			t.Errorf("%+v", rows)
		}
		if refs := must[[]ChunkRef](t)(s.Waiting(ctx, 10)); len(refs) != 0 {
			t.Error(refs)
		}
	})
}

// Many who finish chunks at once: one of them, and one alone, ends the job.
func TestChunksAtOnce(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		const n = 40
		f, j := cutJob(t, s, n)
		var group sync.WaitGroup
		for w := range 4 {
			group.Go(func() {
				for k := 1 + w; k <= n; k += 2 { // every chunk is tried twice
					c, ok, err := s.Claim(context.Background(), ChunkRef{j.ID, k}, "pack")
					if err == nil && ok {
						err = s.Finish(context.Background(), c, rowOf(f, k))
					}
					if err != nil && !errors.Is(err, ErrLate) {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		for _, ref := range must[[]ChunkRef](t)(s.WaitingOf(t.Context(), j.ID)) { // taken over, then late
			c, ok, err := s.Claim(t.Context(), ref, "pack")
			if err == nil && ok {
				err = s.Finish(t.Context(), c, rowOf(f, ref.N))
			}
			if err != nil {
				t.Error(err)
			}
		}
		if got := must[File](t)(s.File(t.Context(), f.ID)); got.State != Imported {
			t.Errorf("%+v", got)
		}
		seen := 0
		err := s.EachPerson(t.Context(), PeopleQuery{Unit: "59001"}, func(p *Person) error {
			if seen++; p.Line != seen {
				return fmt.Errorf("line %d at %d", p.Line, seen)
			}
			return nil
		})
		if err != nil || seen != n {
			t.Errorf("%d rows: %v", seen, err)
		}
	})
}

func TestFailedAndRemoved(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		f, j := cutJob(t, s, 2)
		late, _, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack")
		if err != nil {
			t.Fatal(err)
		}
		now, _, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.FailJob(ctx, late, "déjà lu"); !errors.Is(err, ErrLate) || must[File](t)(s.File(ctx, f.ID)).State != Running {
			t.Errorf("who was taken over from ends the job: %v", err)
		}
		if err := s.FailJob(ctx, now, "mauvais fichier"); err != nil {
			t.Fatal(err)
		}
		if got := must[File](t)(s.File(ctx, f.ID)); got.State != Failed || got.Error != "mauvais fichier" {
			t.Errorf("%+v", got)
		}
		f, j = cutJob(t, s, 2)
		c, _, err := s.Claim(ctx, ChunkRef{j.ID, 1}, "pack")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveFile(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Finish(ctx, c, rowOf(f, 1)); !errors.Is(err, ErrLate) {
			t.Errorf("rows of a cancelled import: %v", err)
		}
		if _, err := s.Upload(ctx, f.ID); fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	})
}

func TestDecisionsAndGroups(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		f, j := cutJob(t, s, 4)
		for n, key := range map[int]string{1: "a", 2: "b", 3: "b", 4: ""} {
			c, _, err := s.Claim(ctx, ChunkRef{j.ID, n}, "pack")
			rows := rowOf(f, n)
			rows[0].AddressKey, rows[0].Action, rows[0].Status = key, "trancher", "a_verifier"
			if err == nil {
				err = s.Finish(ctx, c, rows)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		groups, total, err := s.Groups(ctx, PeopleQuery{Unit: "59001", Action: "trancher", Limit: 10}, 0)
		if err != nil || total != 2 || groups[0].AddressKey != "b" || groups[0].People != 2 || groups[0].Example.FileID != f.ID {
			t.Errorf("%+v %d %v", groups, total, err)
		}
		lon := 3.1
		d := Decision{Unit: "59001", AddressKey: "b", Perimeter: "2024", Verdict: "hors QPV", Basis: "x", Author: "A", Typed: "1 rue", Lon: &lon, Lat: &lon}
		for range 2 {
			if err := s.Decide(ctx, &d); err != nil {
				t.Fatal(err)
			}
		}
		list := must[[]Decision](t)(s.Decisions(ctx, "59001"))
		if len(list) != 1 || list[0].Typed != "1 rue" || list[0].Lon == nil || *list[0].Lon != lon {
			t.Errorf("%+v", list)
		}
		rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", AddressKey: "b", Limit: 10}))
		for i := range rows {
			rows[i].Status, rows[i].Action = "non", ""
		}
		if err := s.Reflag(ctx, rows); err != nil {
			t.Fatal(err)
		}
		byStatus, byAction, err := s.CountPeople(ctx, PeopleQuery{Unit: "59001"})
		if err != nil || byStatus["non"] != 2 || byAction["trancher"] != 2 {
			t.Error(byStatus, byAction, err)
		}
		// The typed text goes with the last person of the address, the key stays.
		for i, p := range []string{"P2", "P3"} {
			if n, err := s.ErasePerson(ctx, "59001", p); n != 1 || err != nil {
				t.Fatal(n, err)
			}
			list = must[[]Decision](t)(s.Decisions(ctx, "59001"))
			if gone := list[0].Typed == ""; gone != (i == 1) {
				t.Errorf("after %s: %+v", p, list[0])
			}
		}
		if _, err := s.ErasePerson(ctx, "59001", "P2"); fault.KindOf(err) != fault.NotFound {
			t.Error(err)
		}
	})
}

// Rows are chosen by month of entry and file; without a date, by the file's.
func TestAged(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		f, j := cutJob(t, s, 4)
		for n, entry := range map[int]string{1: "2020-01-01", 2: "2024-01-31", 3: "2026-01-01", 4: ""} {
			c, _, err := s.Claim(ctx, ChunkRef{j.ID, n}, "pack")
			rows := rowOf(f, n)
			rows[0].Entry, rows[0].AddressKey = entry, fmt.Sprint("k", n)
			if err == nil {
				err = s.Finish(ctx, c, rows)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"k2", "k3"} {
			if err := s.Decide(ctx, &Decision{Unit: "59001", AddressKey: key, Perimeter: "2024", Verdict: "hors QPV", Typed: "1 rue", ResultID: "59350_1"}); err != nil {
				t.Fatal(err)
			}
		}
		today := time.Now().UTC().Format("2006-01")
		aged := must[[]AgedRows](t)(s.Aged(ctx))
		var months []string
		for _, a := range aged {
			months = append(months, a.Month)
			if a.Unit != "59001" || a.FileID != f.ID || a.Imported.IsZero() || a.Reduced {
				t.Errorf("%+v", a)
			}
		}
		if want := []string{"2020-01", "2024-01", "2026-01", today}; !slices.Equal(months, want) {
			t.Fatalf("%v, want %v", months, want)
		}
		if n := must[int64](t)(s.RemoveAged(ctx, aged[0])); n != 1 {
			t.Error(n)
		}
		for i, want := range []int64{1, 0} { // a second pass has nothing to do
			n, err := s.ReduceAged(ctx, aged[1], func(p *Person, in *File) {
				if in.ID != f.ID {
					t.Error(in)
				}
				p.Cells = []string{""}
			})
			if err != nil || n != want {
				t.Errorf("pass %d: %d: %v", i, n, err)
			}
		}
		rows := must[[]Person](t)(s.People(ctx, PeopleQuery{Unit: "59001", Limit: 10}))
		if len(rows) != 3 || rows[0].Cells[0] != "" || rows[1].Cells[0] != "x" || rows[2].Cells[0] != "x" {
			t.Errorf("%+v", rows)
		}
		for _, d := range must[[]Decision](t)(s.Decisions(ctx, "59001")) {
			if gone := d.Typed == "" && d.ResultID == ""; gone != (d.AddressKey == "k2") {
				t.Errorf("%+v", d)
			}
		}
		again := must[[]AgedRows](t)(s.Aged(ctx))
		if len(again) != 3 || !again[0].Reduced || again[1].Reduced {
			t.Errorf("%+v", again)
		}
		if n := must[int64](t)(s.RemoveAged(ctx, again[2])); n != 1 { // the row without a date
			t.Error(n)
		}
		late := received(t, s, "59001", "jamais importé")
		for _, c := range []struct {
			before time.Time
			want   FileState
		}{{time.Now().Add(-time.Hour), Received}, {time.Now().Add(time.Hour), Cancelled}} {
			if err := s.SweepUploads(ctx, c.before); err != nil {
				t.Fatal(err)
			}
			if got := must[File](t)(s.File(ctx, late.ID)); got.State != c.want {
				t.Errorf("%s, want %s", got.State, c.want)
			}
		}
	})
}

func TestCountsAndLog(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, body := range []string{"{}", `{"n":2}`} {
			if err := s.Send(ctx, &Bordereau{Unit: "59001", Rule: "r", Period: "2024-T1", Body: []byte(body), SentBy: "A"}); err != nil {
				t.Fatal(err)
			}
		}
		list := must[[]Bordereau](t)(s.Bordereaux(ctx, "r", "2024-T1"))
		if len(list) != 1 || string(list[0].Body) != `{"n":2}` {
			t.Errorf("%+v", list)
		}
		if p := must[[]string](t)(s.Periods(ctx, "r")); len(p) != 1 {
			t.Error(p)
		}
		fr := Frozen{Name: "N", Rule: "r", Period: "2024-T1", Body: []byte("{}"), FrozenBy: "A"}
		if err := s.Freeze(ctx, &fr); err != nil {
			t.Fatal(err)
		}
		if got := must[Frozen](t)(s.FrozenState(ctx, fr.ID)); got.Name != "N" || got.FrozenAt.IsZero() {
			t.Errorf("%+v", got)
		}
		if l := must[[]Frozen](t)(s.FrozenStates(ctx, "59001")); len(l) != 0 {
			t.Error("another's states", l)
		}
		for i := range 5 {
			if err := s.Record(ctx, Entry{Who: "A", Role: State, Action: fmt.Sprint(i), Count: i}); err != nil {
				t.Fatal(err)
			}
		}
		page := must[[]Entry](t)(s.Audit(ctx, AuditQuery{Limit: 3}))
		rest := must[[]Entry](t)(s.Audit(ctx, AuditQuery{Before: page[2].ID, Limit: 10}))
		if len(page) != 3 || page[0].Action != "4" || len(rest) != 2 || rest[1].Action != "0" {
			t.Errorf("%+v %+v", page, rest)
		}
		first := must[[]byte](t)(s.Secret(ctx))
		if second := must[[]byte](t)(s.Secret(ctx)); len(first) != 32 || !bytes.Equal(first, second) {
			t.Error("the secret moves")
		}
		if err := s.ReplaceSites(ctx, "59001", "A", [][]byte{[]byte("{}"), []byte("{}")}); err != nil {
			t.Fatal(err)
		}
		if err := s.ReplaceSites(ctx, "59001", "A", [][]byte{[]byte("{}")}); err != nil {
			t.Fatal(err)
		}
		if l := must[[]Site](t)(s.Sites(ctx, "")); len(l) != 1 {
			t.Error(l)
		}
	})
}
