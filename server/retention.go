package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
)

// instanceSettings are those that an administrator may change.
type instanceSettings struct {
	// A quarter is settled when its figures are frozen, SettleMonths after its end at
	// the latest. ReduceMonths later the address goes; RemoveMonths after it was
	// settled, the row. A row stays whole GraceDays after its import, whatever its age.
	SettleMonths int `json:"settle_months"`
	ReduceMonths int `json:"reduce_months"`
	RemoveMonths int `json:"remove_months"`
	GraceDays    int `json:"grace_days"`
	// AuditMonths is the age of the audit log's oldest line.
	AuditMonths int `json:"audit_months"`
	// DeclaredSites is the number of sites that each Mission Locale declares, by
	// code: the completeness of the list is told against it.
	DeclaredSites map[string]int `json:"declared_sites"`
}

var defaultSettings = instanceSettings{SettleMonths: 3, ReduceMonths: 3, RemoveMonths: 24, GraceDays: 30, AuditMonths: 12}

func (s *Server) settings(ctx context.Context) (instanceSettings, error) {
	text, err := s.store.Setting(ctx, "instance")
	v := defaultSettings
	v.DeclaredSites = map[string]int{}
	if err != nil || text == "" {
		return v, err
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fault.Wrap(fault.Corrupt, err, "paramètres de l’instance illisibles")
	}
	var kept map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &kept) == nil && kept["settle_months"] == nil {
		// Written when the months were counted from the quarter's end.
		v.ReduceMonths = max(1, v.ReduceMonths-v.SettleMonths)
		v.RemoveMonths = max(v.ReduceMonths, v.RemoveMonths-v.SettleMonths)
	}
	return v, nil
}

func (s *Server) getSettings(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadAdministration); err != nil {
		return err
	}
	v, err := s.settings(r.Context())
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}

// putSettings changes the settings; the numbers that may be absent stay.
func (s *Server) putSettings(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSettings); err != nil {
		return err
	}
	v, err := s.settings(r.Context())
	if err != nil {
		return err
	}
	v.DeclaredSites, v.ReduceMonths, v.RemoveMonths = nil, 0, 0
	if err := httpio.ReadJSON(w, r, &v); err != nil {
		return err
	}
	var bad []string
	within := func(name string, n, low, high int) {
		if n < low || n > high {
			bad = append(bad, name+" : de "+strconv.Itoa(low)+" à "+strconv.Itoa(high))
		}
	}
	within("settle_months", v.SettleMonths, 0, 24)
	within("reduce_months", v.ReduceMonths, 1, 120)
	within("remove_months", v.RemoveMonths, max(1, min(v.ReduceMonths, 120)), 120)
	within("grace_days", v.GraceDays, 0, 365)
	within("audit_months", v.AuditMonths, 6, 120)
	if len(bad) > 0 {
		return httpio.Refused(bad...)
	}
	if v.DeclaredSites == nil {
		v.DeclaredSites = map[string]int{}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	e := principalOf(r).Entry("paramètres modifiés", "", "conservation "+strconv.Itoa(v.ReduceMonths)+"/"+strconv.Itoa(v.RemoveMonths), 1)
	err = s.recorded(r, e, func(t *store.Store) error { return t.Set(r.Context(), "instance", string(b)) })
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}

// settlement tells since when the quarters of Missions Locales are settled.
type settlement struct {
	instanceSettings
	frozen map[string][]frozenSpan // by unit
}

type frozenSpan struct {
	period quota.Period
	at     time.Time
}

// settlement reads the frozen states: those of a Mission Locale settle its own
// quarters, those of the services de l'État the quarters of all that they count.
func (s *Server) settlement(ctx context.Context) (*settlement, error) {
	v, err := s.settings(ctx)
	if err != nil {
		return nil, err
	}
	out := &settlement{v, map[string][]frozenSpan{}}
	states, err := s.store.AllFrozen(ctx)
	for i := range states {
		f := &states[i]
		period, err := quota.ParsePeriod(f.Period)
		if err != nil {
			continue // of a period that is named otherwise
		}
		span := frozenSpan{period, f.FrozenAt}
		if f.Owner != "" {
			out.frozen[f.Owner] = append(out.frozen[f.Owner], span)
			continue
		}
		var body frozenBody
		if json.Unmarshal(f.Body, &body) == nil {
			for unit := range unitCounts(body.Figures) {
				out.frozen[unit] = append(out.frozen[unit], span)
			}
		}
	}
	return out, err
}

// since is when a quarter of a Mission Locale was, or will be, settled.
func (x *settlement) since(unit string, q quota.Period) time.Time {
	last := q.To
	end := time.Date(int(last.Year), time.Month(last.Month), int(last.Day)+1, 0, 0, 0, 0, paris)
	at := end.AddDate(0, x.SettleMonths, 0)
	for _, f := range x.frozen[unit] {
		if !f.period.Contains(q.From) || !f.period.Contains(q.To) {
			continue
		}
		froze := f.at
		if froze.Before(end) { // frozen while it ran: only its end settles it
			froze = end
		}
		if froze.Before(at) {
			at = froze
		}
	}
	return at
}

// due tells what is to be done of rows at an instant.
func (x *settlement) due(a *store.AgedRows, now time.Time) (reduce, remove bool) {
	month, err := time.Parse("2006-01", a.Month)
	if err != nil || now.Before(a.Imported.AddDate(0, 0, x.GraceDays)) {
		return false, false
	}
	settled := x.since(a.Unit, quota.Quarter(month.Year(), (int(month.Month())+2)/3))
	remove = !now.Before(settled.AddDate(0, x.RemoveMonths, 0))
	return !remove && !a.Reduced && !now.Before(settled.AddDate(0, x.ReduceMonths, 0)), remove
}

// removed tells whether rows of some quarter of a period may have gone by their age.
func (x *settlement) removed(unit string, p quota.Period, now time.Time) bool {
	for y := int(p.From.Year); y <= int(p.To.Year); y++ {
		for n := 1; n <= 4; n++ {
			q := quota.Quarter(y, n)
			if p.Contains(q.From) && p.Contains(q.To) && !now.Before(x.since(unit, q).AddDate(0, x.RemoveMonths, 0)) {
				return true
			}
		}
	}
	return false
}

// purge takes the addresses out of old rows, then the rows, and shortens the audit
// log. The demo's people are fictional and stay.
func (s *Server) purge(ctx context.Context, now time.Time) error {
	if s.cfg.Demo {
		return nil
	}
	x, err := s.settlement(ctx)
	if err != nil {
		return err
	}
	all, err := s.store.Aged(ctx)
	if err != nil {
		return err
	}
	take := func(p *store.Person, f *store.File) { people.Reduce(p, f.Intake.Fields) }
	var reduced, removed int64
	for i := range all {
		var n int64
		switch reduce, remove := x.due(&all[i], now); {
		case remove:
			n, err = s.store.RemoveAged(ctx, all[i])
			removed += n
		case reduce:
			n, err = s.store.ReduceAged(ctx, all[i], take)
			reduced += n
		}
		if err != nil {
			return err
		}
	}
	if err := s.store.ForgetTexts(ctx); err != nil {
		return err
	}
	lines, err := s.store.TrimAudit(ctx, now.AddDate(0, -x.AuditMonths, 0))
	if err == nil && reduced+removed+lines > 0 {
		s.log.Info("purge", "reduites", reduced, "retirees", removed, "lignes_de_journal", lines)
	}
	if err == nil && reduced+removed > 0 {
		err = s.store.Record(ctx, store.Entry{UserID: "systeme", Who: "purge", Action: "purge", Object: "lignes retirées : " + strconv.FormatInt(removed, 10), Count: int(reduced)})
	}
	return err
}
