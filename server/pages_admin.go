package server

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/geo/residency"
	"perimetre/quota"
	"perimetre/server/store"
	"perimetre/web"
)

// adminPage is the administration; an auditor reads it.
func (s *Server) adminPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAdmin(w, r, http.StatusOK, "", "", "")
}

func (s *Server) showAdmin(w http.ResponseWriter, r *http.Request, code int, refusal, secret, secretText string) error {
	tab := cmp.Or(r.URL.Query().Get("vue"), "comptes")
	v := &web.Admin{Layout: s.layout(r, "Administration", "/administration"), Heading: "Administration", Tab: tab, Fault: refusal, Secret: secret, SecretText: secretText}
	v.Intro = "Comptes, règles, référentiel, journal et durées de conservation. Aucune personne n’est visible d’ici."
	v.Tabs = tabs(url.Values{}, "/administration", tab, "comptes", "Comptes", "regles", "Règles et objectifs", "referentiel", "Référentiel", "journal", "Journal", "conservation", "Conservation")
	var err error
	switch tab {
	case "comptes":
		err = s.adminUsers(r, v)
	case "regles":
		err = s.adminRules(r, v)
	case "referentiel":
		s.adminSources(v)
	case "journal":
		err = s.adminAudit(r, v)
	case "conservation":
		err = s.adminSettings(r, v)
	default:
		return &badRequest{[]string{"vue : comptes, regles, referentiel, journal ou conservation"}}
	}
	if err != nil {
		return err
	}
	return s.render(w, r, code, v)
}

func (s *Server) adminUsers(r *http.Request, v *web.Admin) error {
	users, err := s.store.Users(r.Context())
	if err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	admin := slices.Contains(adminRole, principalOf(r).Role)
	for _, u := range users {
		line := web.UserLine{Name: u.Name, Email: u.Email, Role: roleNames[u.Role], Scope: pack.unitNames(u.Units), Last: moment(u.LastLogin), Disabled: u.Disabled}
		if u.Role == store.State {
			line.Scope = cmp.Or(strings.Join(u.Departements, ", "), "tous les départements")
		}
		if admin {
			line.Action = "/administration/comptes/" + u.ID
		}
		v.Users = append(v.Users, line)
	}
	if len(users) == 0 {
		v.Tables = []web.Table{{ID: "comptes", Caption: "Comptes"}}
	}
	if admin {
		v.User = &web.UserForm{Action: "/administration/comptes", Units: []web.Choice{{Label: "aucune"}}}
		for _, role := range store.Roles {
			v.User.Roles = append(v.User.Roles, web.Choice{Value: string(role), Label: roleNames[role]})
		}
		for _, u := range pack.units() {
			v.User.Units = append(v.User.Units, web.Choice{Value: u.Code, Label: u.Name})
		}
	}
	return nil
}

func (s *Server) adminAddUser(w http.ResponseWriter, r *http.Request) error {
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	units := []string{}
	if u := p.text("unit"); u != "" {
		units = append(units, u)
	}
	departements := append([]string{}, strings.FieldsFunc(p.text("departements"), func(c rune) bool { return c == ',' || c == ' ' || c == ';' })...)
	var out invited
	err = s.api(r, s.addUser, nil, nil, map[string]any{"email": p.text("email"), "name": p.text("name"), "role": p.text("role"), "units": units, "departements": departements}, &out)
	if err != nil && (refused(err) || status(err) == http.StatusUnprocessableEntity) {
		return s.showAdmin(w, r, status(err), sentence(err), "", "")
	}
	if err != nil {
		return err
	}
	return s.showInvitation(w, r, out)
}

func (s *Server) showInvitation(w http.ResponseWriter, r *http.Request, out invited) error {
	text := fmt.Sprintf("Lien de mot de passe à transmettre à %s, valable jusqu’au %s ; il n’est montré qu’une fois :", out.User.Name, moment(out.ExpiresAt))
	return s.showAdmin(w, r, http.StatusOK, "", baseAddress(r)+"/mot-de-passe?jeton="+url.QueryEscape(out.Token), text)
}

// adminUser suspends or opens an account, or gives the link that sets its password.
func (s *Server) adminUser(w http.ResponseWriter, r *http.Request) error {
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	vars := map[string]string{"id": mux.Vars(r)["id"]}
	switch p.text("action") {
	case "lien":
		var out invited
		if err := s.api(r, s.resetUser, vars, nil, map[string]any{}, &out); err != nil {
			return err
		}
		return s.showInvitation(w, r, out)
	case "suspendre", "rouvrir":
		err := s.api(r, s.changeUser, vars, nil, map[string]any{"disabled": p.text("action") == "suspendre"}, nil)
		if err != nil && refused(err) {
			return s.showAdmin(w, r, status(err), sentence(err), "", "")
		}
		if err != nil {
			return err
		}
		http.Redirect(w, r, "/administration", http.StatusSeeOther)
		return nil
	}
	return &badRequest{[]string{"action : lien, suspendre ou rouvrir"}}
}

func (s *Server) adminRules(r *http.Request, v *web.Admin) error {
	t := web.Table{ID: "regles", Caption: "Règles et objectifs", Columns: []web.Column{{Label: "Règle"}, {Label: "Nom"}, {Label: "Objectif"}, {Label: "En vigueur"}, {Label: "Confirmée le"}, {Label: "Source"}}}
	for _, name := range s.rules() {
		rule, err := s.rule(r.Context(), name, quota.Period{})
		if err != nil {
			return err
		}
		confirmed := dayText(rule.ConfirmedOn)
		if rule.HasTarget() && rule.Stale(today()) {
			confirmed += " – objectif à confirmer"
		}
		t.Rows = append(t.Rows, []string{rule.ID, rule.Name, targetsText(rule), spanText(rule), confirmed, rule.Source})
	}
	v.Tables = []web.Table{t}
	return nil
}

func targetsText(rule *quota.Rule) string {
	if !rule.HasTarget() {
		return "sans objectif"
	}
	var parts []string
	for _, t := range rule.Targets {
		text := web.Percent(t.Share.Float())
		if !t.From.IsZero() {
			text += " à partir du " + dayText(t.From)
		}
		if !t.To.IsZero() {
			text += " jusqu’au " + dayText(t.To)
		}
		parts = append(parts, text)
	}
	if n := len(rule.UnitTargets); n > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", n, plural(n, "Mission Locale à part", "Missions Locales à part")))
	}
	return strings.Join(parts, " ; ")
}

func spanText(rule *quota.Rule) string {
	switch {
	case rule.ValidFrom.IsZero() && rule.ValidTo.IsZero():
		return "non datée"
	case rule.ValidTo.IsZero():
		return "depuis le " + dayText(rule.ValidFrom)
	}
	return dayText(rule.ValidFrom) + " au " + dayText(rule.ValidTo)
}

func (s *Server) adminSources(v *web.Admin) {
	v.Facts = []web.Fact{{Term: "Édition en service", Text: s.editionNow()}}
	versions, sources := s.sourceTables()
	v.Tables = []web.Table{versions, sources}
}

// sourceTables are the versions of the zonings and the files of the référentiel.
func (s *Server) sourceTables() (versions, sources web.Table) {
	pack := s.packs.acquire()
	defer pack.release()
	versions = web.Table{ID: "versions", Caption: "Versions des zonages", Columns: []web.Column{{Label: "Zonage"}, {Label: "En vigueur"}, {Label: "Connu depuis"}, {Label: "Complet pour"}, {Label: "Précision des coordonnées", Number: true}}}
	for _, x := range pack.Zonings.Versions() {
		precision := "–"
		if x.Precision > 0 {
			precision = metresText(x.Precision)
		}
		versions.Rows = append(versions.Rows, []string{strings.ToUpper(string(x.Zoning)) + " " + x.Name, inForce(x), dayText(x.KnownFrom), completeText(x.CompleteFor), precision})
	}
	sources = web.Table{ID: "sources", Caption: "Fichiers du référentiel géographique", Columns: []web.Column{{Label: "Fichier"}, {Label: "Enregistrements", Number: true}, {Label: "Réparés", Number: true}, {Label: "Remarques"}, {Label: "Empreinte SHA-256"}}}
	for _, m := range pack.Manifests {
		for _, f := range m.Sources {
			sources.Rows = append(sources.Rows, []string{f.Path, strconv.FormatInt(f.Records, 10), strconv.Itoa(f.Repaired), strings.Join(f.Warnings, " "), f.SHA256[:min(16, len(f.SHA256))]})
		}
	}
	return versions, sources
}

func completeText(list []string) string {
	switch {
	case slices.Contains(list, "*"):
		return "toute la France"
	case len(list) > 8:
		return fmt.Sprintf("%d départements ou communes", len(list))
	}
	return strings.Join(list, ", ")
}

func (s *Server) adminAudit(r *http.Request, v *web.Admin) error {
	const most = 100
	list, err := s.store.Audit(r.Context(), r.URL.Query().Get("avant"), most)
	if err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	t := web.Table{ID: "journal", Caption: "Journal", Columns: []web.Column{{Label: "Date"}, {Label: "Qui"}, {Label: "Rôle"}, {Label: "Action"}, {Label: "Mission Locale"}, {Label: "Nombre", Number: true}}}
	for _, e := range list {
		name := e.Unit
		if name != "" {
			name = pack.unitName(e.Unit)
		}
		t.Rows = append(t.Rows, []string{moment(e.At), e.Who, roleNames[e.Role], e.Action, name, strconv.Itoa(e.Count)})
	}
	v.Tables = []web.Table{t}
	if len(list) == most {
		v.Pages = []web.Link{{Label: "Plus ancien", Href: "/administration?" + url.Values{"vue": {"journal"}, "avant": {list[most-1].ID}}.Encode()}}
	}
	return nil
}

func (s *Server) adminSettings(r *http.Request, v *web.Admin) error {
	var now instanceSettings
	if err := s.api(r, s.getSettings, nil, nil, nil, &now); err != nil {
		return err
	}
	reduce, remove := "Mois après le trimestre d’entrée, adresses effacées", "Mois après le trimestre d’entrée, lignes effacées"
	if slices.Contains(adminRole, principalOf(r).Role) {
		v.Settings = &web.SettingsForm{Action: "/administration/conservation", Fields: []web.NumberField{
			{Name: "reduce", Label: reduce, Hint: "L’adresse et ce qui en a été trouvé s’effacent ; la réponse et le motif restent.", Value: now.ReduceMonths, Min: 1, Max: 120},
			{Name: "remove", Label: remove, Hint: "Seuls les nombres restent : bordereaux et états arrêtés.", Value: now.RemoveMonths, Min: 1, Max: 120}}}
	} else {
		v.Facts = []web.Fact{{Term: reduce, Text: strconv.Itoa(now.ReduceMonths)}, {Term: remove, Text: strconv.Itoa(now.RemoveMonths)}}
	}
	pack := s.packs.acquire()
	defer pack.release()
	t := web.Table{ID: "declares", Caption: "Sites d’accueil déclarés", Columns: []web.Column{{Label: "Mission Locale"}, {Label: "Sites déclarés", Number: true}}}
	for _, u := range pack.units() {
		if n, ok := now.DeclaredSites[u.Code]; ok {
			t.Rows = append(t.Rows, []string{u.Name, strconv.Itoa(n)})
		}
	}
	v.Tables = []web.Table{t}
	return nil
}

// adminSettingsSave keeps the durations, and leaves the other settings as they are.
func (s *Server) adminSettingsSave(w http.ResponseWriter, r *http.Request) error {
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	now, err := s.settings(r.Context())
	if err != nil {
		return err
	}
	now.ReduceMonths, now.RemoveMonths = p.whole("reduce", now.ReduceMonths, 1, 120), p.whole("remove", now.RemoveMonths, 1, 120)
	if err := p.err(); err != nil {
		return err
	}
	if err := s.api(r, s.putSettings, nil, nil, now, nil); err != nil {
		return err
	}
	http.Redirect(w, r, "/administration?vue=conservation", http.StatusSeeOther)
	return nil
}

// methodPage says how a decision is made, with this instance's own parameters.
func (s *Server) methodPage(w http.ResponseWriter, r *http.Request) error {
	v := &web.Method{Layout: s.layout(r, "Méthode", "/methode")}
	b, o := residency.DefaultBands, residency.DefaultOptions
	v.Bands = web.Table{ID: "bands", Caption: "Marge de doute à la limite", Columns: []web.Column{{Label: "Ce que le point désigne"}, {Label: "Marge de chaque côté", Number: true}},
		Rows: [][]string{{"Entrée, bâtiment, cage d’escalier, logement, délivrance postale", metresText(b.Building)}, {"Parcelle", metresText(b.Parcel)}, {"Segment, numéro placé entre ses voisins, position inconnue", metresText(b.Coarse)}}}
	v.Motifs = web.Table{ID: "motifs", Caption: "Motifs", Columns: []web.Column{{Label: "Motif"}, {Label: "Sens"}}}
	for _, m := range residency.Motifs {
		v.Motifs.Rows = append(v.Motifs.Rows, []string{string(m), upper(m.Text())})
	}
	pack := s.packs.acquire()
	edition, deps := pack.edition(), strings.Join(pack.Departements(), ", ")
	pack.release()
	v.Facts = []web.Fact{{Term: "Référentiel géographique", Text: "édition du " + edition}, {Term: "Départements dont les adresses sont chargées", Text: cmp.Or(deps, "aucun")},
		{Term: "Confiance sous laquelle seule la commune décide", Text: decimals(o.MinConfidence)}, {Term: "Numéros connus qu’il faut pour décider une voie", Text: strconv.Itoa(o.MinStreetNumbers)},
		{Term: "Écart permis au contour de la commune", Text: metresText(o.CommuneTolerance)}}
	for _, name := range s.rules() {
		rule, err := s.rule(r.Context(), name, quota.Period{})
		if err != nil {
			return err
		}
		v.Rules = append(v.Rules, web.MethodRule{Name: rule.Name, Facts: []web.Fact{{Term: "Objectif", Text: targetsText(rule)}, {Term: "En vigueur", Text: spanText(rule)}, {Term: "Source", Text: cmp.Or(rule.Source, "non renseignée")},
			{Term: "Seuil de secret", Text: fmt.Sprintf("nombres de moins de %d personnes cachés aux services de l’État, de moins de %d au public", rule.Thresholds.State, rule.Thresholds.Public)}}})
	}
	v.Versions, v.Sources = s.sourceTables()
	return s.render(w, r, http.StatusOK, v)
}
