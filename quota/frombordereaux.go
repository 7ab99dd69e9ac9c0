package quota

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/quota/directory"
)

// FromBordereaux computes a quota from the counts that units sent: the same bounds and
// verdicts as from their rows. Bordereaux of different rules, periods, countings or perimeters
// are refused by name. perimeter chooses the block, the block of the perimeters in force when
// empty; the units that cannot be counted under it are left out, and Result.Unreplayed names
// them. It is an error when no unit can.
func FromBordereaux(list []*Bordereau, rule *Rule, o Options, perimeter string) (*Result, error) {
	if len(list) == 0 {
		return nil, fault.New(fault.Usage, "aucun bordereau")
	}
	first := list[0]
	refuse := func(what string, b *Bordereau, here, there string) error {
		return &fault.Error{
			Kind: fault.Input, Message: what + " différentes : " + first.file + " (" + here + ") et " + b.file + " (" + there + ")",
			Expected: "des bordereaux de la même règle, de la même période et des mêmes périmètres",
		}
	}
	for _, b := range list {
		switch {
		case b.Rule != rule.ID || b.RuleHash != rule.Fingerprint:
			return nil, &fault.Error{
				Kind: fault.Input, File: b.file, Message: "bordereau établi avec une autre règle",
				Expected: rule.ID + " (" + rule.Fingerprint + ")", Seen: b.Rule + " (" + b.RuleHash + ")",
			}
		case b.Period != first.Period:
			return nil, refuse("périodes", b, first.Period.ID, b.Period.ID)
		case o.Period.ID != "" && (b.Period.From != o.Period.From || b.Period.To != o.Period.To):
			return nil, &fault.Error{Kind: fault.Input, File: b.file, Message: "bordereau d’une autre période", Expected: o.Period.ID, Seen: b.Period.ID}
		case b.Counting != rule.Counting:
			return nil, &fault.Error{Kind: fault.Input, File: b.file, Message: "bordereau d’un autre dénominateur", Expected: string(rule.Counting), Seen: string(b.Counting)}
		}
	}
	o.Period = Period{first.Period.ID, first.Period.From, first.Period.To}
	m := newMergedBlocks(rule, o)
	for _, b := range list {
		if err := m.add(b, perimeter); err != nil {
			return nil, err
		}
	}
	if len(m.tallies) == 0 && m.lacking != nil {
		return nil, m.lacking
	}
	r := assemble(m.tallies, rule, o)
	r.FromCounts, r.Unreplayed = true, m.unreplayed
	if notice := unreplayedNotice(m.unreplayed); notice != "" {
		r.Notices = append(r.Notices, notice)
	}
	r.Rejected = m.rejected
	m.doubtUnknown()
	r.blocks = m.blocks
	r.setDoubts()
	r.Pack, r.Perimeter = strings.Join(slices.Sorted(maps.Keys(m.packs)), "|"), strings.Join(slices.Sorted(maps.Keys(m.versions)), "|")
	for _, b := range list {
		r.Files = append(r.Files, b.file)
	}
	if i := slices.IndexFunc(list, func(b *Bordereau) bool { return b.MaskedUnder > 0 }); i >= 0 {
		r.Notices = append(r.Notices, "Bordereaux dont les petits nombres sont cachés : le verdict sans les décisions manuelles n’est pas toujours connu.")
	}
	r.Notices = append(r.Notices, "D’après des bordereaux : une personne entrée dans deux Missions Locales est comptée dans chacune.")
	r.setPace(m.drawn)
	for _, other := range sharedPerimeters(list) {
		if other == m.kind {
			continue
		}
		replay := newMergedBlocks(rule, o)
		for _, b := range list {
			if err := replay.add(b, other); err != nil {
				return nil, err
			}
		}
		if len(replay.unreplayed) > 0 {
			continue
		}
		r.Replay = append(r.Replay, Replayed{other, assemble(replay.tallies, rule, o).Total.Assessment})
	}
	return r, nil
}

// sharedPerimeters returns the blocks that every unit of every bordereau has.
func sharedPerimeters(list []*Bordereau) []string {
	n, units := map[string]int{}, 0
	for _, b := range list {
		for _, u := range b.Units {
			units++
			for _, k := range u.Blocks {
				n[k.Perimeter]++
			}
		}
	}
	maps.DeleteFunc(n, func(_ string, k int) bool { return k < units })
	return slices.Sorted(maps.Keys(n))
}

type mergedBlocks struct {
	rule            *Rule
	period          Period
	units           *directory.Units
	drawn           map[string]geo.Date // day of the counting, by unit
	tallies         []Tally
	rejected        []Rejection
	from            map[string]string // file by unit
	packs, versions map[string]bool
	blocks          map[string]Block // by unit
	kind            string           // of the blocks taken
	kindFile        string
	unreplayed      []Unreplayed
	loaded          func(perimeter, unit string) bool
	lacking         error // why the last of them could not be counted
}

// Unreplayed is a unit that cannot be counted under the perimeter asked for, and why.
type Unreplayed struct{ Code, Name, Why string }

// leaveOut notes a unit that cannot be counted under a perimeter.
func (m *mergedBlocks) leaveOut(code, name, why string, err error) {
	m.unreplayed, m.lacking = append(m.unreplayed, Unreplayed{code, name, why}), err
}

// unreplayedNotice says which units a replay leaves out; empty for none.
func unreplayedNotice(list []Unreplayed) string {
	var parts []string
	for _, u := range list {
		parts = append(parts, cmp.Or(u.Name, u.Code)+" ("+u.Why+")")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Ne peuvent être rejouées, et ne sont pas comptées : " + strings.Join(parts, ", ") + "."
}

func notLoaded(perimeter string) string {
	return "QPV " + perimeter + " non chargés pour ce territoire"
}

// unloaded reports whether the perimeters of a block were not loaded where most of its
// people live: the replay of such a unit would be bounds that say nothing.
func (k Block) unloaded() bool {
	absent := k.Motifs[string(residency.NoPerimeter)]
	return absent > 0 && 2*absent >= k.Entries
}

// doubtUnknown marks the units that no Mission Locale of the directory is, which who made
// their bordereau may have had no list to tell.
func (m *mergedBlocks) doubtUnknown() {
	for code, k := range m.blocks {
		if k.Entries > 0 && m.units.Lacks(code) {
			k.Doubts = maps.Clone(k.Doubts)
			if k.Doubts == nil {
				k.Doubts = Doubts{}
			}
			k.Doubts[UnitUnknown] = k.Entries
			m.blocks[code] = k
		}
	}
}

func newMergedBlocks(rule *Rule, o Options) *mergedBlocks {
	return &mergedBlocks{rule: rule, period: o.Period, from: map[string]string{}, drawn: map[string]geo.Date{}, packs: map[string]bool{}, versions: map[string]bool{}, blocks: map[string]Block{}, units: o.Units, loaded: o.Loaded}
}

func (m *mergedBlocks) add(b *Bordereau, perimeter string) error {
	for _, u := range b.Units {
		code := m.units.Resolve(u.Code, u.Name)
		if other, ok := m.from[code]; ok {
			return &fault.Error{Kind: fault.Input, Message: "la Mission Locale " + code + " est dans deux bordereaux : " + other + " et " + b.file, Expected: "un bordereau par Mission Locale"}
		}
		m.from[code], m.drawn[code] = b.file, b.AsOf
		k, err := u.choose(b.file, perimeter)
		if err != nil {
			why := "bordereau envoyé sans compter sous les QPV " + perimeter
			if m.loaded != nil && !m.loaded(perimeter, code) {
				why = notLoaded(perimeter)
			}
			m.leaveOut(code, m.units.NameOf(code, u.Name), why, err)
			continue
		}
		if perimeter != "" && k.unloaded() {
			m.leaveOut(code, m.units.NameOf(code, u.Name), notLoaded(perimeter),
				&fault.Error{Kind: fault.Input, File: b.file, Message: "périmètres non chargés pour ce territoire", Expected: "QPV " + perimeter})
			continue
		}
		if m.kind == "" {
			m.kind, m.kindFile = k.Perimeter, b.file
		}
		if perimeter == "" && k.Perimeter != m.kind {
			return &fault.Error{
				Kind: fault.Input, Message: "périmètres mélangés : " + m.kindFile + " (" + m.kind + ") et " + b.file + " (" + k.Perimeter + ")",
				Expected: "des bordereaux des mêmes périmètres",
			}
		}
		t := Tally{Code: code, Name: m.units.NameOf(code, u.Name), Marginal: marginal(m.rule, code, m.period)}
		for _, p := range k.Parts {
			share, err := p.share()
			if err != nil {
				return err
			}
			t.Parts = append(t.Parts, Part{Share: share, From: p.From, To: p.To, Count: p.Count})
		}
		t.Unsure = k.hidden().decisions()
		m.blocks[code] = k
		m.tallies = append(m.tallies, t)
		for _, reason := range slices.Sorted(maps.Keys(k.Rejected)) {
			m.rejected = append(m.rejected, Rejection{Ref: Ref{File: b.file, Unit: code}, Reason: reason, Count: k.Rejected[reason]})
		}
		for _, v := range k.Versions {
			m.versions[v] = true
		}
		for _, p := range k.Packs {
			m.packs[p] = true
		}
	}
	return nil
}

// choose returns the block of a perimeter, the first one when none is asked.
func (u BordereauUnit) choose(file, perimeter string) (Block, error) {
	if perimeter == "" {
		return u.Blocks[0], nil
	}
	var seen []string
	for _, k := range u.Blocks {
		if k.Perimeter == perimeter || slices.Equal(k.Versions, []string{perimeter}) {
			return k, nil
		}
		seen = append(seen, k.Perimeter)
	}
	return Block{}, &fault.Error{Kind: fault.Input, File: file, Message: "bordereau sans le périmètre demandé", Expected: perimeter, Seen: strings.Join(seen, ", ")}
}
