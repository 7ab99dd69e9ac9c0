package geo

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// Zone is one zone of a zoning made of polygons.
type Zone struct {
	ZoneRef
	// Communes are the INSEE codes that the file lists for the zone, of its own
	// time; none where the file carries only names (QPV 2015).
	Communes []string
	Shape    orb.MultiPolygon
}

// PolygonVersion is a version of a zoning made of polygons (QPV).
type PolygonVersion struct {
	Version
	Zones []Zone
}

// ListVersion is a version of a zoning made of communes (FRR, ZRR). Codes are of its own time.
// A list without any StatusNo names only the communes that it classes: the others are
// StatusNo.
type ListVersion struct {
	Version
	Status map[string]ListStatus
}

// Zonings holds every version of every zoning, side by side, and the communes.
// It may be read concurrently. One opened from a file panics with a *fault.Error
// of kind Corrupt at the first damaged byte that a question needs: callers defer
// blockfile.Recover at their door.
type Zonings struct {
	communes *Communes
	polygons []*polygonVersion // the latest known first
	lists    []*listVersion    // the latest known first
	file     *blockfile.File   // nil when made in memory
}

type polygonVersion struct {
	Version
	complete completeness
	zones    []Zone // without shapes, by code
	index    *Polygons
	// withZone are the communes that have a zone, by geometry or by the file.
	withZone map[string]bool
	// allListed: every zone says its communes, so that a commune without contour
	// and out of these lists has none.
	allListed bool
}

type listVersion struct {
	Version
	complete completeness
	table    statusTable
}

// NewZonings puts versions side by side over a commune table and finds which
// communes have a zone in each. A version without ValidFrom, KnownFrom or
// CompleteFor, two of one name, and codes that are not INSEE codes are faults of
// kind Input.
func NewZonings(communes *Communes, polygons []PolygonVersion, lists []ListVersion) (*Zonings, error) {
	if communes == nil {
		communes = &Communes{}
	}
	z := &Zonings{communes: communes}
	seen := map[[2]string]bool{}
	check := func(v *Version) error {
		key := [2]string{string(v.Zoning), v.Name}
		switch {
		case seen[key]:
			return fault.New(fault.Input, "zonage %s : la version %s est présente deux fois", v.Zoning, v.Name)
		case v.ValidFrom.IsZero() || v.KnownFrom.IsZero():
			return fault.New(fault.Input, "zonage %s, version %s : dates « valid_from » et « known_from » obligatoires", v.Zoning, v.Name)
		case len(v.CompleteFor) == 0:
			return fault.New(fault.Input, "zonage %s, version %s : « complete_for » obligatoire (départements, communes ou *)", v.Zoning, v.Name)
		}
		seen[key] = true
		return nil
	}
	for _, p := range polygons {
		if err := check(&p.Version); err != nil {
			return nil, err
		}
		v, err := newPolygonVersion(communes, p)
		if err != nil {
			return nil, err
		}
		z.polygons = append(z.polygons, v)
	}
	for _, l := range lists {
		if err := check(&l.Version); err != nil {
			return nil, err
		}
		t, err := newStatusTable(l.Status)
		if err != nil {
			return nil, err
		}
		z.lists = append(z.lists, &listVersion{l.Version, newCompleteness(l.CompleteFor), t})
	}
	z.sort()
	return z, nil
}

// sort puts first the version that wins among those that answer a question.
func (z *Zonings) sort() {
	slices.SortFunc(z.polygons, func(a, b *polygonVersion) int { return latestKnownFirst(&a.Version, &b.Version) })
	slices.SortFunc(z.lists, func(a, b *listVersion) int { return latestKnownFirst(&a.Version, &b.Version) })
}

func latestKnownFirst(a, b *Version) int {
	if c := b.KnownFrom.Compare(a.KnownFrom); c != 0 {
		return c
	}
	if c := b.ValidFrom.Compare(a.ValidFrom); c != 0 {
		return c
	}
	return strings.Compare(b.Name, a.Name)
}

func newPolygonVersion(communes *Communes, p PolygonVersion) (*polygonVersion, error) {
	v := &polygonVersion{Version: p.Version, complete: newCompleteness(p.CompleteFor), zones: slices.Clone(p.Zones), allListed: true}
	slices.SortStableFunc(v.zones, func(a, b Zone) int { return strings.Compare(a.Code, b.Code) })
	shapes := make([]orb.MultiPolygon, len(v.zones))
	for i := range v.zones {
		z := &v.zones[i]
		if i > 0 && z.Code == v.zones[i-1].Code {
			return nil, fault.New(fault.Input, "zonage %s, version %s : la zone %s est présente deux fois", v.Zoning, v.Name, z.Code)
		}
		shapes[i], z.Shape = z.Shape, nil
		v.allListed = v.allListed && len(z.Communes) > 0
	}
	v.index = NewPolygons(shapes)
	var err error
	v.withZone, err = communesWithZone(communes, v)
	return v, err
}

// Communes returns the commune table.
func (z *Zonings) Communes() *Communes { return z.communes }

// Versions returns the versions loaded, polygons first, the latest known
// first within each.
func (z *Zonings) Versions() []*Version {
	var out []*Version
	for _, v := range z.polygons {
		out = append(out, &v.Version)
	}
	for _, v := range z.lists {
		out = append(out, &v.Version)
	}
	return out
}

// Polygons returns the zones of a version, by code, without their shapes, and
// the index of these in the same order. ok is false when it is not loaded.
func (z *Zonings) Polygons(zoning Zoning, version string) (zones []Zone, index *Polygons, ok bool) {
	for _, v := range z.polygons {
		if v.Zoning == zoning && v.Name == version {
			return v.zones, v.index, true
		}
	}
	return nil, nil, false
}

// CommunesWithZone returns the communes that have a zone in a version, sorted: by
// geometry (see communesWithZone) or by the file's own list.
func (z *Zonings) CommunesWithZone(zoning Zoning, version string) []string {
	for _, v := range z.polygons {
		if v.Zoning == zoning && v.Name == version {
			var out []string
			for code := range v.withZone {
				out = append(out, code)
			}
			slices.Sort(out)
			return out
		}
	}
	return nil
}
