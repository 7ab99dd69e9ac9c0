package pages

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/pages/atlas"
	"perimetre/server/studies"
	"perimetre/web"
)

// sitesPage returns the table of a Mission Locale's own sites.
func (s *Pages) sitesPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSites); err != nil {
		return err
	}
	return s.showSites(w, r, http.StatusOK, "")
}

func (s *Pages) showSites(w http.ResponseWriter, r *http.Request, code int, refusal string) error {
	unit, list, err := s.ownSites(r)
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	v := &web.Sites{Layout: s.Layout(r, "Sites d’accueil", "/ma-mission-locale"), Unit: pack.UnitName(unit), Fault: refusal,
		Action: "/ma-mission-locale/sites", Upload: "/ma-mission-locale/sites/fichier", Downloads: []web.Link{{Label: "Télécharger en CSV", Href: "/ma-mission-locale/sites.csv"}, {Label: "Télécharger en XLSX", Href: "/ma-mission-locale/sites.xlsx"}}}
	if v.Complete, err = atlas.Completeness(s.Shell, r, unit, list); err != nil {
		return err
	}
	for _, x := range list {
		v.Lines = append(v.Lines, web.SiteLine{ID: x.ID, Name: x.Name, Address: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode, Opening: x.Opening, Host: x.Host,
			Lon: degreesText(x.Lon), Lat: degreesText(x.Lat), From: x.From.String(), To: x.To.String(), Kinds: kindChoices(x.Kind)})
	}
	for range 3 {
		v.Lines = append(v.Lines, web.SiteLine{New: true, Kinds: kindChoices(string(geo.SitePermanence))})
	}
	return s.Render(w, r, code, v)
}

func (s *Pages) ownSites(r *http.Request) (unit string, list []studies.Site, err error) {
	if unit, err = access.Who(r).OwnUnit(r.URL.Query().Get("ml")); err != nil {
		return "", nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	all, err := s.Studies.Sites(r.Context(), pack)
	return unit, slices.DeleteFunc(all, func(x studies.Site) bool { return x.Unit != unit }), err
}

func kindChoices(chosen string) []web.Choice {
	out := []web.Choice{{Label: "non précisée", Selected: chosen == ""}}
	for _, k := range studies.SiteKinds[1:] {
		out = append(out, web.Choice{Value: k, Label: atlas.KindName(k), Selected: k == chosen})
	}
	return out
}

func degreesText(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', 6, 64)
}

// sitesSave keeps the table as it was sent.
func (s *Pages) sitesSave(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSites); err != nil {
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
	list := []studies.Site{}
	for i := range p.Values["nom"] {
		x := studies.Site{Name: column("nom", i), Kind: column("nature", i), Unit: unit, Host: column("hebergeur", i), Address: column("adresse", i), Postcode: column("code-postal", i), City: column("commune", i), CityCode: column("code-insee", i), Opening: column("ouverture", i)}
		if x.Name == "" {
			continue
		}
		if k := slices.IndexFunc(before, func(b studies.Site) bool { return b.ID == column("id", i) && b.ID != "" }); k >= 0 {
			old := before[k]
			x.From, x.To, x.Appointment = old.From, old.To, old.Appointment
			if x.Address == old.Address && x.Postcode == old.Postcode && x.City == old.City { // moved, it is placed again
				x.Lon, x.Lat = old.Lon, old.Lat
			}
		}
		list = append(list, x)
	}
	return s.keepSites(w, r, unit, list)
}

// keepSites completes the list and writes it, or shows the page with what is refused.
func (s *Pages) keepSites(w http.ResponseWriter, r *http.Request, unit string, list []studies.Site) error {
	pack := s.Packs.Acquire()
	defer pack.Release()
	err := studies.Complete(pack, list)
	if err == nil {
		_, _, err = s.Studies.Save(r.Context(), access.Who(r), pack, unit, list)
	}
	if err != nil && httpio.Refusal(err) {
		return s.showSites(w, r, httpio.Status(err), french.Sentence(err.Error()))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/ma-mission-locale/sites", http.StatusSeeOther)
	return nil
}

// sitesUpload replaces the list by a file's.
func (s *Pages) sitesUpload(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSites); err != nil {
		return err
	}
	unit, err := access.Who(r).OwnUnit("")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, 8<<20)
	in, h, err := r.FormFile("fichier")
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
	pack := s.Packs.Acquire()
	defer pack.Release()
	list, err := studies.FromFile(pack, path, unit)
	if err != nil {
		if fault.KindOf(err) == fault.Internal {
			return err
		}
		text := strings.ReplaceAll(err.Error(), path, filepath.Base(h.Filename))
		return s.showSites(w, r, http.StatusUnprocessableEntity, "Rien n’est enregistré. "+text)
	}
	return s.keepSites(w, r, unit, list)
}

// sitesDownload returns the list as a file that sitesUpload reads back: a table or a
// workbook, as the path ends.
func (s *Pages) sitesDownload(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSites); err != nil {
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
	out, err := export.Create("-", export.Options{Stdout: &b, Workbook: ext == "xlsx", Sheet: "Sites"})
	if err != nil {
		return err
	}
	rows := [][]string{{"nom", "nature", "adresse", "code_postal", "commune", "code_insee", "lon", "lat", "ouverture", "hébergeur", "du", "au"}}
	for _, x := range list {
		rows = append(rows, []string{neutral(x.Name), cmp.Or(atlas.KindName(x.Kind), x.Kind), neutral(x.Address), x.Postcode, neutral(x.City), x.CityCode, degreesText(x.Lon), degreesText(x.Lat), neutral(x.Opening), neutral(x.Host), x.From.String(), x.To.String()})
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
