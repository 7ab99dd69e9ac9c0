package packs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/overlay"
	"perimetre/geo/residency"
)

// Perimeters returns the names of the versions of QPV that the packs hold, in order.
func (e *Edition) Perimeters() []string {
	var out []string
	for _, v := range e.Zonings.Versions() {
		if v.Zoning == geo.QPV && !slices.Contains(out, v.Name) {
			out = append(out, v.Name)
		}
	}
	slices.Sort(out)
	return out
}

// QPVVersions returns the versions of QPV, the oldest first.
func (e *Edition) QPVVersions() []*geo.Version {
	list := slices.DeleteFunc(slices.Clone(e.Zonings.Versions()), func(v *geo.Version) bool { return v.Zoning != geo.QPV })
	slices.SortStableFunc(list, func(a, b *geo.Version) int { return cmp.Compare(a.ValidFrom.String(), b.ValidFrom.String()) })
	return list
}

func inForce(v *geo.Version, on geo.Date) bool {
	return !v.ValidFrom.After(on) && (v.ValidTo.IsZero() || !v.ValidTo.Before(on))
}

// InForce returns the name of the version of a zoning in force on a day, or "".
func (e *Edition) InForce(z geo.Zoning, on geo.Date) string {
	for _, v := range e.Zonings.Versions() {
		if v.Zoning == z && inForce(v, on) {
			return v.Name
		}
	}
	return ""
}

// Latest returns the name of the version of a zoning in force on a day, else of the first
// on file, or "" without any.
func (e *Edition) Latest(z geo.Zoning, on geo.Date) string {
	name := ""
	for _, v := range e.Zonings.Versions() {
		if v.Zoning == z && (name == "" || inForce(v, on)) {
			name = v.Name
		}
	}
	return name
}

// QPV is a zone of a version with the communes and the Missions Locales that it lies in.
type QPV struct {
	geo.ZoneRef
	Communes, Units []string
	Index           int // in the version
}

var qpvMemo Memo[string, []QPV]

// QPV returns the zones of a version, by code.
func (e *Edition) QPV(perimeter string) []QPV {
	list, _ := qpvMemo.Of(e, perimeter, func() ([]QPV, error) {
		zones, index, ok := e.Zonings.Polygons(geo.QPV, perimeter)
		if !ok {
			return nil, nil
		}
		serves := map[string][]string{}
		for _, t := range e.Territories {
			serves[t.Commune] = append(serves[t.Commune], t.MissionLocale)
		}
		var out []QPV
		for i, z := range zones {
			q := QPV{ZoneRef: z.ZoneRef, Index: i}
			for _, c := range z.Communes {
				if now, _, ok := e.Communes.Resolve(c); ok && !slices.Contains(q.Communes, now) {
					q.Communes = append(q.Communes, now)
				}
			}
			if len(q.Communes) == 0 && len(index.Shape(i)) > 0 {
				if code, ok := e.Communes.At(index.Bound(i).Center()); ok {
					q.Communes = []string{code}
				}
			}
			for _, c := range q.Communes {
				for _, u := range serves[c] {
					if !slices.Contains(q.Units, u) {
						q.Units = append(q.Units, u)
					}
				}
			}
			out = append(out, q)
		}
		return out, nil
	})
	return list
}

var zonesByUnitMemo Memo[string, map[string][]string]

// ZonesOfUnits returns the QPV of each Mission Locale's territory in a version, « name
// (code) »; one that lies in several territories is in each. The perimeter "" stands for
// the latest.
func (e *Edition) ZonesOfUnits(perimeter string) map[string][]string {
	if all := e.Perimeters(); perimeter == "" && len(all) > 0 {
		perimeter = all[len(all)-1]
	}
	byUnit, _ := zonesByUnitMemo.Of(e, perimeter, func() (map[string][]string, error) {
		out := map[string][]string{}
		for _, z := range e.QPV(perimeter) {
			for _, u := range z.Units {
				out[u] = append(out[u], z.Name+" ("+z.Code+")")
			}
		}
		return out, nil
	})
	return byUnit
}

// Loaded reports whether a version of the QPV is loaded for most communes of a Mission
// Locale's territory.
func (e *Edition) Loaded(perimeter, unit string) bool {
	communes, loaded, today := 0, 0, geo.Today()
	for _, t := range e.Territories {
		if t.MissionLocale == unit {
			communes++
			if e.Zonings.At(geo.Question{Commune: t.Commune, On: today, Known: today, Perimeter: perimeter}).QPV.Version != nil {
				loaded++
			}
		}
	}
	return 2*loaded > communes
}

type perimeterUnit struct{ perimeter, unit string }

var ownPartsMemo Memo[perimeterUnit, map[string]float64]

// OwnParts returns, for each QPV astride several Missions Locales, the share of its
// surface in the territory of one, 0 to 1, by code of QPV.
func (e *Edition) OwnParts(perimeter, unit string) map[string]float64 {
	out, _ := ownPartsMemo.Of(e, perimeterUnit{perimeter, unit}, func() (map[string]float64, error) {
		out := map[string]float64{}
		_, index, ok := e.Zonings.Polygons(geo.QPV, perimeter)
		if !ok {
			return out, nil
		}
		mine := map[string]bool{}
		for _, t := range e.Territories {
			mine[t.Commune] = mine[t.Commune] || t.MissionLocale == unit
		}
		for _, z := range e.QPV(perimeter) {
			whole := geo.Area(index.Shape(z.Index))
			if len(z.Units) < 2 || !slices.Contains(z.Units, unit) || whole == 0 {
				continue
			}
			here := 0.0
			for _, c := range z.Communes {
				contour, ok := e.Communes.Contour(c)
				if !ok || !mine[c] {
					continue
				}
				part, err := overlay.Intersection(index.Shape(z.Index), contour)
				if err != nil {
					return out, err
				}
				here += geo.Area(part)
			}
			out[z.Code] = min(1, here/whole)
		}
		return out, nil
	})
	return out
}

// Sources returns where what maps draw comes from, by licence.
func (e *Edition) Sources() []string {
	of := map[string][]string{}
	var licences []string
	for _, m := range e.Manifests {
		for _, f := range m.Sources {
			what := map[string]string{"contours": "contours", "territoires": "territoires", "sites": "sites", "adresses": "rues et adresses"}[string(f.Kind)]
			if string(f.Kind) == "zonage" {
				what = strings.ToUpper(string(f.Zoning)) + " " + f.Version
			}
			if what == "" {
				continue
			}
			if of[f.Licence] == nil {
				licences = append(licences, f.Licence)
			}
			if !slices.Contains(of[f.Licence], what) {
				of[f.Licence] = append(of[f.Licence], what)
			}
		}
	}
	var out []string
	for _, l := range licences {
		out = append(out, fmt.Sprintf("%s : %s", strings.Join(of[l], ", "), cmp.Or(l, "origine non précisée")))
	}
	return out
}

// Decider decides residency over the pack by the rules that o tunes.
func (e *Edition) Decider(o residency.Options) *residency.Decider {
	return &residency.Decider{Zones: e.Zonings, Communes: e.Communes, Numbers: e.Index, Options: o}
}

// CommuneAt returns the INSEE code of the commune that holds a point, if any does.
func (e *Edition) CommuneAt(lon, lat float64) (code string, ok bool) {
	return e.Communes.At(orb.Point{lon, lat})
}
