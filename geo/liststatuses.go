package geo

// Statuses returns the status of the communes of today in a version of a zoning made of lists,
// in the order of Communes().All(), on a date: the status that a map shows, where At answers
// for a place. ok is false when the version is not loaded.
func (z *Zonings) Statuses(zoning Zoning, version string, on Date) (list []ListStatus, ok bool) {
	for _, v := range z.lists {
		if v.Zoning != zoning || v.Name != version {
			continue
		}
		list = make([]ListStatus, len(z.communes.list))
		for i := range z.communes.list {
			c := &z.communes.list[i]
			p := location{code: c.Code, departement: c.Departement, former: c.Former}
			if list[i] = StatusUncertain; v.complete.covers(p) {
				list[i] = v.table.status(p, on)
			}
		}
		return list, true
	}
	return nil, false
}
