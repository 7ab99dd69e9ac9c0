package study

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// Person is what flagging says of somebody, without name or address.
type Person struct {
	ID      string // the same for all the rows of one person
	Commune string // INSEE code; empty when unknown
	Status  string // oui, non, a_verifier
	Zones   []string
	Renewal bool
	At      orb.Point // NaN when unknown
	Sure    bool      // the point is a number's
}

// People visits persons row by row, and may visit one several times.
type People func(visit func(*Person) error) error

// FlaggedFile visits the people of a file that `flag` wrote.
func FlaggedFile(path string) People {
	return func(visit func(*Person) error) error { return readFlagged(path, visit) }
}

func readFlagged(path string, visit func(*Person) error) error {
	r, err := table.Open(path, table.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	at := func(title string) int { return table.FindColumn(r.Header, title) }
	columns := table.Match(r.Header)
	status, code, city, precision := at("qpv_statut"), at("qpv_code"), at("result_citycode"), at("result_precision")
	lon, lat := at("longitude"), at("latitude")
	if status < 0 || city < 0 {
		return &fault.Error{Kind: fault.Input, File: r.Name, Message: "colonne introuvable : le fichier n’a pas été marqué par « perimetre flag »", Expected: "qpv_statut, result_citycode", Seen: strings.Join(r.Header, ", ")}
	}
	for {
		row, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if row.Kind != table.Data {
			continue
		}
		cell := func(i int) string {
			if i < 0 {
				return ""
			}
			return table.Clean(row.Cells[i])
		}
		p := Person{ID: columns.Cell(row.Cells, table.Person), Commune: cell(city), Status: cell(status), At: orb.Point{math.NaN(), math.NaN()}}
		if p.Commune == "" {
			p.Commune = table.PadPostcode(columns.Cell(row.Cells, table.CityCode))
		}
		if z := cell(code); z != "" {
			p.Zones = strings.Split(z, "|")
		}
		p.Renewal, _ = table.Renews(table.Clean(columns.Cell(row.Cells, table.Renewal)), table.Clean(columns.Cell(row.Cells, table.FirstEntry)))
		if p.ID == "" {
			p.ID = fmt.Sprint("ligne ", row.Line)
		}
		x, errX := table.ParseNumber(cell(lon))
		y, errY := table.ParseNumber(cell(lat))
		if errX == nil && errY == nil {
			p.At = orb.Point{x, y}
			w := cell(precision)
			p.Sure = precision < 0 || w == "numero" || w == "interpole"
		}
		if err := visit(&p); err != nil {
			return err
		}
	}
}

// flagged counts each person of a flagged file once, at the point of their first
// row that has one; a street, a commune or nothing leaves only the commune known.
func (g *ground) flagged(met People) (*people, error) {
	rank := map[string]int{}
	var points []coverage.Point
	err := met(func(p *Person) error {
		q := coverage.Point{At: p.At, Weight: 1, Commune: g.commune(p.Commune), Zone: -1}
		if !p.Sure {
			q.At = orb.Point{math.NaN(), math.NaN()}
			if p.Status == string(residency.In) && len(p.Zones) > 0 {
				if q.Zone = g.zoneOf(p.Zones[0]); q.Zone >= 0 {
					q.Groups |= 1 << coverage.InQPV
				}
			}
		}
		if i, twice := rank[p.ID]; twice {
			if points[i].At[0] != points[i].At[0] {
				points[i] = q
			}
			return nil
		}
		rank[strings.Clone(p.ID)] = len(points)
		points = append(points, q)
		return nil
	})
	if err != nil {
		return nil, err
	}
	unknown := 0
	for i := range points {
		if math.IsNaN(points[i].At[0]) {
			unknown++
		}
	}
	if unknown > 0 {
		g.notice(fmt.Sprintf("%s sans adresse au numéro : couvert%s si toutes les adresses de la commune le sont, entre les deux bornes sinon", count(unknown, "jeune"), french.S(unknown)))
	}
	return &people{label: "jeunes du fichier marqué, chacun une fois", noun: "jeunes", each: inChunks(points)}, nil
}
