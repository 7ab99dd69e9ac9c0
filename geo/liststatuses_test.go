package geo

import "testing"

// A map says of each commune what At says of a place in it.
func TestStatusesAgreeWithAt(t *testing.T) {
	communes, err := NewCommunes([]Commune{
		{Code: "02001", Departement: "02"},
		{Code: "02002", Departement: "02", Former: []FormerCommune{{Code: "02003"}}},
		{Code: "02004", Departement: "02"},
		{Code: "59001", Departement: "59"},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := Version{Zoning: FRR, Name: "2025-07", ValidFrom: MustDate("2024-07-01"), KnownFrom: MustDate("2025-07-10"), CompleteFor: []string{"02"}}
	z, err := NewZonings(communes, nil, []ListVersion{{Version: v, Status: map[string]ListStatus{
		"02001": StatusPlus, "02002": StatusSocle, "02003": StatusNo, "02004": StatusBeneficiary}}})
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string][]ListStatus{
		"2024-09-01": {StatusSocle, StatusPartial, StatusBeneficiary, StatusUncertain},
		"2025-08-01": {StatusPlus, StatusPartial, StatusBeneficiary, StatusUncertain},
		"2028-01-01": {StatusPlus, StatusPartial, StatusNo, StatusUncertain},
	} {
		got, ok := z.Statuses(FRR, "2025-07", MustDate(on))
		if !ok {
			t.Fatal("not loaded")
		}
		for i, c := range communes.All() {
			at := z.At(Question{Commune: c.Code, On: MustDate(on), Known: MustDate("2030-01-01")}).FRR.Status
			if got[i] != want[i] || got[i] != at {
				t.Errorf("%s on %s: %s, At says %s, want %s", c.Code, on, got[i], at, want[i])
			}
		}
	}
	if _, ok := z.Statuses(ZRR, "2021", MustDate("2022-01-01")); ok {
		t.Error("a version that is not loaded")
	}
}
