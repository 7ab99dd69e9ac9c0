package french_test

import (
	"math"
	"testing"

	"perimetre/french"
	"perimetre/geo"
)

func TestWriting(t *testing.T) {
	cases := []struct{ name, got, want string }{
		{"thousands", french.Integer(1234567), "1\u202f234\u202f567"},
		{"three digits", french.Integer(-999), "−999"},
		{"signed", french.Signed(12), "+12"},
		{"signed zero", french.Signed(0), "0"},
		{"one takes the singular", french.Count(1, "entrée", "entrées"), "1 entrée"},
		{"zero takes the singular", french.Count(0, "entrée", "entrées"), "0 entrée"},
		{"two take the plural", french.Count(1200, "entrée", "entrées"), "1\u202f200 entrées"},
		{"decimals", french.Decimal(12.5, 2), "12,50"},
		{"short", french.Short(3, 2), "3"},
		{"short keeps what is there", french.Short(2.25, 2), "2,25"},
		{"percent", french.Percent(0.4), "40,0\u202f%"},
		{"percent of nothing", french.Percent(math.NaN()), "–"},
		{"ratio rounds halves up", french.Ratio(1, 2000), "0,1\u202f%"},
		{"ratio just under the target", french.Ratio(3996, 10000), "40,0\u202f%"},
		{"ratio of nothing", french.Ratio(0, 0), "–"},
		{"chosen", french.Chosen(0.275, 2), "27,5\u202f%"},
		{"points", french.Points(-24), "−2,4\u00a0points"},
		{"one point and a bit is singular", french.Points(19), "+1,9\u00a0point"},
		{"no difference has no sign", french.Difference(0.0001), "0,0\u00a0point"},
		{"date", french.Date(geo.MustDate("2024-12-31")), "31/12/2024"},
		{"no date", french.Date(geo.Date{}), "–"},
		{"metres", french.Metres(12.54), "12,5 m"},
		{"length", french.Length(1234), "1,2 km"},
		{"near", french.Distance(846), "850\u202fm"},
		{"far", french.Distance(12449), "12,4\u202fkm"},
		{"very far", french.Distance(120000), "120\u202fkm"},
		{"no distance", french.Distance(math.Inf(1)), "–"},
		{"first", french.Ordinal(1), "1re"},
		{"third", french.Ordinal(3), "3e"},
		{"capital with its accent", french.Capital("état"), "État"},
		{"capital of nothing", french.Capital(""), ""},
		{"small", french.Small("À vérifier"), "à vérifier"},
		{"sentence", french.Sentence(" fichier illisible."), "Fichier illisible."},
		{"no sentence", french.Sentence(" "), ""},
		{"typography", french.Typography("« 40 % » : oui ?"), "«\u202f40\u202f%\u202f»\u202f: oui\u202f?"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}
