// Package figures answers what is asked of quotas: from the rows of a Mission Locale,
// from the bordereaux that Missions Locales sent, from the states that were frozen.
package figures

import (
	"context"
	"sync"

	"perimetre/server/people"
	"perimetre/server/store"
)

// maxRows bounds the rows that Tables keeps, of all Missions Locales together: some
// 100 MB.
const maxRows = 200_000

// Tables keeps the rows of Missions Locales as they were read last, and reads them
// again when the data has changed. The zero value keeps nothing yet.
type Tables struct {
	mu   sync.Mutex
	kept map[tableKey]*tableKept
	turn int
}

type tableKey struct{ unit, perimeter string }

type tableKept struct {
	mu            sync.Mutex // held while the rows are read: others wait for them
	version, pack string
	table         *people.Table // nil before the first reading
	turn          int           // of the last use
}

// Table returns the rows of a Mission Locale under a perimeter (those in force when
// empty), as a pack flags them. read reads them; it is called when nothing is kept,
// or when the data changed since.
func (t *Tables) Table(ctx context.Context, st *store.Store, unit, perimeter, pack string, read func() (*people.Table, error)) (*people.Table, error) {
	version, err := st.DataVersion(ctx, unit) // before the rows: what changes meanwhile is read again next time
	if err != nil {
		return nil, err
	}
	k := t.slot(tableKey{unit, perimeter})
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.table != nil && k.version == version && k.pack == pack {
		return k.table, nil
	}
	table, err := read()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	k.version, k.pack, k.table = version, pack, table
	t.makeRoom()
	t.mu.Unlock()
	return table, nil
}

func (t *Tables) slot(key tableKey) *tableKept {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = map[tableKey]*tableKept{}
	}
	k := t.kept[key]
	if k == nil {
		k = &tableKept{}
		t.kept[key] = k
	}
	t.turn++
	k.turn = t.turn
	return k
}

// makeRoom forgets the rows that were used the longest ago, until the others are few
// enough. The last ones used stay, however many they are.
func (t *Tables) makeRoom() {
	for {
		rows := 0
		var oldest tableKey
		least := t.turn
		for key, k := range t.kept {
			if k.table == nil {
				continue
			}
			rows += k.table.Len()
			if k.turn < least {
				oldest, least = key, k.turn
			}
		}
		if rows <= maxRows || least == t.turn {
			return
		}
		delete(t.kept, oldest)
	}
}
