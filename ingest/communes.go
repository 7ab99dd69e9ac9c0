package ingest

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Communes reads a table of communes: the CSV of DESIGN's layout (code_insee, nom,
// codes_postaux…), the COG's v_commune CSV, or the JSON of geo.api.gouv.fr and of
// @etalab/decoupage-administratif. Delegated and associated communes and
// arrondissements become the Former of theirs. The list is by code.
func Communes(path string) ([]geo.Commune, error) {
	d, err := openDocument(path, ".csv", ".json")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	b := communeBuilder{byCode: map[string]int{}}
	first, err := d.first()
	switch {
	case err != nil:
	case first == '[':
		err = b.readJSON(d)
	case first == 0 || first == '<' || first == '{':
		err = d.wrong("une table de communes : CSV, ou liste JSON de geo.api.gouv.fr")
	default:
		err = b.readCSV(d)
	}
	if err != nil {
		return nil, err
	}
	return b.list(d.name)
}

// communeBuilder gathers communes, and those within them until theirs is known.
type communeBuilder struct {
	communes []geo.Commune
	byCode   map[string]int
	within   []within
}

type within struct{ parent, code, name string }

// addWithin keeps a commune within another; France has some 10,000 of them.
func (b *communeBuilder) addWithin(file string, w within) error {
	if len(b.within) == 1<<20 {
		return &fault.Error{Kind: fault.TooLarge, File: file, Message: "trop de communes déléguées ou associées", Expected: "un million au plus"}
	}
	b.within = append(b.within, w)
	return nil
}

func (b *communeBuilder) add(file string, line int, c geo.Commune) error {
	if !isINSEE(c.Code) {
		return fault.At(file, line, "code", "un code INSEE de cinq caractères", "« "+c.Code+" »")
	}
	if c.Name == "" {
		return fault.At(file, line, "nom", "le nom de la commune", "rien")
	}
	if _, twice := b.byCode[c.Code]; twice {
		return &fault.Error{Kind: fault.Input, File: file, Line: line, Column: "code", Message: "la commune " + c.Code + " est déjà dans la table"}
	}
	if c.Departement == "" {
		c.Departement = geo.DepartementOf(c.Code)
	}
	b.byCode[c.Code] = len(b.communes)
	b.communes = append(b.communes, c)
	return nil
}

// list puts the former communes in theirs.
func (b *communeBuilder) list(file string) ([]geo.Commune, error) {
	if len(b.communes) == 0 {
		return nil, &fault.Error{Kind: fault.Input, File: file, Message: "aucune commune dans ce fichier"}
	}
	for _, w := range b.within {
		if i, ok := b.byCode[w.parent]; ok && w.code != w.parent {
			addFormer(&b.communes[i], geo.FormerCommune{Code: w.code, Name: w.name})
		}
	}
	slices.SortFunc(b.communes, func(x, y geo.Commune) int { return strings.Compare(x.Code, y.Code) })
	return b.communes, nil
}

// addFormer adds a former commune, or the name that a first mention lacked.
func addFormer(c *geo.Commune, f geo.FormerCommune) {
	for i := range c.Former {
		if c.Former[i].Code == f.Code {
			if c.Former[i].Name == "" {
				c.Former[i].Name = f.Name
			}
			return
		}
	}
	c.Former = append(c.Former, f)
}

func (b *communeBuilder) readCSV(d *document) error {
	r, c, err := official(d)
	if err != nil {
		return err
	}
	defer r.Close()
	if c.has("typecom") && c.has("com") {
		return asBroken(d, b.readCOG(r, c))
	}
	code, name := c.of("code_insee", "code", "codgeo", "insee", "com"), c.of("nom", "nom_commune", "libelle", "libgeo")
	if code < 0 || name < 0 {
		return &fault.Error{Kind: fault.Input, File: d.name, Line: 1, Message: "ces colonnes ne sont celles d’aucune table de communes",
			Expected: "code_insee, nom, departement, population, codes_postaux, epci, nom_epci, anciens_codes ; ou COG : TYPECOM, COM, LIBELLE, COMPARENT",
			Seen:     strings.Join(nonEmpty(r.Header), ", ")}
	}
	var (
		dep, population     = c.of("departement", "dep", "code_departement"), c.of("population", "pop", "pmun")
		postcodes           = c.of("codes_postaux", "code_postal", "codespostaux")
		epci, epciName      = c.of("epci", "code_epci"), c.of("nom_epci", "libepci")
		former, formerNames = c.of("anciens_codes", "ancienscodes"), c.of("anciens_noms")
		lon, lat            = c.of("lon", "longitude"), c.of("lat", "latitude")
	)
	return asBroken(d, eachRow(r, func(row table.Row) error {
		m := geo.Commune{
			Code: table.PadPostcode(row.Cells[code]), Name: table.Clean(row.Cells[name]), Departement: cell(row.Cells, dep),
			EPCI: cell(row.Cells, epci), EPCIName: cell(row.Cells, epciName), Lon: math.NaN(), Lat: math.NaN(),
		}
		if p := cell(row.Cells, population); p != "" {
			v, err := table.ParseNumber(p)
			if err != nil || v < 0 || v > 1e8 {
				return fault.At(d.name, row.Line, "population", "un nombre d’habitants", "« "+p+" »")
			}
			m.Population = int(v)
		}
		for _, p := range splitList(cell(row.Cells, postcodes)) {
			m.Postcodes = append(m.Postcodes, table.PadPostcode(p))
		}
		names := splitNames(cell(row.Cells, formerNames))
		for i, f := range splitList(cell(row.Cells, former)) {
			old := geo.FormerCommune{Code: table.PadPostcode(f)}
			if i < len(names) {
				old.Name = names[i]
			}
			m.Former = append(m.Former, old)
		}
		if lon >= 0 && lat >= 0 && row.Cells[lon] != "" {
			a := geo.Address{}
			if f := setPoint(&a, row.Cells[lon], row.Cells[lat]); f != nil {
				f.Kind, f.File, f.Line = fault.Input, d.name, row.Line
				return f
			}
			m.Lon, m.Lat = a.Lon, a.Lat
		}
		return b.add(d.name, row.Line, m)
	}))
}

// readCOG reads INSEE's v_commune: COM lines are communes of today, COMA, COMD
// and ARM lines those within the commune COMPARENT.
func (b *communeBuilder) readCOG(r *table.Reader, c columns) error {
	if err := c.need("COG d’un autre format", "typecom", "com", "dep", "libelle", "comparent"); err != nil {
		return err
	}
	kind, code, dep, name, parent := c.of("typecom"), c.of("com"), c.of("dep"), c.of("libelle"), c.of("comparent")
	return eachRow(r, func(row table.Row) error {
		if row.Cells[kind] != "COM" {
			return b.addWithin(c.file, within{row.Cells[parent], row.Cells[code], row.Cells[name]})
		}
		return b.add(c.file, row.Line, geo.Commune{Code: row.Cells[code], Name: row.Cells[name], Departement: row.Cells[dep], Lon: math.NaN(), Lat: math.NaN()})
	})
}

// jsonCommune is a commune of geo.api.gouv.fr, or of decoupage-administratif,
// whose types other than commune-actuelle are within the commune chefLieu.
type jsonCommune struct {
	Code            string    `json:"code"`
	Name            string    `json:"nom"`
	Type            string    `json:"type"`
	ChefLieu        string    `json:"chefLieu"`
	Commune         string    `json:"commune"` // of an arrondissement
	Postcodes       oneOrMany `json:"codesPostaux"`
	Population      int       `json:"population"`
	CodeEpci        string    `json:"codeEpci"`
	Epci            *epci     `json:"epci"`
	CodeDepartement string    `json:"codeDepartement"`
	Former          oneOrMany `json:"anciensCodes"`
	Centre          *point    `json:"centre"`
	Mairie          *point    `json:"mairie"`
}

type epci struct {
	Code string `json:"code"`
	Name string `json:"nom"`
}

// UnmarshalJSON takes the bare code too.
func (e *epci) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &e.Code)
	}
	type plain epci
	return json.Unmarshal(b, (*plain)(e))
}

type point struct {
	Coordinates [2]float64 `json:"coordinates"`
}

func (b *communeBuilder) readJSON(d *document) error {
	n := 0
	return eachItem(d, func(item json.RawMessage) error {
		n++
		var j jsonCommune
		if err := json.Unmarshal(item, &j); err != nil {
			return &fault.Error{Kind: fault.Input, File: d.name, Message: "commune n° " + strconv.Itoa(n) + " illisible", Expected: "code, nom, codesPostaux, population, codeEpci, codeDepartement", Seen: beginning(item)}
		}
		if j.Type != "" && j.Type != "commune-actuelle" {
			parent := j.ChefLieu
			if parent == "" {
				parent = j.Commune
			}
			return b.addWithin(d.name, within{parent, j.Code, j.Name})
		}
		m := geo.Commune{Code: j.Code, Name: j.Name, Departement: j.CodeDepartement, Postcodes: j.Postcodes, Population: j.Population, EPCI: j.CodeEpci, Lon: math.NaN(), Lat: math.NaN()}
		if j.Epci != nil {
			m.EPCI, m.EPCIName = j.Epci.Code, j.Epci.Name
		}
		for _, f := range j.Former {
			m.Former = append(m.Former, geo.FormerCommune{Code: f})
		}
		if p := j.Mairie; p != nil || j.Centre != nil {
			if p == nil {
				p = j.Centre
			}
			m.Lon, m.Lat = p.Coordinates[0], p.Coordinates[1]
		}
		if err := b.add(d.name, 0, m); err != nil {
			return err
		}
		return nil
	})
}
