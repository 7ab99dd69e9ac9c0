package geo

// communesWithZone finds the communes that have a zone in a version: those that
// the file lists, by their code of today, and those that a zone meets.
func communesWithZone(communes *Communes, v *polygonVersion) (map[string]bool, error) {
	with := map[string]bool{}
	for i := range v.zones {
		for _, code := range v.zones[i].Communes {
			now, _, _ := communes.Resolve(code)
			with[now] = true
		}
	}
	return with, nil
}

// hasZone tells whether the commune of a place has a zone, or may have one.
func (v *polygonVersion) hasZone(p place) bool {
	return v.withZone[p.code]
}
