package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
	"perimetre/geo/overlay"
)

// sameArea is the share of its area by which an unchanged zone may differ.
const sameArea = 0.01

// ChangeKind says what became of a zone from one version to another.
type ChangeKind string

const (
	ZoneEntered   ChangeKind = "entre"
	ZoneLeft      ChangeKind = "sort"
	ZoneModified  ChangeKind = "modifie"
	ZoneUnchanged ChangeKind = "inchange"
)

// ZoneChange is what became of a zone of the later version, or of a zone of the
// earlier one that has no successor. Zones are matched by their territory, never
// by their codes. Areas are square metres.
type ZoneChange struct {
	Kind ChangeKind
	// From are the zones of the earlier version that share territory with the zone;
	// only the zone itself when it left.
	From []ZoneRef
	To   ZoneRef // empty when the zone left
	// Before is the area of the From zones, After the area of the To zone.
	Before, After float64
	// Gained is the territory of the zone that was in none of From; Lost is the territory of
	// the From zones, each counted with the successor that takes most of it, that is in no
	// zone any more. Both are empty when the zone is unchanged.
	Gained, Lost         orb.MultiPolygon
	GainedArea, LostArea float64
}

// ZoneDiff compares two versions of a zoning made of polygons.
type ZoneDiff struct {
	From, To *Version
	Changes  []ZoneChange // entered, left, modified, unchanged; by code within
	// NotComparable counts the zones of either version that lie where one of the
	// versions is not complete.
	NotComparable int
}

// Diff compares version to with the earlier version from, where both are
// complete. A border that moved by no more than the precision of the two files
// has not changed. A version that is not loaded is a fault of kind NotFound.
func (z *Zonings) Diff(zoning Zoning, from, to string) (*ZoneDiff, error) {
	return z.DiffFrom(z, zoning, from, to)
}

// DiffFrom compares version to with version from of other zonings, as Diff does.
func (z *Zonings) DiffFrom(before *Zonings, zoning Zoning, from, to string) (*ZoneDiff, error) {
	vs := [2]*polygonVersion{before.version(zoning, from), z.version(zoning, to)}
	for i, name := range []string{from, to} {
		if vs[i] == nil {
			return nil, fault.New(fault.NotFound, "zonage %s : version %s absente du référentiel", zoning, name)
		}
	}
	a, b := vs[0], vs[1]
	d := &ZoneDiff{From: &a.Version, To: &b.Version}
	c := comparison{a: a, b: b, thin: math.Max(sliverMetres, 2*math.Max(a.Precision, b.Precision))}
	for side, v := range vs {
		keep := make([]bool, len(v.zones))
		for i := range v.zones {
			if keep[i] = z.comparable(v, i, a, b); !keep[i] {
				d.NotComparable++
			}
		}
		c.keep[side] = keep
	}
	if err := c.match(); err != nil {
		return nil, err
	}
	for j := range b.zones {
		if !c.keep[1][j] {
			continue
		}
		change, err := c.successor(j)
		if err != nil {
			return nil, err
		}
		d.Changes = append(d.Changes, change)
	}
	for i := range a.zones {
		if c.keep[0][i] && c.heir[i] < 0 {
			shape := a.index.Shape(i)
			area := Area(shape)
			d.Changes = append(d.Changes, ZoneChange{Kind: ZoneLeft, From: []ZoneRef{a.zones[i].ZoneRef}, Before: area, Lost: shape, LostArea: area})
		}
	}
	order := []ChangeKind{ZoneEntered, ZoneLeft, ZoneModified, ZoneUnchanged}
	slices.SortStableFunc(d.Changes, func(x, y ZoneChange) int {
		return cmp.Compare(slices.Index(order, x.Kind), slices.Index(order, y.Kind))
	})
	return d, nil
}

// version finds a version made of polygons, nil without it.
func (z *Zonings) version(zoning Zoning, name string) *polygonVersion {
	for _, v := range z.polygons {
		if v.Zoning == zoning && v.Name == name {
			return v
		}
	}
	return nil
}

// comparable reports whether zone i of v lies, in part at least, where both
// versions are complete.
func (z *Zonings) comparable(v *polygonVersion, i int, a, b *polygonVersion) bool {
	both := func(p location) bool { return a.complete.covers(p) && b.complete.covers(p) }
	if both(location{}) {
		return true
	}
	for _, code := range v.zones[i].Communes {
		if both(z.locate(Question{Commune: code})) {
			return true
		}
	}
	for _, poly := range v.index.Shape(i) {
		for k, p := range poly[0] {
			if k%8 == 0 && both(z.locate(Question{Point: p, HasPoint: true})) {
				return true
			}
		}
	}
	return false
}

// comparison matches the zones of two versions.
type comparison struct {
	a, b *polygonVersion
	thin float64 // metres, see sliverMetres
	keep [2][]bool
	from [][]int // for each zone of b, the zones of a that share territory with it
	heir []int   // for each zone of a, the zone of b that takes most of it, or -1
	cut  []int   // for each zone of a, how many zones of b share territory with it
}

func (c *comparison) match() error {
	c.from = make([][]int, len(c.b.zones))
	c.heir = make([]int, len(c.a.zones))
	c.cut = make([]int, len(c.a.zones))
	most := make([]float64, len(c.a.zones))
	for i := range c.heir {
		c.heir[i] = -1
	}
	for j := range c.b.zones {
		if !c.keep[1][j] {
			continue
		}
		shape := c.b.index.Shape(j)
		var err error
		c.a.index.Search(c.b.index.Bound(j), func(i int) bool {
			if !c.keep[0][i] {
				return true
			}
			common, thick, e := commonTerritory(shape, c.a.index.Shape(i), c.thin)
			if err = e; e != nil {
				return false
			}
			if thick {
				c.from[j] = append(c.from[j], i)
				c.cut[i]++
				if area := Area(common); area > most[i] {
					most[i], c.heir[i] = area, j
				}
			}
			return true
		})
		if err != nil {
			return err
		}
		slices.Sort(c.from[j])
	}
	return nil
}

// successor tells what zone j of the later version is to the earlier zones.
func (c *comparison) successor(j int) (ZoneChange, error) {
	shape := c.b.index.Shape(j)
	ch := ZoneChange{Kind: ZoneEntered, To: c.b.zones[j].ZoneRef, After: Area(shape)}
	var before, inherited orb.MultiPolygon
	regrouped := false // several zones made one, or one made several
	for _, i := range c.from[j] {
		old := c.a.index.Shape(i)
		ch.From = append(ch.From, c.a.zones[i].ZoneRef)
		ch.Before += Area(old)
		before = append(before, old...)
		regrouped = regrouped || len(c.from[j]) > 1 || c.cut[i] > 1
		if c.heir[i] == j {
			inherited = append(inherited, old...)
		}
	}
	if len(before) == 0 {
		ch.Gained, ch.GainedArea = shape, ch.After
		return ch, nil
	}
	var err error
	if before, err = overlay.Union(before); err != nil {
		return ch, err
	}
	if ch.Gained, err = overlay.Difference(shape, before); err != nil {
		return ch, err
	}
	if ch.Lost, err = c.lost(inherited); err != nil {
		return ch, err
	}
	// What is thinner than the errors of the two files together is no change.
	tolerance := 1 + (c.a.Precision+c.b.Precision)/2
	for _, moved := range []orb.MultiPolygon{ch.Gained, ch.Lost} {
		if regrouped || Holds(moved, tolerance) {
			ch.Kind = ZoneModified
		}
	}
	// A thin strip all around is no error of drawing when it changes the area.
	if math.Abs(ch.After-ch.Before) > sameArea*max(ch.After, ch.Before) {
		ch.Kind = ZoneModified
	}
	if ch.Kind != ZoneModified {
		ch.Kind, ch.Gained, ch.Lost = ZoneUnchanged, nil, nil
	}
	ch.GainedArea, ch.LostArea = Area(ch.Gained), Area(ch.Lost)
	return ch, nil
}

// lost returns the part of a territory of the earlier version that no zone of the
// later one holds.
func (c *comparison) lost(territory orb.MultiPolygon) (orb.MultiPolygon, error) {
	if len(territory) == 0 {
		return nil, nil
	}
	rest, err := overlay.Union(territory)
	if err != nil {
		return nil, err
	}
	c.b.index.Search(territory.Bound(), func(k int) bool {
		rest, err = overlay.Difference(rest, c.b.index.Shape(k))
		return err == nil
	})
	return rest, err
}
