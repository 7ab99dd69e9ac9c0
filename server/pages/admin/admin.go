// Package admin is the administration: accounts, rules, declared sites, journal and
// durations.
package admin

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"perimetre/french"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/pages/method"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/web"
)

// adminPage returns the administration; an auditor reads it.
func (s *Pages) adminPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	return s.showAdmin(w, r, http.StatusOK, "", "", "")
}

func (s *Pages) showAdmin(w http.ResponseWriter, r *http.Request, code int, refusal, secret, secretText string) error {
	tab := cmp.Or(r.URL.Query().Get("vue"), "comptes")
	v := &web.Admin{Layout: s.Layout(r, "Administration", "/administration"), Heading: "Administration", Tab: tab, Fault: refusal, Secret: secret, SecretText: secretText}
	v.Intro = "Comptes, règles, sites déclarés, population, référentiel, journal et durées de conservation. Aucune personne n’est visible d’ici."
	v.Tabs = shell.Tabs(url.Values{}, "/administration", tab, "comptes", "Comptes", "regles", "Règles et objectifs", "sites", "Sites déclarés", "population", "Population", "referentiel", "Référentiel", "journal", "Journal", "conservation", "Conservation")
	v.Flash = s.Sessions.PopString(r.Context(), shell.Flash)
	var err error
	switch tab {
	case "comptes":
		err = s.adminUsers(r, v)
	case "regles":
		err = s.adminRules(r, v)
	case "sites":
		err = s.adminSites(r, v)
	case "population":
		err = s.adminPopulation(r, v)
	case "referentiel":
		s.adminSources(v)
	case "journal":
		err = s.adminAudit(r, v)
	case "conservation":
		err = s.adminSettings(r, v)
	default:
		return httpio.Refused("vue : comptes, regles, sites, population, referentiel, journal ou conservation")
	}
	if err != nil {
		return err
	}
	return s.Render(w, r, code, v)
}

func (s *Pages) adminUsers(r *http.Request, v *web.Admin) error {
	users, err := s.Store.Users(r.Context())
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	admin := access.Who(r).Can(access.ManageAccounts)
	for _, u := range users {
		line := web.UserLine{Name: u.Name, Email: u.Email, Role: shell.RoleNames[u.Role], Scope: cmp.Or(pack.NamesOf(u.Units), "–"), Last: french.Moment(u.LastLogin), Invitation: invitation(&u), Disabled: u.Disabled}
		if u.Role == store.State {
			line.Scope = stateScope(&u)
		}
		if u.Counsellor != "" {
			line.Scope += ", jeunes de " + u.Counsellor
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
		v.User = userForm(pack, "/administration/comptes", typedUser(r, v.Fault, store.User{}))
	}
	return nil
}

// typedUser returns an account with what a refused form said of it, so that nothing is typed
// twice.
func typedUser(r *http.Request, refusal string, u store.User) *store.User {
	if refusal == "" || r.PostForm == nil {
		return &u
	}
	p := &httpio.Params{Values: r.PostForm}
	if change := userFields(p); *change.Role != "" || *change.Name != "" {
		u.Name, u.Role, u.Units, u.Departements, u.National, u.Counsellor = *change.Name, *change.Role, *change.Units, *change.Departements, *change.National, *change.Counsellor
		u.Email = cmp.Or(u.Email, p.Text("courriel"))
	}
	return &u
}

// invitation says how far an account that nobody opened yet is, "" for the others.
func invitation(u *store.User) string {
	switch {
	case u.Password != "" || u.Subject != "" || !u.LastLogin.IsZero():
		return ""
	case u.ResetUntil.After(time.Now()):
		return "invitation en attente, jusqu’au " + french.Moment(u.ResetUntil)
	case !u.ResetUntil.IsZero():
		return "invitation expirée"
	}
	return "jamais ouvert"
}

// stateScope tells what a service de l'État sees.
func stateScope(u *store.User) string {
	if u.National {
		return "tous les départements"
	}
	return cmp.Or(strings.Join(u.Departements, ", "), "aucun département")
}

// userForm writes or changes an account.
func userForm(pack *packs.Edition, action string, u *store.User) *web.UserForm {
	f := &web.UserForm{Action: action, Name: u.Name, Email: u.Email, Known: u.ID != "", Departements: strings.Join(u.Departements, ", "), National: u.National, Counsellor: u.Counsellor, Units: []web.Choice{{Label: "aucune"}}}
	f.Roles = []web.Choice{{Label: "à choisir", Selected: u.Role == ""}}
	for _, role := range store.Roles {
		f.Roles = append(f.Roles, web.Choice{Value: string(role), Label: shell.RoleNames[role], Selected: role == u.Role})
	}
	for _, x := range pack.Units() {
		f.Units = append(f.Units, web.Choice{Value: x.Code, Label: x.Name, Selected: slices.Contains(u.Units, x.Code)})
	}
	return f
}

// userFields returns the role and the scope that a form gives.
func userFields(p *httpio.Params) store.UserChange {
	units := []string{}
	if u := p.Text("ml"); u != "" {
		units = append(units, u)
	}
	departements := append([]string{}, strings.FieldsFunc(p.Text("departements"), func(c rune) bool { return c == ',' || c == ' ' || c == ';' })...)
	name, role, national, counsellor := p.Text("nom"), store.Role(p.Text("role")), p.Bool("national", false), p.Text("conseiller")
	return store.UserChange{Name: &name, Role: &role, Units: &units, Departements: &departements, National: &national, Counsellor: &counsellor}
}

func (s *Pages) adminAddUser(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ManageAccounts); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	out, err := s.Accounts.Add(r.Context(), access.Who(r), p.Text("courriel"), userFields(p))
	if err != nil && httpio.Refusal(err) {
		return s.showAdmin(w, r, httpio.Status(err), french.Sentence(err.Error()), "", "")
	}
	if err != nil {
		return err
	}
	return s.showInvitation(w, r, out)
}

func (s *Pages) showInvitation(w http.ResponseWriter, r *http.Request, out *access.Invited) error {
	text := fmt.Sprintf("Lien de mot de passe à transmettre à %s, valable jusqu’au %s ; il n’est montré qu’une fois :", out.User.Name, french.Moment(out.ExpiresAt))
	return s.showAdmin(w, r, http.StatusOK, "", httpio.BaseAddress(r)+"/mot-de-passe?jeton="+url.QueryEscape(out.Token), text)
}

// accountPage shows one account, to change it.
func (s *Pages) accountPage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ManageAccounts); err != nil {
		return err
	}
	return s.showAccount(w, r, http.StatusOK, "")
}

func (s *Pages) showAccount(w http.ResponseWriter, r *http.Request, code int, refusal string) error {
	u, err := s.Store.User(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	v := &web.AccountPage{Layout: s.Layout(r, u.Name, "/administration"), Name: u.Name, Fault: refusal, Form: *userForm(pack, "/administration/comptes/"+u.ID, typedUser(r, refusal, u))}
	v.Facts = []web.Fact{{Term: "Adresse", Text: u.Email}, {Term: "Créé le", Text: french.Moment(u.CreatedAt)}, {Term: "Dernière connexion", Text: french.Moment(u.LastLogin)}}
	if u.Disabled {
		v.Facts = append(v.Facts, web.Fact{Term: "État", Text: "suspendu"})
	}
	return s.Render(w, r, code, v)
}

// adminUser changes, suspends or opens an account, or gives the link that sets its
// password.
func (s *Pages) adminUser(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ManageAccounts); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	id := mux.Vars(r)["id"]
	var change store.UserChange
	var disabled bool
	done := ""
	switch p.Text("action") {
	case "lien":
		out, err := s.Accounts.Reset(r.Context(), access.Who(r), id)
		if err != nil {
			return err
		}
		return s.showInvitation(w, r, out)
	case "suspendre":
		disabled, done = true, "Compte suspendu."
		change.Disabled = &disabled
	case "rouvrir":
		change.Disabled, done = &disabled, "Compte rouvert."
	case "modifier":
		change, done = userFields(p), "Compte modifié."
	default:
		return httpio.Refused("action : lien, modifier, suspendre ou rouvrir")
	}
	_, err = s.Accounts.Change(r.Context(), access.Who(r), id, change)
	switch {
	case err != nil && httpio.Refusal(err) && p.Text("action") == "modifier":
		return s.showAccount(w, r, httpio.Status(err), french.Sentence(err.Error()))
	case err != nil && httpio.Refusal(err):
		return s.showAdmin(w, r, httpio.Status(err), french.Sentence(err.Error()), "", "")
	case err != nil:
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, done)
	http.Redirect(w, r, "/administration", http.StatusSeeOther)
	return nil
}

func (s *Pages) adminSources(v *web.Admin) {
	v.Facts = []web.Fact{{Term: "Édition en service", Text: s.EditionLabel()}}
	versions, sources := method.SourceTables(s.Packs)
	v.Tables = []web.Table{versions, sources}
}

// retention are the durations that an administrator may change.
var retention = []struct {
	name, label, hint string
	low, high         int
	of                func(*people.Settings) *int
}{
	{"mois-solde", "Mois avant qu’un trimestre soit soldé", "Après sa fin, si ses chiffres n’ont pas été arrêtés avant.", 0, 24, func(v *people.Settings) *int { return &v.SettleMonths }},
	{"mois-adresses", "Mois avant que les adresses s’effacent", "Comptés depuis que le trimestre est soldé. La réponse et le motif restent.", 1, 120, func(v *people.Settings) *int { return &v.ReduceMonths }},
	{"mois-lignes", "Mois avant que les lignes s’effacent", "Comptés depuis que le trimestre est soldé. Seuls les nombres restent : bordereaux et états arrêtés.", 1, 120, func(v *people.Settings) *int { return &v.RemoveMonths }},
	{"jours-import", "Jours où une ligne reste entière après son import", "Quel que soit l’âge de son trimestre.", 0, 365, func(v *people.Settings) *int { return &v.GraceDays }},
	{"mois-journal", "Mois de journal gardés", "Les lignes plus anciennes s’effacent.", 6, 120, func(v *people.Settings) *int { return &v.AuditMonths }},
}

func (s *Pages) adminSettings(r *http.Request, v *web.Admin) error {
	now, err := people.ReadSettings(r.Context(), s.Store)
	if err != nil {
		return err
	}
	if !access.Who(r).Can(access.EditSettings) {
		for _, x := range retention {
			v.Facts = append(v.Facts, web.Fact{Term: x.label, Text: strconv.Itoa(*x.of(&now))})
		}
		return nil
	}
	v.Settings = &web.SettingsForm{ID: "conservation", Title: "Durées de conservation", Action: "/administration/conservation",
		Intro: "Allonger une durée ne rend rien de ce qui est effacé. Les sauvegardes suivent leur propre durée."}
	for _, x := range retention {
		v.Settings.Fields = append(v.Settings.Fields, web.NumberField{Name: x.name, Label: x.label, Hint: x.hint, Value: strconv.Itoa(*x.of(&now)), Min: x.low, Max: x.high, Required: true})
	}
	return nil
}

// adminSettingsSave keeps the durations, and leaves the other settings as they are.
func (s *Pages) adminSettingsSave(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSettings); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	now, err := people.ReadSettings(r.Context(), s.Store)
	if err != nil {
		return err
	}
	for _, x := range retention {
		at := x.of(&now)
		*at = p.Integer(x.name, *at, x.low, x.high)
	}
	return s.keepSettings(w, r, p, now, "conservation", "Durées de conservation enregistrées.")
}

// keepSettings writes the settings, or shows the tab again with what is refused.
func (s *Pages) keepSettings(w http.ResponseWriter, r *http.Request, p *httpio.Params, now people.Settings, tab, done string) error {
	err := p.Err()
	if err == nil {
		_, err = people.SaveSettings(r.Context(), s.Store, access.Who(r), now)
	}
	if err != nil && httpio.Refusal(err) {
		r.URL.RawQuery = url.Values{"vue": {tab}}.Encode()
		return s.showAdmin(w, r, httpio.Status(err), french.Sentence(err.Error()), "", "")
	}
	if err != nil {
		return err
	}
	s.Sessions.Put(r.Context(), shell.Flash, done)
	http.Redirect(w, r, "/administration?vue="+tab, http.StatusSeeOther)
	return nil
}

// adminSites shows how many sites each Mission Locale declares: the completeness of
// the list of sites is told against it.
func (s *Pages) adminSites(r *http.Request, v *web.Admin) error {
	now, err := people.ReadSettings(r.Context(), s.Store)
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	const title = "Sites d’accueil déclarés"
	if access.Who(r).Can(access.EditSettings) {
		v.Settings = &web.SettingsForm{ID: "declares", Title: title, Action: "/administration/sites", Intro: "Le nombre de sites d’accueil que chaque Mission Locale déclare avoir. La liste en service lui est comparée : sous 80 %, les distances sont dites maximales. Vide : non déclaré."}
		for _, u := range pack.Units() {
			f := web.NumberField{Name: "ml-" + u.Code, Label: u.Name, Min: 0, Max: 999}
			if n, ok := now.DeclaredSites[u.Code]; ok {
				f.Value = strconv.Itoa(n)
			}
			v.Settings.Fields = append(v.Settings.Fields, f)
		}
		return nil
	}
	t := web.Table{ID: "declares", Caption: title, Columns: []web.Column{{Label: "Mission Locale"}, {Label: "Sites déclarés", Number: true}}}
	for _, u := range pack.Units() {
		n, ok := now.DeclaredSites[u.Code]
		text := "non déclaré"
		if ok {
			text = strconv.Itoa(n)
		}
		t.Rows = append(t.Rows, []string{u.Name, text})
	}
	v.Tables = []web.Table{t}
	return nil
}

func (s *Pages) adminSitesSave(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSettings); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	now, err := people.ReadSettings(r.Context(), s.Store)
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	for _, u := range pack.Units() {
		if n := p.Integer("ml-"+u.Code, -1, 0, 999); n >= 0 {
			now.DeclaredSites[u.Code] = n
		} else {
			delete(now.DeclaredSites, u.Code)
		}
	}
	return s.keepSettings(w, r, p, now, "sites", "Nombres de sites déclarés enregistrés.")
}
