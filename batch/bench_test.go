package batch

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/export"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// BenchmarkFlag is the pipeline's own cost, file to file: the search and the zones
// are fakes that cost nothing.
func BenchmarkFlag(b *testing.B) {
	const rows = 20000
	var s strings.Builder
	s.WriteString("Matricule;N° voie;Libellé voie;Complément;Code postal;Ville;Mission Locale;Date d'entrée\n")
	for i := range rows {
		fmt.Fprintf(&s, "M%06d;%d;RUE DU GENERAL LECLERC;BAT B;59999;ESSAI;Mission Locale d'Essai;%02d/04/2024\n", i, i%400+1, i%28+1)
	}
	path := filepath.Join(b.TempDir(), "in.csv")
	if err := os.WriteFile(path, []byte(s.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	answer, err := fakeSearch()(&geocode.Query{Text: "180 rue A Essai"})
	if err != nil {
		b.Fatal(err)
	}
	o := flagOptions()
	o.NewSearch = func() Search { return func(*geocode.Query) (*geocode.Answer, error) { return answer, nil } }
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			o.Workers = workers
			b.ReportAllocs()
			for b.Loop() {
				in, err := table.Open(path, table.Options{})
				if err != nil {
					b.Fatal(err)
				}
				out, err := export.Create("-", export.Options{Stdout: io.Discard})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Flag(context.Background(), o, in, out); err != nil {
					b.Fatal(err)
				}
				if err := out.Close(); err != nil {
					b.Fatal(err)
				}
				in.Close()
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
