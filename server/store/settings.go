package store

import "context"

// NamedSetting is a setting with its name.
type NamedSetting struct{ Name, Value string }

// SettingsUnder lists the settings whose names begin with a prefix, by name.
func (s *Store) SettingsUnder(ctx context.Context, prefix string) ([]NamedSetting, error) {
	return list(ctx, s.conn, func(r scanner) (x NamedSetting, err error) { return x, r.Scan(&x.Name, &x.Value) },
		"SELECT name, value FROM settings WHERE substr(name, 1, ?) = ? ORDER BY name", len(prefix), prefix)
}
