package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"perimetre/batch/publicapi"
	"perimetre/export"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// placeFlags are the flags of the commands that answer with places.
type placeFlags struct {
	Limit  int    `default:"5" placeholder:"N" help:"Nombre de résultats (5) ; le meilleur seul pour les lignes de l’entrée standard."`
	Format string `enum:"texte,json,geojson,csv" default:"texte" placeholder:"texte|json|geojson|csv" help:"Une ligne par résultat, le GeoJSON de l’API publique (json ou geojson), ou un CSV."`
	Strict bool   `help:"Rend le code 1 quand une demande n’a pas de résultat."`
	none   string `kong:"-"` // said when there is no place
}

// answered is a question and the places that answer it.
type answered struct {
	question string
	results  []geocode.Result
}

// answer prints the places of one question, or the best one of each line of the standard
// input when the question is « - ».
func (f *placeFlags) answer(question string, g *Globals, std streams, pack string, reverse bool, find func(string) ([]geocode.Result, error)) error {
	if question != "-" {
		results, err := find(question)
		if err != nil {
			return err
		}
		results = results[:min(f.Limit, len(results))]
		if len(results) == 0 && f.Format == "texte" {
			g.messages(std.err).Info(cmp.Or(f.none, "Aucun lieu trouvé"))
		}
		if err := f.print(std.out, []answered{{question, results}}, pack, reverse, false); err != nil {
			return err
		}
		return f.empty(len(results) == 0)
	}
	none := false
	lines := bufio.NewScanner(std.in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if text == "" {
			continue
		}
		results, err := find(text)
		if err != nil {
			return fault.Wrap(fault.KindOf(err), err, "entrée standard, ligne %d", n)
		}
		none = none || len(results) == 0
		if err := f.print(std.out, []answered{{text, results[:min(1, len(results))]}}, pack, reverse, true); err != nil {
			return err
		}
		if f.Format == "csv" {
			f.Format = "csv-suite" // the header is written
		}
	}
	if err := lines.Err(); err != nil {
		return fault.Wrap(fault.Input, err, "entrée standard illisible")
	}
	return f.empty(none)
}

// empty returns the fault of a question without an answer, with --strict.
func (f *placeFlags) empty(none bool) error {
	if none && f.Strict {
		return fault.New(fault.NoResult, "aucun résultat")
	}
	return nil
}

// print writes questions and their places; with lines each question has its own line, also
// without a place, and JSON has one object a line.
func (f *placeFlags) print(w io.Writer, list []answered, pack string, reverse, lines bool) error {
	for _, a := range list {
		collection := publicapi.Search(a.results, a.question, f.Limit, pack)
		if reverse {
			collection = publicapi.Reverse(a.results, f.Limit, pack)
		}
		var err error
		switch {
		case f.Format == "texte" && lines && len(a.results) == 0:
			_, err = fmt.Fprintf(w, "%s\t\n", a.question)
		case f.Format == "texte":
			err = printResults(w, a.results, reverse)
		case strings.HasPrefix(f.Format, "csv"):
			err = f.csv(w, a, reverse, lines)
		case lines:
			var b []byte
			if b, err = json.Marshal(collection); err == nil {
				_, err = w.Write(append(b, '\n'))
			}
		default:
			err = printJSON(w, collection)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// csv writes one row a place, and for lines a row without a place too.
func (f *placeFlags) csv(w io.Writer, a answered, reverse, lines bool) error {
	header := []string{"demande", "resultat", "precision", "score", "confiance", "longitude", "latitude", "identifiant"}
	if reverse {
		header = append(header, "distance_m")
	}
	rows := [][]string{}
	if f.Format == "csv" {
		rows = append(rows, header)
	}
	for i := range a.results {
		r := &a.results[i]
		row := []string{a.question, r.Label, r.Precision.String(), strconv.FormatFloat(r.Score, 'f', 4, 64), strconv.FormatFloat(r.Confidence, 'f', 4, 64),
			strconv.FormatFloat(r.Lon, 'f', 6, 64), strconv.FormatFloat(r.Lat, 'f', 6, 64), r.ID}
		if reverse {
			row = append(row, strconv.FormatFloat(r.Distance, 'f', 0, 64))
		}
		rows = append(rows, row)
	}
	if lines && len(a.results) == 0 {
		rows = append(rows, append([]string{a.question}, make([]string, len(header)-1)...))
	}
	return writeCSV(w, rows)
}

// writeCSV writes rows as the program's tables are, short of the mark at their head.
func writeCSV(w io.Writer, rows [][]string) error {
	var b bytes.Buffer
	out, err := export.Create("-", export.Options{Stdout: &b, Encoding: table.UTF8})
	if err != nil {
		return err
	}
	for _, row := range rows {
		for i := range row {
			row[i] = export.NeutraliseFormula(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// printResults writes one line a place: label, precision, score, confidence,
// longitude, latitude, identifier, and metres for a reverse search.
func printResults(w io.Writer, results []geocode.Result, reverse bool) error {
	var b strings.Builder
	for i := range results {
		r := &results[i]
		fmt.Fprintf(&b, "%s\t%s\t%.4f\t%.4f\t%.6f\t%.6f\t%s", r.Label, r.Precision, r.Score, r.Confidence, r.Lon, r.Lat, r.ID)
		if reverse {
			fmt.Fprintf(&b, "\t%.0f m", r.Distance)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
