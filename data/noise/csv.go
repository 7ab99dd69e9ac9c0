package noise

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Header names the columns that Write makes and Read takes, parted by ";".
var Header = []string{"id", "classe", "moitie", "texte", "adresse", "complement", "code_postal", "ville",
	"vrai_voie", "vrai_numero", "vrai_numero_fin", "vrai_suffixe", "vrai_connu", "vrai_insee", "vrai_lon", "vrai_lat",
	"vrai_position", "insee_ecrit", "unique", "rivales", "negatif", "bruits"}

// Write puts the cases out as CSV, header first.
func Write(w io.Writer, cases []Case) error {
	cw := csv.NewWriter(w)
	cw.Comma = ';'
	if err := cw.Write(Header); err != nil {
		return err
	}
	for i := range cases {
		c := &cases[i]
		err := cw.Write([]string{c.ID, string(c.Class), string(c.Half), c.Line, c.Split.Street, c.Split.Complement,
			c.Split.Postcode, c.Split.City, c.Truth.Street, strconv.Itoa(c.Truth.Number),
			strconv.Itoa(c.Truth.NumberEnd), c.Truth.Suffix, flag(c.Truth.Known), c.Truth.CityCode, degrees(c.Truth.Lon),
			degrees(c.Truth.Lat), c.Truth.Position.String(), c.Written, flag(c.Unique), strings.Join(c.Rivals, "|"),
			flag(c.Negative), strings.Join(c.Noises, "|")})
		if err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// Read takes back what Write made. name is the file's, for errors.
func Read(r io.Reader, name string) ([]Case, error) {
	cr := csv.NewReader(r)
	cr.Comma = ';'
	head, err := cr.Read()
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "%s : jeu d’adresses bruitées illisible", name)
	}
	if !slices.Equal(head, Header) {
		return nil, fault.At(name, 1, "", strings.Join(Header, ";"), strings.Join(head, ";"))
	}
	var out []Case
	for {
		f, err := cr.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fault.Wrap(fault.Input, err, "%s : jeu d’adresses bruitées illisible", name)
		}
		p := parser{f: f}
		c := Case{ID: f[0], Class: Class(f[1]), Half: Half(f[2]), Line: f[3],
			Split: Split{f[4], f[5], f[6], f[7]},
			Truth: Truth{Street: f[8], Number: p.number(9), NumberEnd: p.number(10), Suffix: f[11], Known: f[12] == "1",
				CityCode: f[13], Lon: p.degrees(14), Lat: p.degrees(15), Position: geo.ParsePositionType(f[16])},
			Written: f[17], Unique: f[18] == "1", Rivals: list(f[19]), Negative: f[20] == "1", Noises: list(f[21])}
		if p.err != nil {
			line, _ := cr.FieldPos(p.bad)
			return nil, fault.At(name, line, Header[p.bad], "un nombre", f[p.bad])
		}
		out = append(out, c)
	}
}

// parser reads numbers and remembers the first column that is not one.
type parser struct {
	f   []string
	bad int
	err error
}

func (p *parser) note(i int, err error) {
	if err != nil && p.err == nil {
		p.bad, p.err = i, err
	}
}

func (p *parser) number(i int) int {
	n, err := strconv.Atoi(p.f[i])
	p.note(i, err)
	return n
}

func (p *parser) degrees(i int) float64 {
	if p.f[i] == "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(p.f[i], 64)
	p.note(i, err)
	return v
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

// degrees writes a coordinate whole, empty when absent.
func degrees(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
