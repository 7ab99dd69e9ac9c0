package study

import (
	"fmt"
	"slices"

	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// NotMet are the young people whom Missions Locales have not met, by commune and
// part of QPV.
type NotMet struct {
	Source string // of the population
	Lines  []NotMetLine
	// Outside are the people known who live in no commune of the table.
	Outside int
}

// NotMetLine is a part with its names and its nearest site.
type NotMetLine struct {
	coverage.Lack
	UnitName, Name string
	Nearest        Nearest
}

// communeName returns the name of a commune by its code, or the code.
func (g *ground) communeName(code string) string {
	if g.communes != nil {
		if c, ok := g.communes.Lookup(code); ok {
			return c.Name
		}
	}
	return code
}

// notMet sets the people known against a population table. A person
// counts once; one whose QPV is undecided may be of every QPV of their commune, or
// of the one that the file names.
func (g *ground) notMet(o *Options, r *Result) (*NotMet, error) {
	pop, err := readPopulation(o.Population)
	if err != nil {
		return nil, err
	}
	type key struct{ commune, zone string }
	parts := map[key]*coverage.Contact{}
	var order []key
	for _, l := range pop.Lines {
		if g.pack != nil && g.commune(l.Commune) < 0 {
			continue
		}
		k := key{l.Commune, l.Zone}
		if parts[k] != nil {
			return nil, fault.New(fault.Input, "table de population : la commune %s, quartier %q, y est deux fois", l.Commune, l.Zone)
		}
		unit := table.PadPostcode(l.Unit)
		if units := g.unitsOf[l.Commune]; unit == "" && len(units) > 0 {
			unit = units[0]
		}
		parts[k] = &coverage.Contact{Unit: unit, Commune: l.Commune, Zone: l.Zone, Young: l.Young}
		order = append(order, k)
	}
	for _, k := range order { // a commune's line counts its QPV too
		if rest := parts[key{k.commune, ""}]; k.zone != "" && rest != nil {
			rest.Young = max(0, rest.Young-parts[k].Young)
		}
	}
	n := &NotMet{Source: pop.Source}
	if pop.Year != "" {
		n.Source += ", " + pop.Year
	}
	seen := map[string]bool{}
	err = o.Met(func(p *Person) error {
		if seen[p.ID] {
			return nil
		}
		seen[p.ID] = true
		commune := p.Commune
		if g.communes != nil {
			commune, _, _ = g.communes.Resolve(commune)
		}
		entry := 0
		if !p.Renewal {
			entry = 1
		}
		rest := parts[key{commune, ""}]
		switch p.Status {
		case string(residency.In):
			for _, z := range p.Zones {
				if c := parts[key{commune, z}]; c != nil {
					c.Known++
					c.Entries += entry
					return nil
				}
			}
		case string(residency.Undecided):
			found := false
			for _, k := range order {
				if k.commune == commune && (k.zone == "" || len(p.Zones) == 0 || slices.Contains(p.Zones, k.zone)) {
					parts[k].Maybe++
					found = true
				}
			}
			if !found {
				n.Outside++
			}
			return nil
		}
		if rest == nil {
			n.Outside++
			return nil
		}
		rest.Known++
		rest.Entries += entry
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]coverage.Contact, 0, len(order))
	for _, k := range order {
		list = append(list, *parts[k])
	}
	for _, l := range coverage.NotMet(list, o.Few) {
		line := NotMetLine{Lack: l, UnitName: g.unitName(l.Unit), Nearest: Nearest{Site: -1}}
		switch {
		case l.Commune == "":
			line.Name = fmt.Sprintf("%d parts de moins de %d jeunes, réunies", l.Merged, coverage.FewYoung)
		case l.Zone != "":
			line.Name = l.Zone
			if i := slices.IndexFunc(r.QPV, func(z Zone) bool { return z.Code == l.Zone }); i >= 0 {
				line.Name, line.Nearest = r.QPV[i].Name, r.QPV[i].Nearest
			}
			line.Name = "QPV " + line.Name + " (" + g.communeName(l.Commune) + ")"
		default:
			line.Name = g.communeName(l.Commune)
			if i := slices.IndexFunc(r.Communes, func(a Area) bool { return a.Code == l.Commune }); i >= 0 {
				line.Nearest = r.Communes[i].Nearest
			}
			if slices.ContainsFunc(order, func(k key) bool { return k.commune == l.Commune && k.zone != "" }) {
				line.Name += " hors QPV"
			}
		}
		n.Lines = append(n.Lines, line)
	}
	return n, nil
}
