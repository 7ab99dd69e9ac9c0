package shell

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"sync"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
	"perimetre/web"
)

// Site returns the pages' templates and assets, read at the first need.
var Site = sync.OnceValues(web.New)

// Render sends a page, compressed when the reader takes it.
func (s *Shell) Render(w http.ResponseWriter, r *http.Request, status int, v web.View) error {
	pages, err := Site()
	if err != nil {
		return fault.Wrap(fault.Internal, err, "modèles des pages")
	}
	var b bytes.Buffer
	if err := pages.Render(&b, v); err != nil {
		return fault.Wrap(fault.Internal, err, "page")
	}
	page := web.Below(b.Bytes(), s.Prefix)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, err = w.Write(page)
		return err
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := gzip.NewWriter(w)
	if _, err := z.Write(page); err != nil {
		return httpio.CutShort(err)
	}
	if err := z.Close(); err != nil {
		return httpio.CutShort(err)
	}
	return nil
}

// Fail answers to a reader of pages with what went wrong.
func (s *Shell) Fail(w http.ResponseWriter, r *http.Request, err error) {
	code := httpio.Status(err)
	p, _ := s.Accounts.Identify(r)
	m := &web.Message{Status: code, Heading: "La demande n’a pas abouti", Text: french.Sentence(err.Error()), Request: httpio.RequestID(r), Next: []web.Link{{Label: "Revenir à l’accueil", Href: "/"}}}
	m.Layout = s.LayoutFor(r, p, "Erreur", "")
	switch {
	case code == http.StatusForbidden:
		m.Title, m.Heading, m.Text = "Page réservée", "Cette page n’est pas ouverte à votre rôle", "Chaque rôle ne voit que ce qui le concerne : les personnes ne sont visibles que de leur Mission Locale."
	case code == http.StatusNotFound:
		m.Title, m.Heading = "Introuvable", "Rien à cette adresse"
	case code == http.StatusInsufficientStorage:
		s.Log.ErrorContext(r.Context(), "plus de place", "request", m.Request, "route", httpio.RouteName(r), "erreur", err.Error())
		m.Heading, m.Text = "Le service n’a plus de place", french.Sentence(httpio.NoRoom)
	case code >= 500:
		s.Log.ErrorContext(r.Context(), "échec d’une page", "request", m.Request, "route", httpio.RouteName(r), "erreur", err.Error())
		m.Heading, m.Text = "Le service a rencontré un défaut", "Le journal le décrit sous le numéro ci-dessous."
	}
	if e := s.Render(w, r, code, m); e != nil {
		s.Config.Fail(w, r, err)
	}
}

// RoleNames are the roles as pages name them.
var RoleNames = map[store.Role]string{
	store.Administrator: "administration", store.State: "services de l’État", store.Direction: "direction de Mission Locale",
	store.DataOfficer: "référent données", store.DataTeam: "équipe données", store.Auditor: "audit", store.Counsellor: "conseiller",
}

// Layout returns what the page at a path shares with the others: its reader is who asks.
func (s *Shell) Layout(r *http.Request, title, path string) web.Layout {
	return s.LayoutFor(r, access.Who(r), title, path)
}

// LayoutFor returns the layout for a reader, or without an account for nil.
func (s *Shell) LayoutFor(r *http.Request, p *access.Principal, title, path string) web.Layout {
	l := web.Layout{Title: title, Path: path, Version: s.Version, Theme: s.theme.link()}
	pack := s.Packs.Acquire()
	defer pack.Release()
	l.Edition = pack.Label()
	if p == nil {
		return l
	}
	l.Account = &web.Account{Name: p.Name, Role: RoleNames[p.Role], Unit: pack.NamesOf(p.Units)}
	for _, n := range navigation {
		if p.Can(n.action) {
			n.Current = n.Href == path
			l.Nav = append(l.Nav, n.Link)
		}
	}
	if p.Demo {
		l.Demo = &web.Demo{}
		for _, role := range store.Roles {
			l.Demo.Roles = append(l.Demo.Roles, web.Choice{Value: string(role), Label: RoleNames[role], Selected: role == p.Role})
		}
		if len(p.Units) > 0 {
			for _, u := range pack.Units() {
				l.Demo.Units = append(l.Demo.Units, web.Choice{Value: u.Code, Label: u.Name, Selected: u.Code == p.Units[0]})
			}
		}
	}
	return l
}

// navLink is a page and the action that it asks for.
type navLink struct {
	web.Link
	action access.Action
}

// navigation is every page that a link at the top leads to; the first that a role
// may open is its home.
var navigation = []navLink{
	{web.Link{Label: "Pilotage", Href: "/pilotage"}, access.Steer},
	{web.Link{Label: "Ma Mission Locale", Href: "/ma-mission-locale"}, access.ReadPeople},
	{web.Link{Label: "Fichiers", Href: "/imports"}, access.ReadPeople},
	{web.Link{Label: "À vérifier", Href: "/a-verifier"}, access.ReadPeople},
	{web.Link{Label: "Adresses à compléter", Href: OwnListPath}, access.CompleteOwn},
	{web.Link{Label: "Administration", Href: "/administration"}, access.ReadAdministration},
	{web.Link{Label: "Carte", Href: "/carte"}, access.ReadReference},
	{web.Link{Label: "Couverture", Href: "/couverture"}, access.ReadReference},
	{web.Link{Label: "Adresse", Href: "/adresse"}, access.ReadReference},
	{web.Link{Label: "Méthode", Href: "/methode"}, access.ReadReference},
}

// Home returns the path of the first page of the navigation that a reader may open, or ""
// when there is none.
func Home(p *access.Principal) string {
	for _, n := range navigation {
		if p.Can(n.action) {
			return n.Href
		}
	}
	return ""
}

// EditionLabel returns the label of the packs in service.
func (s *Shell) EditionLabel() string {
	pack := s.Packs.Acquire()
	defer pack.Release()
	return pack.Label()
}

// OwnListPath is the page of a counsellor.
const OwnListPath = "/mes-adresses"

// Flash is the session's key for what the last action did, shown once.
const Flash = "flash"
