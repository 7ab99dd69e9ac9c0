package people

import (
	"context"
	"encoding/json"
	"strconv"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Settings are what an administrator may change of an instance.
type Settings struct {
	// A quarter is settled when its figures are frozen, SettleMonths after its end at
	// the latest. ReduceMonths later the address goes; RemoveMonths after it was
	// settled, the row. A row stays whole GraceDays after its import, whatever its age.
	SettleMonths int `json:"settle_months"`
	ReduceMonths int `json:"reduce_months"`
	RemoveMonths int `json:"remove_months"`
	GraceDays    int `json:"grace_days"`
	// AuditMonths is the age of the audit log's oldest line.
	AuditMonths int `json:"audit_months"`
	// DeclaredSites is the number of sites that each Mission Locale declares, by code: the
	// completeness of the list is measured against it.
	DeclaredSites map[string]int `json:"declared_sites"`
}

// DefaultSettings are the settings of an instance that no administrator changed.
var DefaultSettings = Settings{SettleMonths: 3, ReduceMonths: 3, RemoveMonths: 24, GraceDays: 30, AuditMonths: 12}

// instanceSetting is the name under which the store keeps the settings.
const instanceSetting = "instance"

// ReadSettings returns the settings of an instance; DeclaredSites is not nil.
func ReadSettings(ctx context.Context, st *store.Store) (Settings, error) {
	text, err := st.Setting(ctx, instanceSetting)
	v := DefaultSettings
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

// SaveSettings keeps the settings that an administrator wrote; a DeclaredSites of nil
// declares no site. It returns them as they are kept.
func SaveSettings(ctx context.Context, st *store.Store, who *access.Principal, v Settings) (Settings, error) {
	if err := who.May(access.EditSettings); err != nil {
		return v, err
	}
	var p httpio.Params
	within := func(name string, n, low, high int) {
		if n < low || n > high {
			p.Refuse(name, "de "+strconv.Itoa(low)+" à "+strconv.Itoa(high))
		}
	}
	within("settle_months", v.SettleMonths, 0, 24)
	within("reduce_months", v.ReduceMonths, 1, 120)
	within("remove_months", v.RemoveMonths, max(1, min(v.ReduceMonths, 120)), 120)
	within("grace_days", v.GraceDays, 0, 365)
	within("audit_months", v.AuditMonths, 6, 120)
	if err := p.Err(); err != nil {
		return v, err
	}
	if v.DeclaredSites == nil {
		v.DeclaredSites = map[string]int{}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return v, err
	}
	e := who.Entry("paramètres modifiés", "", "conservation "+strconv.Itoa(v.ReduceMonths)+"/"+strconv.Itoa(v.RemoveMonths), 1)
	return v, access.Recorded(ctx, st, e, func(t *store.Store) error { return t.Set(ctx, instanceSetting, string(b)) })
}
