package ingest

import "testing"

func TestAUnitIsFoundByEveryName(t *testing.T) {
	var n UnitNames
	n.Add("59512", "59-ML ROUBAIX")
	n.Add("59512", "Roubaix")
	n.Add("02691", "02-ML ST QUENTIN")
	n.Add("59009", "59-ML VILLENEUVE D ASCQ")
	for written, want := range map[string]string{
		"59512": "59512", "59512S00": "59512", "59512s00": "59512", "59-ML ROUBAIX": "59512", "MISSION LOCALE ROUBAIX": "59512", "Mission locale de Roubaix": "59512",
		"roubaix": "59512", "2691": "02691", "2691S00": "02691", "Saint-Quentin": "02691", "ML Villeneuve d’Ascq": "59009",
		"": "", "59360S00": "", "MISSION LOCALE DES WEPPES": "", "Mission Locale": "",
	} {
		if code, ok := n.Unit(written); code != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", written, code, ok, want)
		}
	}
	n.Add("80001", "80-ML ROUBAIX") // two units of one name
	if code, ok := n.Unit("Mission Locale Roubaix"); ok {
		t.Errorf("a name that two units share gave %s", code)
	}
	if code, _ := n.Unit("80-ML ROUBAIX"); code != "80001" {
		t.Errorf("whole name: %s", code)
	}
}
