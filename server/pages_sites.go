package server

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/study"
	"perimetre/web"
)

// sitesPage is the table of a Mission Locale's own sites.
func (s *Server) sitesPage(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSites); err != nil {
		return err
	}
	return s.showSites(w, r, http.StatusOK, "")
}

func (s *Server) showSites(w http.ResponseWriter, r *http.Request, code int, refusal string) error {
	unit, list, err := s.ownSites(r)
	if err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	v := &web.Sites{Layout: s.layout(r, "Sites d’accueil", "/ma-mission-locale"), Unit: pack.UnitName(unit), Fault: refusal,
		Action: "/ma-mission-locale/sites", Upload: "/ma-mission-locale/sites/fichier", Downloads: []web.Link{{Label: "Télécharger en CSV", Href: "/ma-mission-locale/sites.csv"}, {Label: "Télécharger en XLSX", Href: "/ma-mission-locale/sites.xlsx"}}}
	if v.Complete, err = s.completeness(r, unit, list); err != nil {
		return err
	}
	for _, x := range list {
		v.Lines = append(v.Lines, web.SiteLine{ID: x.ID, Name: x.Name, Address: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode, Opening: x.Opening, Host: x.Host,
			Lon: degreesText(x.Lon), Lat: degreesText(x.Lat), From: x.From.String(), To: x.To.String(), Kinds: kindChoices(x.Kind)})
	}
	for range 3 {
		v.Lines = append(v.Lines, web.SiteLine{New: true, Kinds: kindChoices(string(geo.SitePermanence))})
	}
	return s.render(w, r, code, v)
}

func (s *Server) ownSites(r *http.Request) (unit string, list []siteRecord, err error) {
	if unit, err = principalOf(r).OwnUnit(r.URL.Query().Get("unit")); err != nil {
		return "", nil, err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	all, err := s.sites(r, pack)
	return unit, slices.DeleteFunc(all, func(x siteRecord) bool { return x.Unit != unit }), err
}

func kindChoices(chosen string) []web.Choice {
	out := []web.Choice{{Label: "non précisée", Selected: chosen == ""}}
	for _, k := range siteKinds[1:] {
		out = append(out, web.Choice{Value: k, Label: kindNames[k], Selected: k == chosen})
	}
	return out
}

func degreesText(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', 6, 64)
}

// completeness says how much of a list of sites is known, of the number that the
// administration wrote for a Mission Locale, or for all when unit is empty.
func (s *Server) completeness(r *http.Request, unit string, list []siteRecord) (*web.Completeness, error) {
	settings, err := people.ReadSettings(r.Context(), s.store)
	if err != nil {
		return nil, err
	}
	var declared coverage.Declared
	if unit != "" {
		declared.Sites = settings.DeclaredSites[unit]
	} else {
		pack := s.packs.Acquire()
		declared.Sites = declaredBy(settings.DeclaredSites, nil, pack)
		pack.Release()
	}
	sites, codes := make([]geo.Site, len(list)), make([]string, len(list))
	for i, x := range list {
		codes[i] = cmp.Or(x.CityCode, x.Unit)
		sites[i] = geo.Site{Lon: orNaN(x.Lon), Lat: orNaN(x.Lat), HalfDays: orNaN(x.HalfDays), Updated: x.Updated}
	}
	if unit == "" && declared.Sites == 0 {
		declared = study.DeclaredFor(codes)
	}
	c := coverage.NewCompleteness(sites, declared)
	out := &web.Completeness{Text: fmt.Sprintf("%d %s, dont %d %s et %d avec des demi-journées d’ouverture connues", c.OnFile, french.Plural(c.OnFile, "site d’accueil", "sites d’accueil"), c.WithPoint, french.Plural(c.WithPoint, "situé", "situés"), c.WithHours)}
	share, known := c.Share()
	if known {
		out.Text += fmt.Sprintf(" ; %d déclarés, soit %s de la liste", declared.Sites, french.Percent(share))
		if declared.Source != "" {
			out.Text += fmt.Sprintf(" (%s, %d)", declared.Source, declared.Year)
		}
	}
	if !c.Latest.IsZero() {
		out.Text += " ; dernière mise à jour le " + dayText(c.Latest)
	}
	out.Text += "."
	switch {
	case !known:
		out.Warning = "Complétude non déclarée : les distances sont des maximums."
	case !c.Complete():
		out.Warning = "Liste incomplète : les distances sont des maximums."
	}
	return out, nil
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// sitesSave keeps the table as it was sent.
func (s *Server) sitesSave(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSites); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	unit, before, err := s.ownSites(r)
	if err != nil {
		return err
	}
	column := func(name string, i int) string {
		if list := p.Values[name]; i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	list := []siteRecord{}
	for i := range p.Values["name"] {
		x := siteRecord{Name: column("name", i), Kind: column("kind", i), Unit: unit, Host: column("host", i), Address: column("address", i), Postcode: column("postcode", i), City: column("city", i), CityCode: column("citycode", i), Opening: column("opening", i)}
		if x.Name == "" {
			continue
		}
		if k := slices.IndexFunc(before, func(b siteRecord) bool { return b.ID == column("id", i) && b.ID != "" }); k >= 0 {
			old := before[k]
			x.From, x.To, x.Appointment = old.From, old.To, old.Appointment
			if x.Address == old.Address && x.Postcode == old.Postcode && x.City == old.City { // moved, it is placed anew
				x.Lon, x.Lat = old.Lon, old.Lat
			}
		}
		list = append(list, x)
	}
	return s.keepSites(w, r, unit, list)
}

// keepSites reads the openings, places the addresses, and writes the list.
func (s *Server) keepSites(w http.ResponseWriter, r *http.Request, unit string, list []siteRecord) error {
	pack := s.packs.Acquire()
	defer pack.Release()
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	for i := range list {
		x := &list[i]
		if x.Opening != "" && x.HalfDays == nil {
			o, err := ingest.ParseOpening(x.Opening)
			if err != nil {
				return s.showSites(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("Ouverture illisible pour « %s » : %s. Rien n’est enregistré.", x.Name, err))
			}
			if x.Appointment = o.Appointment; o.HalfDays > 0 {
				x.HalfDays = &o.HalfDays
			}
		}
		if x.Lon == nil && (x.Address != "" || x.City != "") {
			a, err := searcher.Search(&geocode.Query{Street: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode, Limit: 1})
			if err != nil {
				return err
			}
			if len(a.Results) > 0 && a.Results[0].Precision >= geocode.PrecisionLocality && !math.IsNaN(a.Results[0].Lon) {
				best := a.Results[0]
				x.Lon, x.Lat, x.CityCode = &best.Lon, &best.Lat, best.CityCode
			}
		}
	}
	err := s.api(r, s.putSites, nil, nil, map[string]any{"unit": unit, "sites": list}, nil)
	if err != nil && httpio.Refusal(err) {
		return s.showSites(w, r, httpio.Status(err), sentence(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/ma-mission-locale/sites", http.StatusSeeOther)
	return nil
}

// sitesUpload replaces the list by a file's.
func (s *Server) sitesUpload(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSites); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit("")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, 8<<20)
	in, h, err := r.FormFile("file")
	if err != nil {
		return s.showSites(w, r, http.StatusBadRequest, "Envoi illisible, ou de plus de 8 Mo.")
	}
	defer r.MultipartForm.RemoveAll()
	defer in.Close()
	dir, err := atomicfile.TempDir("", "perimetre-sites-")
	if err != nil {
		return err
	}
	defer dir.Remove()
	path := filepath.Join(dir.Path, "sites.csv")
	if strings.EqualFold(filepath.Ext(h.Filename), ".xlsx") {
		path = filepath.Join(dir.Path, "sites.xlsx")
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	sites, report, err := ingest.Sites(path)
	if err == nil && len(report.Faults) > 0 {
		err = report.Faults[0]
	}
	if err != nil {
		if fault.KindOf(err) == fault.Internal {
			return err
		}
		text := strings.ReplaceAll(err.Error(), path, filepath.Base(h.Filename))
		return s.showSites(w, r, http.StatusUnprocessableEntity, "Rien n’est enregistré. "+text)
	}
	pack := s.packs.Acquire()
	names := pack.UnitNames()
	list := make([]siteRecord, len(sites))
	for i := range sites {
		list[i] = siteOf(&sites[i], names)
		list[i].Unit = unit
	}
	pack.Release()
	return s.keepSites(w, r, unit, list)
}

// sitesDownload is the list as a file that sitesUpload reads back: a table or a
// workbook, as the path ends.
func (s *Server) sitesDownload(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSites); err != nil {
		return err
	}
	unit, list, err := s.ownSites(r)
	if err != nil {
		return err
	}
	ext, kind := "csv", "text/csv; charset=utf-8"
	if strings.HasSuffix(r.URL.Path, ".xlsx") {
		ext, kind = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	var b bytes.Buffer
	out, err := table.Create("-", table.WriteOptions{Stdout: &b, Workbook: ext == "xlsx", Sheet: "Sites"})
	if err != nil {
		return err
	}
	rows := [][]string{{"nom", "nature", "adresse", "code_postal", "commune", "code_insee", "lon", "lat", "ouverture", "hébergeur", "du", "au"}}
	for _, x := range list {
		rows = append(rows, []string{neutral(x.Name), cmp.Or(kindNames[x.Kind], x.Kind), neutral(x.Address), x.Postcode, neutral(x.City), x.CityCode, degreesText(x.Lon), degreesText(x.Lat), neutral(x.Opening), neutral(x.Host), x.From.String(), x.To.String()})
	}
	for _, row := range rows {
		if err := out.Write(row); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="sites-`+url.PathEscape(unit)+`.`+ext+`"`)
	_, err = w.Write(b.Bytes())
	return err
}

// neutral keeps a spreadsheet from reading a text as a formula.
func neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
