package geo

import (
	"slices"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// JoinZonings puts together what several files hold, in memory: a commune, a contour or a zone
// that several files have is taken from the first. A version of one name must have the same
// dates in all files; its territory is the union of theirs.
func JoinZonings(parts ...*Zonings) (z *Zonings, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	var (
		list     []Commune
		contours []Contour
		polygons []PolygonVersion
		lists    []ListVersion
		known    = map[string]bool{}
		drawn    = map[string]bool{}
	)
	for _, p := range parts {
		for _, c := range p.communes.list {
			if !known[c.Code] {
				known[c.Code] = true
				list = append(list, c)
			}
		}
		for i, code := range p.communes.codes {
			if !drawn[code] {
				drawn[code] = true
				contours = append(contours, Contour{code, p.communes.contours.Shape(i)})
			}
		}
		for _, v := range p.polygons {
			i := slices.IndexFunc(polygons, func(o PolygonVersion) bool { return o.Zoning == v.Zoning && o.Name == v.Name })
			if i < 0 {
				i = len(polygons)
				polygons = append(polygons, PolygonVersion{Version: v.Version})
			} else if err := polygons[i].Version.join(&v.Version); err != nil {
				return nil, err
			}
			to := &polygons[i]
			for k, zone := range v.zones {
				if !slices.ContainsFunc(to.Zones, func(o Zone) bool { return o.Code == zone.Code }) {
					zone.Shape = v.index.Shape(k)
					to.Zones = append(to.Zones, zone)
				}
			}
		}
		for _, v := range p.lists {
			i := slices.IndexFunc(lists, func(o ListVersion) bool { return o.Zoning == v.Zoning && o.Name == v.Name })
			if i < 0 {
				i = len(lists)
				lists = append(lists, ListVersion{Version: v.Version, Status: map[string]ListStatus{}})
			} else if err := lists[i].Version.join(&v.Version); err != nil {
				return nil, err
			}
			for code, status := range v.table.all() {
				if _, ok := lists[i].Status[code]; !ok {
					lists[i].Status[code] = status
				}
			}
		}
	}
	communes, err := NewCommunes(list, contours)
	if err != nil {
		return nil, err
	}
	return NewZonings(communes, polygons, lists)
}

// join adds the territory of o to v.
func (v *Version) join(o *Version) error {
	if v.ValidFrom != o.ValidFrom || v.ValidTo != o.ValidTo || v.KnownFrom != o.KnownFrom {
		return fault.New(fault.Conflict, "zonage %s, version %s : les référentiels ne lui donnent pas les mêmes dates", v.Zoning, v.Name)
	}
	v.CompleteFor = slices.Clone(v.CompleteFor)
	for _, c := range o.CompleteFor {
		if !slices.Contains(v.CompleteFor, c) {
			v.CompleteFor = append(v.CompleteFor, c)
		}
	}
	v.Precision = max(v.Precision, o.Precision)
	return nil
}

// all returns the codes and statuses of the table.
func (t *statusTable) all() map[string]ListStatus {
	out := make(map[string]ListStatus, len(t.records)/statusRecord)
	for r := t.records; len(r) >= statusRecord; r = r[statusRecord:] {
		out[string(r[:statusRecord-1])] = listStatuses[r[statusRecord-1]]
	}
	return out
}
