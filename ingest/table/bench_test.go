package table

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// peopleCSV is a table of 15 columns, as i-Milo exports one.
func peopleCSV(n int, quoted bool) []byte {
	var b bytes.Buffer
	b.WriteString("Matricule;Mission Locale;Dispositif;Date d'entrée;Renouvellement;N° voie;Libellé voie;Complément;Code postal;Ville;Code INSEE;QPV;Date de naissance;RQTH;Conseiller référent\n")
	q := ""
	if quoted {
		q = `"`
	}
	for i := range n {
		fmt.Fprintf(&b, "%07d;59350;CEJ;%02d/%02d/2024;non;%d;%srue du Général Leclerc%s;;59000;%sLille%s;59350;non;03/04/2004;non;C%03d\n", i, 1+i%28, 1+i%12, i%200, q, q, q, q, i%100)
	}
	return b.Bytes()
}

func BenchmarkCSV(b *testing.B) {
	for _, quoted := range []bool{false, true} {
		b.Run(fmt.Sprintf("quoted=%v", quoted), func(b *testing.B) {
			const n = 20000
			data := peopleCSV(n, quoted)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := Open("-", Options{Stdin: bytes.NewReader(data)})
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				for {
					if _, err := r.Next(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
					rows++
				}
				if rows != n {
					b.Fatal(rows)
				}
			}
			b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
