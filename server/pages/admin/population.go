package admin

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

const populationPath = "/administration/population"

// adminPopulation shows the tables of young people behind the expected shares: what was read
// of them, what each Mission Locale gets from them, and the lines that are nobody's.
func (s *Pages) adminPopulation(r *http.Request, v *web.Admin) error {
	x, err := s.Figures.PopulationTables(r.Context(), access.Who(r))
	if err != nil {
		return err
	}
	v.Population = &web.PopulationForm{Fault: x.Fault}
	if access.Who(r).Can(access.EditSettings) {
		v.Population.Action = populationPath
	}
	for _, f := range x.Loaded {
		v.Population.Files = append(v.Population.Files, web.PopulationFile{Name: f.Name, Added: "chargé le " + french.Moment(f.AddedAt) + " par " + f.AddedBy})
	}
	if x.Fixed != "" {
		v.Population.Note = "Le service a été démarré avec la table « " + x.Fixed + " » : celles qui sont chargées ici ne comptent pas."
	} else if x.Pack {
		v.Population.Note = "Les tables lues sont celles du référentiel géographique ; une table chargée ici prend leur place."
	}
	if x.Read == nil {
		return nil
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	v.Facts = populationFacts(x)
	v.Tables = append(v.Tables, populationTable(pack, x.Read))
	if lines := x.Read.Unmatched; len(lines) > 0 {
		t := web.Table{ID: "sans-ml", Caption: "Lignes qui ne se rattachent à aucune Mission Locale", Columns: []web.Column{{Label: "Ligne"}}}
		for _, l := range lines {
			t.Rows = append(t.Rows, []string{l})
		}
		v.Tables = append(v.Tables, t)
	}
	return nil
}

// populationFacts says which editions and ages the tables have.
func populationFacts(x *figures.PopulationState) []web.Fact {
	p := x.Read
	band := "ceux que le tableau compte"
	if p.Band != "" {
		band = p.Band + " (le CEJ vise 16–25)"
	}
	facts := []web.Fact{{Term: "Âges", Text: band}, {Term: "Sources", Text: orUnknown(p.Source)}, {Term: "Éditions", Text: orUnknown(p.Year)}}
	if n := len(p.Unmatched); n > 0 {
		facts = append(facts, web.Fact{Term: "Sans Mission Locale", Text: french.Count(n, "ligne, nommée plus bas", "lignes, nommées plus bas")})
	}
	return facts
}

func orUnknown(s string) string {
	if s == "" {
		return "non dites par le tableau"
	}
	return s
}

// populationTable says what the tables give each Mission Locale.
func populationTable(pack *packs.Edition, p *quota.Population) web.Table {
	t := web.Table{ID: "attendue", Caption: "Ce que les tables donnent à chaque Mission Locale", Columns: []web.Column{{Label: "Mission Locale"}, {Label: "Jeunes", Number: true}, {Label: "Jeunes en QPV", Number: true}, {Label: "Part attendue", Number: true}, {Label: "Habitants en QPV", Number: true}, {Label: "QPV", Number: true}, {Label: "Valeurs secrètes, bornées par la population"}}}
	for _, u := range pack.Units() {
		e := p.Of(u.Code)
		if e == nil {
			t.Rows = append(t.Rows, []string{u.Name, "–", "–", "non chargée", "–", "–", "–"})
			continue
		}
		share := "–"
		if _, ok := e.Share(); ok {
			share = french.Ratio(e.InQPV, e.Young)
		} else if low, high, ok := e.Bounds(); ok {
			share = "de " + french.Percent(low) + " à " + french.Percent(high)
		}
		young, in := "–", "–"
		if e.Young > 0 {
			young, in = french.Integer(e.Young), between(e.InQPV, e.InQPVHigh)
		}
		people := "–"
		if e.Possible > 0 {
			people = between(e.Sure, e.Possible)
		}
		secret := slices.Clone(e.Secret)
		slices.Sort(secret)
		t.Rows = append(t.Rows, []string{u.Name, young, in, share, people, french.Integer(len(e.Zones)), orNone(strings.Join(secret, ", "))})
	}
	return t
}

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// between writes a number, or the two that bound it.
func between(low, high int) string {
	if low == high {
		return french.Integer(low)
	}
	return "de " + french.Integer(low) + " à " + french.Integer(high)
}

// populationSave loads a table, or removes one.
func (s *Pages) populationSave(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSettings); err != nil {
		return err
	}
	again := func(err error) error {
		r.URL.RawQuery = url.Values{"vue": {"population"}}.Encode()
		return s.showAdmin(w, r, httpio.Status(err), "Rien n’est chargé : "+strings.TrimSuffix(err.Error(), ".")+".", "", "")
	}
	r.Body = http.MaxBytesReader(w, r.Body, figures.MostPopulation)
	in, h, err := r.FormFile("fichier")
	done := "Table chargée."
	switch {
	case err == nil:
		defer r.MultipartForm.RemoveAll()
		defer in.Close()
		content, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		if err := s.Figures.LoadPopulation(r.Context(), access.Who(r), h.Filename, content); err != nil {
			if httpio.Refusal(err) {
				return again(err)
			}
			return err
		}
	case r.PostFormValue("retirer") != "":
		if err := s.Figures.RemovePopulation(r.Context(), access.Who(r), r.PostFormValue("retirer")); err != nil {
			return err
		}
		done = "Table retirée."
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		return again(httpio.Refused("fichier : un tableau CSV ou XLSX"))
	default:
		return again(httpio.Refused("envoi illisible, ou de plus de 64 Mo"))
	}
	s.Sessions.Put(r.Context(), shell.Flash, done)
	http.Redirect(w, r, "/administration?vue=population", http.StatusSeeOther)
	return nil
}
