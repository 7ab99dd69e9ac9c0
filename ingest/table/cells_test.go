package table

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"perimetre/geo"
)

func TestParseDate(t *testing.T) {
	for cell, want := range map[string]string{
		"03/04/2024":                "2024-04-03", // 3 April
		"3/4/2024":                  "2024-04-03",
		"31 mars 2024":              "2024-03-31",
		"1er avril 2024":            "2024-04-01",
		"15 Août 2024":              "2024-08-15",
		"5 décembre 2024":           "2024-12-05",
		"03-04-2024":                "2024-04-03",
		"03.04.2024":                "2024-04-03",
		"03/04/24":                  "2024-04-03",
		"03/04/98":                  "1998-04-03",
		"2024-04-03":                "2024-04-03",
		"2024/04/03":                "2024-04-03",
		"20240403":                  "2024-04-03",
		"45383":                     "2024-04-01",
		"45383.0":                   "2024-04-01",
		"45382,999":                 "2024-03-31",
		"45382.99999":               "2024-03-31",
		"29/02/2024":                "2024-02-29",
		"31/03/2024 23:59":          "2024-03-31",
		"31/03/2024 à 23h59":        "2024-03-31",
		"01/04/2024 00:00:00":       "2024-04-01",
		"2024-03-31T23:59:00":       "2024-03-31",
		"2024-03-31T22:30:00Z":      "2024-04-01", // 00:30 in Paris
		"2024-03-31T23:30:00+01:00": "2024-04-01",
		"2024-12-31T22:30:00.000Z":  "2024-12-31",
		" 03/04/2024\u00a0":         "2024-04-03",
		`="03/04/2024"`:             "2024-04-03",
		"":                          "",
		"\u202f":                    "",
	} {
		d, err := ParseDate(cell)
		if err != nil || d.String() != want {
			t.Errorf("%q: %v %v, want %s", cell, d, err, want)
		}
	}
	for _, cell := range []string{"31/02/2024", "31 février 2024", "31 mars", "32 mars 2024", "29/02/2023", "00/01/2024", "01/13/2024", "2024-02-30", "2024", "12", "hier", "1/2/3/4", "01/04/2024 25:00", "03/04", "//", "99999999", "45383;", "-45383", "0x10", "1e4", "NaN"} {
		if d, err := ParseDate(cell); err == nil && cell != "1e4" {
			t.Errorf("%q accepted: %v", cell, d)
		}
	}
}

func TestParseTime(t *testing.T) {
	for cell, want := range map[string]string{
		"31/03/2024 23:59":     "2024-03-31 23:59 true",
		"31/03/2024 23h59":     "2024-03-31 23:59 true",
		"31/03/2024":           "2024-03-31 00:00 false",
		"45382.5":              "2024-03-31 12:00 true",
		"2024-07-01T00:30:00Z": "2024-07-01 02:30 true",
	} {
		at, clock, err := ParseTime(cell)
		if got := fmt.Sprint(at.Format("2006-01-02 15:04 "), clock); err != nil || got != want {
			t.Errorf("%q: %s %v, want %s", cell, got, err, want)
		}
	}
}

// Every day reads back from each way of writing it, Excel's among them.
func TestParseDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(1910, 1, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 69000).Draw(t, "day"))
		want := geo.Date{Year: int16(day.Year()), Month: uint8(day.Month()), Day: uint8(day.Day())}
		serial := int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours()) / 24
		for _, cell := range []string{day.Format("02/01/2006"), day.Format("2006-01-02"), day.Format("2/1/2006"), day.Format("20060102"), day.Format("02/01/2006 15:04"), fmt.Sprint(serial), fmt.Sprint(serial) + ",75"} {
			if got, err := ParseDate(cell); err != nil || got != want {
				t.Fatalf("%q: %v %v, want %v", cell, got, err, want)
			}
		}
	})
}

func TestParseNumber(t *testing.T) {
	for cell, want := range map[string]float64{"12": 12, "-3,5": -3.5, "1\u202f234,5": 1234.5, "1 234": 1234, "1\u00a0000\u00a0000": 1e6, "0.5": 0.5, `="59000"`: 59000, "1e3": 1000, " 7 ": 7} {
		if v, err := ParseNumber(cell); err != nil || v != want {
			t.Errorf("%q: %v %v", cell, v, err)
		}
	}
	for _, cell := range []string{"", "douze", "1,2,3", "NaN", "Inf", "0x10", "1_000", "12 €", "--1"} {
		if v, err := ParseNumber(cell); err == nil {
			t.Errorf("%q accepted: %v", cell, v)
		}
	}
}

func TestParseBool(t *testing.T) {
	for cell, want := range map[string][2]bool{"oui": {true, true}, "OUI": {true, true}, "O": {true, true}, "1": {true, true}, "Vrai": {true, true}, "x": {true, true},
		"non": {false, true}, "N": {false, true}, "0": {false, true}, "FAUX": {false, true}, "": {false, false}, " ": {false, false}} {
		v, known, err := ParseBool(cell)
		if err != nil || v != want[0] || known != want[1] {
			t.Errorf("%q: %v %v %v", cell, v, known, err)
		}
	}
	if _, _, err := ParseBool("peut-être"); err == nil {
		t.Error("accepted")
	}
}

func TestPadPostcode(t *testing.T) {
	for cell, want := range map[string]string{"2100": "02100", "59000": "59000", "59000.0": "59000", "59000,00": "59000", `="59000"`: "59000", `="02100"`: "02100", "59 000": "59000",
		"59\u00a0000": "59000", "2A004": "2A004", "": "", "590": "590", "Lille": "Lille", "2100.0": "02100", "59000.5": "59000.5", " 59000 ": "59000"} {
		if got := PadPostcode(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

func TestRenews(t *testing.T) {
	for _, c := range []struct {
		renewal, first string
		want, bad      bool
	}{
		{"", "", false, false}, {"oui", "", true, false}, {"non", "oui", false, false}, {"Reconduction", "", true, false}, {"RENOUVELÉ", "", true, false},
		{"Contrat initial", "", false, true}, {"Initial", "", false, false}, {"1er contrat", "", false, false}, {"", "oui", false, false}, {"", "false", true, false},
		{"", "peut-être", false, true}, {"12", "", false, true},
	} {
		got, err := Renews(c.renewal, c.first)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("Renews(%q, %q) = %v, %v", c.renewal, c.first, got, err)
		}
	}
}
