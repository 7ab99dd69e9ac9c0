package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/opening"
	"perimetre/ingest/table"
)

// inString is JSON that the directory writes within a string, or plainly.
type inString[T any] struct{ value T }

func (s *inString[T]) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		return json.Unmarshal(b, &s.value)
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil || strings.TrimSpace(text) == "" {
		return err
	}
	return json.Unmarshal([]byte(text), &s.value)
}

// directoryRecord is a service of the service-public directory
// (api-lannuaire-administration).
type directoryRecord struct {
	ID       string                       `json:"id"`
	Name     string                       `json:"nom"`
	CityCode string                       `json:"code_insee_commune"`
	Updated  string                       `json:"date_modification"`
	Address  inString[[]directoryAddress] `json:"adresse"`
	Pivot    inString[[]directoryPivot]   `json:"pivot"`
	Hours    inString[[]directoryOpening] `json:"plage_ouverture"`
}

type directoryAddress struct {
	Kind        string `json:"type_adresse"`
	Complement1 string `json:"complement1"`
	Complement2 string `json:"complement2"`
	Street      string `json:"numero_voie"`
	Service     string `json:"service_distribution"`
	Postcode    string `json:"code_postal"`
	City        string `json:"nom_commune"`
	Lon         any    `json:"longitude"`
	Lat         any    `json:"latitude"`
}

type directoryPivot struct {
	Kind     string    `json:"type_service_local"`
	Communes oneOrMany `json:"code_insee_commune"`
}

// directoryOpening is a span of days with one or two ranges of hours.
type directoryOpening struct {
	FromDay string `json:"nom_jour_debut"`
	ToDay   string `json:"nom_jour_fin"`
	Comment string `json:"commentaire"`
	From1   string `json:"valeur_heure_debut_1"`
	To1     string `json:"valeur_heure_fin_1"`
	From2   string `json:"valeur_heure_debut_2"`
	To2     string `json:"valeur_heure_fin_2"`
}

// readDirectory reads a page of the directory's API ("results") or a bare array.
// Records whose pivot names services outside the networks are left out.
func readDirectory(path string, report *SiteReport) ([]geo.Site, error) {
	d, err := openDocument(path, ".json")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var sites []geo.Site
	n, others := 0, 0
	defer func() {
		if others > 0 {
			report.Notices = append(report.Notices, otherNetworks(others))
		}
	}()
	add := func(item json.RawMessage) error {
		n++
		if i, ok := inclusionOf(item); ok {
			s := i.site()
			if s.Kind == geo.SiteUnknown {
				others++
			} else {
				sites = append(sites, s)
			}
			return nil
		}
		var r directoryRecord
		if err := json.Unmarshal(item, &r); err != nil {
			return &fault.Error{Kind: fault.Input, File: d.name, Message: fmt.Sprintf("fiche n° %d illisible", n), Expected: "une fiche de l’annuaire service-public", Seen: beginning(item)}
		}
		if r.Name == "" {
			return &fault.Error{Kind: fault.Input, File: d.name, Message: fmt.Sprintf("fiche n° %d sans nom", n), Expected: "une fiche de l’annuaire service-public", Seen: beginning(item)}
		}
		if s, ok := r.site(); ok {
			sites = append(sites, s)
		}
		return nil
	}
	if first, _ := d.first(); first == '[' {
		err := eachItem(d, add)
		return sites, err
	}
	notADirectory := d.wrong("une page de l’annuaire service-public, avec « results »") // before the head is read past
	found := false
	in := newJSONStream(d)
	err = in.object(func(key string) error {
		if key != "results" && key != "service" {
			_, err := in.value()
			return err
		}
		ok, err := in.array(add)
		found = found || ok
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notADirectory
	}
	return sites, nil
}

// site returns the record as a site; ok is false when it is another service's.
func (r *directoryRecord) site() (s geo.Site, ok bool) {
	s = geo.Site{ID: r.ID, Name: r.Name, CityCode: r.CityCode, Kind: kindInName(r.Name), HalfDays: math.NaN(), Lon: math.NaN(), Lat: math.NaN()}
	ok = len(r.Pivot.value) == 0
	for _, p := range r.Pivot.value {
		if k, known := networks[p.Kind]; known {
			ok = true
			if k != geo.SiteHead {
				s.Kind = k
			}
			if s.CityCode == "" {
				s.CityCode = p.Communes.first()
			}
		}
	}
	if !ok {
		return s, false
	}
	if s.Kind == geo.SiteUnknown {
		s.Kind = geo.SiteHead
	}
	for i, a := range r.Address.value {
		if i > 0 && a.Kind != "Adresse" {
			continue
		}
		s.Address, s.Host, s.Postcode, s.City = a.Street, a.Complement1, a.Postcode, a.City
		if s.Address == "" {
			s.Address, s.Host = a.Complement1, ""
		}
		var p geo.Address
		if setPoint(&p, propText(a.Lon), propText(a.Lat)) == nil {
			s.Lon, s.Lat = p.Lon, p.Lat
		}
		if a.Kind == "Adresse" {
			break
		}
	}
	var spans []string
	for _, o := range r.Hours.value {
		spans = append(spans, o.text())
	}
	s.Opening = strings.Join(spans, " ; ")
	if o, err := opening.Parse(s.Opening); err == nil {
		s.HalfDays, s.Appointment = o.HalfDays, o.Appointment
	}
	s.Updated, _ = table.ParseDate(r.Updated) // a date that we cannot read is unknown
	return s, true
}

// text writes a span as opening.Parse reads it.
func (o directoryOpening) text() string {
	s := o.FromDay
	if o.ToDay != "" && o.ToDay != o.FromDay {
		s += " au " + o.ToDay
	}
	for _, r := range [][2]string{{o.From1, o.To1}, {o.From2, o.To2}} {
		if len(r[0]) >= 5 && len(r[1]) >= 5 {
			s += " " + r[0][:5] + "-" + r[1][:5]
		}
	}
	return s
}
