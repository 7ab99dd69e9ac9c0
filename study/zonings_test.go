package study

import "testing"

// The zonings of a pack are counted and drawn: its QPV by département, the territory of each
// of its Missions Locales.
func TestMapZonings(t *testing.T) {
	z, err := MapZonings(world(t), onDay, onDay)
	if err != nil {
		t.Fatal(err)
	}
	if len(z.QPV) != 1 || z.ByDepartement["59"] != 1 || len(z.Departements()) != 1 || z.Perimeter != "2024" {
		t.Errorf("%d QPV, %v, perimeter %q", len(z.QPV), z.ByDepartement, z.Perimeter)
	}
	if z.Communes != 2 || z.InFRR != 0 || z.InZRR != 0 || len(z.Land.Units) != 2 {
		t.Errorf("%d communes, %d FRR, %d ZRR, %d territories", z.Communes, z.InFRR, z.InZRR, len(z.Land.Units))
	}
}
