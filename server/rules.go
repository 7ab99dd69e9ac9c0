package server

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// ruleVersion is a rule as an administrator changed it from a day on. Versions are
// only added: a period before From is counted by those before.
type ruleVersion struct {
	ID   string    `json:"-"`
	From geo.Date  `json:"from"`
	Text string    `json:"text"` // YAML, as « perimetre quota --rule » reads it
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// confirmation is somebody's word that a rule still holds: nothing that counts
// changes by it.
type confirmation struct {
	On     geo.Date  `json:"on"`
	Source string    `json:"source"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Names of the settings that keep both, before the rule's name.
const (
	versionSetting = "rule-version/"
	confirmSetting = "rule-confirmation/"
)

// kept reads what was kept under a prefix, the first first.
func kept[T any](ctx context.Context, st *store.Store, prefix string) (out []T, ids []string, err error) {
	list, err := st.SettingsUnder(ctx, prefix)
	for _, x := range list {
		var v T
		if err := json.Unmarshal([]byte(x.Value), &v); err != nil {
			return nil, nil, fault.Wrap(fault.Corrupt, err, "réglage illisible : %s", x.Name)
		}
		out, ids = append(out, v), append(ids, strings.TrimPrefix(x.Name, prefix))
	}
	return out, ids, err
}

// ruleVersions are those of a rule, in the order in which they were written; the
// last of a day replaces those of that day.
func (s *Server) ruleVersions(ctx context.Context, name string) ([]ruleVersion, error) {
	list, ids, err := kept[ruleVersion](ctx, s.store, versionSetting+name+"/")
	for i := range list {
		list[i].ID = ids[i]
	}
	return list, err
}

// rule is the one that counts a period: the last version whose first day is not
// after the period's last, the product's own before any. Without a period, that of
// today.
func (s *Server) rule(ctx context.Context, name string, p quota.Period) (*quota.Rule, error) {
	last := p.To
	if last.IsZero() {
		last = today()
	}
	versions, err := s.ruleVersions(ctx, name)
	if err != nil {
		return nil, err
	}
	file, text, err := quota.RuleText(name)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if !v.From.After(last) {
			text = []byte(v.Text)
		}
	}
	rule, err := quota.ParseRule(file, text)
	if err != nil {
		return nil, err
	}
	confirmations, _, err := kept[confirmation](ctx, s.store, confirmSetting+name+"/")
	for _, c := range confirmations {
		if c.On.After(rule.ConfirmedOn) {
			rule.ConfirmedOn = c.On
		}
	}
	return rule, err
}

// amendRule adds a version. One that begins before the last is refused: it would
// change what was asked under it.
func (s *Server) amendRule(ctx context.Context, name string, a quota.Amendment, by *access.Principal) error {
	if !slices.Contains(s.rules(), name) {
		return fault.New(fault.NotFound, "règle inconnue : %s", name)
	}
	versions, err := s.ruleVersions(ctx, name)
	if err != nil {
		return err
	}
	file, text, err := quota.RuleText(name)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if a.From.Before(v.From) {
			return fault.New(fault.Conflict, "une version commence le %s : la nouvelle ne peut commencer avant elle", dayText(v.From))
		}
		text = []byte(v.Text)
	}
	if text, err = quota.Amend(file, text, a); err != nil {
		return err
	}
	v := ruleVersion{From: a.From, Text: string(text), By: by.Name, At: time.Now().UTC()}
	return s.keepUnder(ctx, versionSetting+name+"/", v, by.Entry("règle modifiée", "", name+" à partir du "+a.From.String(), 1))
}

// confirmRule notes that a rule still holds on a day.
func (s *Server) confirmRule(ctx context.Context, name string, on geo.Date, source string, by *access.Principal) error {
	if !slices.Contains(s.rules(), name) {
		return fault.New(fault.NotFound, "règle inconnue : %s", name)
	}
	if on.IsZero() || on.After(today()) {
		return httpio.Refused("le jour de la confirmation, au plus tard aujourd’hui, est attendu")
	}
	c := confirmation{On: on, Source: source, By: by.Name, At: time.Now().UTC()}
	return s.keepUnder(ctx, confirmSetting+name+"/", c, by.Entry("règle confirmée", "", name, 1))
}

// keepUnder adds a value to those of a prefix, and the line of the audit log that
// says so.
func (s *Server) keepUnder(ctx context.Context, prefix string, v any, e store.Entry) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.store.Together(ctx, func(t *store.Store) error {
		if err := t.Set(ctx, prefix+store.NewID(), string(b)); err != nil {
			return err
		}
		return t.Record(ctx, e)
	})
}
