package study

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// person is what a flagged file says of somebody, without name nor address.
type person struct {
	id      string
	commune string
	status  string // oui, non, a_verifier
	zones   []string
	renewal bool
	at      orb.Point
	sure    bool // the point is that of a number
}

// eachPerson reads a file that `flag` wrote.
func eachPerson(path string, visit func(*person) error) error {
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
		p := person{id: columns.Cell(row.Cells, table.Person), commune: cell(city), status: cell(status), at: orb.Point{math.NaN(), math.NaN()}}
		if p.commune == "" {
			p.commune = table.PadPostcode(columns.Cell(row.Cells, table.CityCode))
		}
		if z := cell(code); z != "" {
			p.zones = strings.Split(z, "|")
		}
		p.renewal, _, _ = table.ParseBool(columns.Cell(row.Cells, table.Renewal))
		if p.id == "" {
			p.id = fmt.Sprint("ligne ", row.Line)
		}
		x, errX := table.ParseNumber(cell(lon))
		y, errY := table.ParseNumber(cell(lat))
		if errX == nil && errY == nil {
			p.at = orb.Point{x, y}
			w := cell(precision)
			p.sure = precision < 0 || w == "numero" || w == "interpole"
		}
		if err := visit(&p); err != nil {
			return err
		}
	}
}

// flagged counts each person of a flagged file once, at the point of their first
// row that has one; a street, a commune or nothing leaves only the commune known.
func (g *ground) flagged(path string) (*people, error) {
	rank := map[string]int{}
	var points []coverage.Point
	err := eachPerson(path, func(p *person) error {
		q := coverage.Point{At: p.at, Weight: 1, Commune: g.commune(p.commune), Zone: -1}
		if !p.sure {
			q.At = orb.Point{math.NaN(), math.NaN()}
			if p.status == "oui" && len(p.zones) > 0 {
				if q.Zone = g.zoneOf(p.zones[0]); q.Zone >= 0 {
					q.Groups |= 1 << coverage.InQPV
				}
			}
		}
		if i, twice := rank[p.id]; twice {
			if points[i].At[0] != points[i].At[0] {
				points[i] = q
			}
			return nil
		}
		rank[strings.Clone(p.id)] = len(points)
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
		g.notice(fmt.Sprintf("%s sans adresse au numéro : couvert%s si toutes les adresses de la commune le sont, entre les deux bornes sinon", count(unknown, "jeune"), plural(unknown)))
	}
	return &people{label: "jeunes du fichier marqué, chacun une fois", noun: "jeunes", each: inChunks(points)}, nil
}
