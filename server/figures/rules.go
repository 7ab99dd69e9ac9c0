package figures

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// RuleVersion is a rule as an administrator changed it from a day on. Versions are
// only added: a period before From is counted by those before.
type RuleVersion struct {
	ID   string    `json:"-"`
	From geo.Date  `json:"from"`
	Text string    `json:"text"` // YAML, as « perimetre quota --rule » reads it
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// Confirmation is somebody's word that a rule still holds: nothing that counts
// changes by it.
type Confirmation struct {
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

// kept returns what the settings keep under a prefix, and their identifiers, the first
// written first.
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

// RuleNames returns the names of the rules that may be asked for; the first is the one
// of who names none.
func (s *Service) RuleNames() []string {
	if len(s.Rules) > 0 {
		return s.Rules
	}
	all := []string{quota.DefaultRule}
	for _, r := range quota.Rules() {
		if r != quota.DefaultRule {
			all = append(all, r)
		}
	}
	return all
}

// RuleVersions returns the versions of a rule in the order in which they were written:
// the last one of a day replaces the others of that day.
func (s *Service) RuleVersions(ctx context.Context, name string) ([]RuleVersion, error) {
	list, ids, err := kept[RuleVersion](ctx, s.Store, versionSetting+name+"/")
	for i := range list {
		list[i].ID = ids[i]
	}
	return list, err
}

// Confirmations returns the confirmations of a rule, the first written first.
func (s *Service) Confirmations(ctx context.Context, name string) ([]Confirmation, error) {
	list, _, err := kept[Confirmation](ctx, s.Store, confirmSetting+name+"/")
	return list, err
}

// Rule returns the rule that counts a period: the last version whose first day is not
// after the period's last, or the product's own. Without a period it returns the one
// that counts today.
func (s *Service) Rule(ctx context.Context, name string, p quota.Period) (*quota.Rule, error) {
	last := p.To
	if last.IsZero() {
		last = geo.Today()
	}
	versions, err := s.RuleVersions(ctx, name)
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
	confirmations, err := s.Confirmations(ctx, name)
	for _, c := range confirmations {
		if c.On.After(rule.ConfirmedOn) {
			rule.ConfirmedOn = c.On
		}
	}
	return rule, err
}

// Amend adds a version to a rule. One that begins before the last is refused: it would
// change what was asked under it.
func (s *Service) Amend(ctx context.Context, who *access.Principal, name string, a quota.Amendment) error {
	if err := s.mayEdit(who, name); err != nil {
		return err
	}
	versions, err := s.RuleVersions(ctx, name)
	if err != nil {
		return err
	}
	file, text, err := quota.RuleText(name)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if a.From.Before(v.From) {
			return fault.New(fault.Conflict, "une version commence le %s : la nouvelle ne peut commencer avant elle", french.Date(v.From))
		}
		text = []byte(v.Text)
	}
	if text, err = quota.Amend(file, text, a); err != nil {
		return err
	}
	v := RuleVersion{From: a.From, Text: string(text), By: who.Name, At: time.Now().UTC()}
	return s.keep(ctx, versionSetting+name+"/", v, who.Entry("règle modifiée", "", name+" à partir du "+a.From.String(), 1))
}

// Confirm notes that a rule still holds on a day.
func (s *Service) Confirm(ctx context.Context, who *access.Principal, name string, on geo.Date, source string) error {
	if err := s.mayEdit(who, name); err != nil {
		return err
	}
	if on.IsZero() || on.After(geo.Today()) {
		return httpio.Refused("le jour de la confirmation, au plus tard aujourd’hui, est attendu")
	}
	c := Confirmation{On: on, Source: source, By: who.Name, At: time.Now().UTC()}
	return s.keep(ctx, confirmSetting+name+"/", c, who.Entry("règle confirmée", "", name, 1))
}

func (s *Service) mayEdit(who *access.Principal, name string) error {
	if err := who.May(access.EditRules); err != nil {
		return err
	}
	if !slices.Contains(s.RuleNames(), name) {
		return fault.New(fault.NotFound, "règle inconnue : %s", name)
	}
	return nil
}

// keep adds a value under a prefix of the settings, with the line of the audit log that
// says so.
func (s *Service) keep(ctx context.Context, prefix string, v any, e store.Entry) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return access.Recorded(ctx, s.Store, e, func(t *store.Store) error {
		return t.Set(ctx, prefix+store.NewID(), string(b))
	})
}
