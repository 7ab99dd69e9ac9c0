package data

import (
	"encoding/json"
	"math"
	"testing"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// In makeRaw the zone of 2015 goes from 3.02 to 3.05; in 2024 it goes on to 3.06,
// and a new one, across the border of what 2015 covers, comes in. 2,000 addresses
// stand on one line, one each 0.0001 degree.
func TestDiff(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 2000)
	build(t, raw, pack)
	p := openPack(t, pack)
	d, err := p.Diff(geo.QPV, "2015", "2024")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Modified) != 1 || len(d.Entered) != 1 || len(d.Left)+len(d.Unchanged)+d.NotComparable != 0 || d.Pack != p.ID {
		b, _ := json.MarshalIndent(d, "", " ")
		t.Fatalf("%s", b)
	}
	m := d.Modified[0]
	if m.Code != "QN05901M" || len(m.Predecessors) != 1 || m.Predecessors[0].Code != "QP059001" || m.AreaLost != 0 {
		t.Errorf("%+v", m)
	}
	// 0.01 degree of longitude by 0.03 of latitude at 50.035° north, on the spheroid.
	want := 0.01 * 71642 * 0.03 * 111232
	if math.Abs(float64(m.AreaGained)-want) > want/1000 || math.Abs(float64(m.AreaAfter-m.AreaBefore-m.AreaGained)) > 2 {
		t.Errorf("area gained %d, want %.0f", m.AreaGained, want)
	}
	if m.AddressesGained < 99 || m.AddressesGained > 101 || m.AddressesLost != 0 {
		t.Errorf("%+v", m)
	}
	if e := d.Entered[0]; e.Code != "QN05902N" || e.AddressesGained < 199 || e.AddressesGained > 202 {
		t.Errorf("%+v", e)
	}
	back, err := p.Diff(geo.QPV, "2024", "2015")
	if err != nil || len(back.Left) != 1 || back.Left[0].Code != "QN05902N" || back.Left[0].AddressesLost != d.Entered[0].AddressesGained ||
		len(back.Modified) != 1 || back.Modified[0].AreaLost != m.AreaGained {
		t.Errorf("%+v %v", back, err)
	}
	if _, err := p.Diff(geo.QPV, "2015", "2030"); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	if _, err := p.Diff(geo.FRR, "2015", "2024"); fault.KindOf(err) != fault.Usage {
		t.Error(err)
	}
}
