package explain

import (
	"testing"

	"perimetre/geo"
	"perimetre/geo/residency"
)

// What changed reads from the oldest perimeters to the latest, and never says that
// nothing changed where one of them cannot tell.
func TestChangeText(t *testing.T) {
	was := &geo.Version{Zoning: geo.QPV, Name: "2015", ValidFrom: geo.Date{Year: 2015, Month: 1, Day: 1}, ValidTo: geo.Date{Year: 2023, Month: 12, Day: 31}}
	is := &geo.Version{Zoning: geo.QPV, Name: "2024", ValidFrom: geo.Date{Year: 2024, Month: 1, Day: 1}}
	in := func(code string) residency.Decision {
		return residency.Decision{Status: residency.In, Motif: residency.NumberIn, Zones: []geo.ZoneRef{{Code: code, Name: "Les Lilas"}}}
	}
	out := residency.Decision{Status: residency.Out, Motif: residency.NumberOut}
	border := residency.Decision{Status: residency.Undecided, Motif: residency.Border}
	absent := residency.Decision{Status: residency.Undecided, Motif: residency.NoPerimeter}
	for _, c := range []struct {
		name          string
		before, after residency.Decision
		want          string
	}{
		{"entered", out, in("QN05901M"), "L’adresse est entrée dans un QPV : hors QPV du 01/01/2015 au 31/12/2023, dans le QPV QN05901M Les Lilas depuis le 01/01/2024."},
		{"left", in("QP059001"), out, "L’adresse est sortie des QPV : dans le QPV QP059001 Les Lilas du 01/01/2015 au 31/12/2023, hors QPV depuis le 01/01/2024."},
		{"stayed", in("QP059001"), in("QN05901M"), "L’adresse est dans un QPV avant comme après : QP059001 Les Lilas du 01/01/2015 au 31/12/2023, puis QN05901M Les Lilas depuis le 01/01/2024."},
		{"never", out, out, "Rien n’a changé : l’adresse est hors QPV selon les périmètres 2015 comme 2024."},
		{"near a border", border, out, "L’un des périmètres laisse un doute : les limites des deux se lisent sur le plan."},
		{"near two borders", border, border, "Les deux périmètres laissent un doute : leurs limites se lisent sur le plan."},
		{"not loaded", absent, in("QN05901M"), "Les périmètres 2015 ne sont pas dans le référentiel pour ce lieu : la comparaison n’est pas possible."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := changeText(was, &c.before, is, &c.after); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}
