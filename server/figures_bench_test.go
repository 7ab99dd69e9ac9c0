package server

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/server/store"
)

// crowd writes n rows of one Mission Locale, each another person's, from the rows of the
// territory's file.
func crowd(b *testing.B, path, unit string, n int) string {
	b.Helper()
	in, err := table.Open(path, table.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	who, where := table.FindColumn(in.Header, "N° dossier"), table.FindColumn(in.Header, "Code structure")
	if who < 0 || where < 0 {
		b.Fatal("no column of the person or of the Mission Locale: ", in.Header)
	}
	var rows [][]string
	for {
		row, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		if row.Kind == table.Data {
			rows = append(rows, slices.Clone(row.Cells))
		}
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma = ';'
	w.Write(in.Header)
	for i := range n {
		row := slices.Clone(rows[i%len(rows)])
		row[who], row[where] = fmt.Sprintf("P%05d", i), unit
		w.Write(row)
	}
	w.Flush()
	return out.String()
}

// cpu returns the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOwnPage measures the page of a Mission Locale of 5,000 people: the first
// view after a change of the data, and those that follow.
func BenchmarkOwnPage(b *testing.B) {
	w := newBenchWorld(b)
	unit := w.units[0]
	officer, direction := w.account(store.DataOfficer, unit), w.account(store.Direction, unit)
	officer.imported(unit, crowd(b, filepath.Join(w.dir, "raw", "jeunes.csv"), unit, 5000))
	page := "/ma-mission-locale?ml=" + unit
	direction.get(page).want(http.StatusOK) // compiles templates, opens the pack
	for _, x := range []struct {
		name   string
		change bool
	}{{"first view", true}, {"next views", false}} {
		b.Run(x.name, func(b *testing.B) {
			total := time.Duration(0)
			for n := 0; b.Loop(); n++ {
				if x.change {
					d := store.Decision{Unit: unit, AddressKey: fmt.Sprint("bench", n), Perimeter: "2024", Verdict: "dans le QPV"}
					if err := w.store.Decide(b.Context(), &d); err != nil {
						b.Fatal(err)
					}
				}
				before := cpu()
				direction.get(page).want(http.StatusOK)
				total += cpu() - before
			}
			b.ReportMetric(total.Seconds()/float64(b.N), "cpu-s/op")
		})
	}
}

// BenchmarkDashboard measures Pilotage over the bordereaux of 42 Missions Locales that
// count 115,109 people.
func BenchmarkDashboard(b *testing.B) {
	w := newBenchWorld(b)
	period := quota.Quarter(2024, 3)
	const people, all = 115_109, 42
	for _, p := range []quota.Period{quota.Quarter(2024, 1), quota.Quarter(2024, 2), period} {
		for i := range all {
			n := people / all
			if i < people%all {
				n++
			}
			c := quota.Count{In: n * (20 + i) / 100, Undecided: n / 20, DecidedIn: n / 50}
			c.Out = n - c.In - c.Undecided
			code := fmt.Sprintf("59%03d", i+1)
			if i < len(w.units) {
				code = w.units[i]
			}
			w.keepBordereau(b, code, p, c)
		}
	}
	state := w.account(store.State)
	state.get("/pilotage?periode=2024-T3").want(http.StatusOK)
	for _, tab := range []string{"tableau", "tendance", "carte"} {
		b.Run(tab, func(b *testing.B) {
			before := cpu()
			for b.Loop() {
				state.get("/pilotage?periode=2024-T3&vue=" + tab).want(http.StatusOK)
			}
			b.ReportMetric((cpu()-before).Seconds()/float64(b.N), "cpu-s/op")
		})
	}
}

type benchWorld struct {
	*world
	units []string
}

func newBenchWorld(b *testing.B) *benchWorld {
	w := newWorld(b)
	return &benchWorld{w, w.someUnits()}
}

// keepBordereau puts a unit's counts in the store, as its Mission Locale sends them.
func (w *benchWorld) keepBordereau(b *testing.B, unit string, period quota.Period, c quota.Count) {
	b.Helper()
	rule, err := w.server.figures.Rule(b.Context(), quota.DefaultRule, period)
	if err != nil {
		b.Fatal(err)
	}
	text := fmt.Sprintf(`{"format":"perimetre/bordereau/1","rule":%q,"rule_hash":%q,"period":{"id":%q,"from":%q,"to":%q},"counting":"entrees","as_of":%q,"engine":"e","sha256":["e3b0"],"units":[{"code":%q,"blocks":[
		{"perimeter":"en_vigueur","versions":["2024"],"packs":["a"],"entries":%d,"parts":[{"target":"40 %%","from":"","to":"","in":%d,"out":%d,"undecided":%d,"decided_in":%d}],"motifs":{"bord":%d},"actions":{"trancher":%d}}]}]}`,
		rule.ID, rule.Fingerprint, period.ID, period.From, period.To, period.To, unit, c.N(), c.In, c.Out, c.Undecided, c.DecidedIn, c.Undecided, c.Undecided)
	kept := store.Bordereau{Unit: unit, Rule: rule.ID, Period: period.ID, Body: []byte(text), SentBy: "essai"}
	if err := w.store.Send(b.Context(), &kept); err != nil {
		b.Fatal(err)
	}
}
