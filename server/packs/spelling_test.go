package packs

import (
	"testing"

	"perimetre/geo"
)

func TestUsualNames(t *testing.T) {
	var communes []geo.Commune
	for _, name := range []string{"Villeneuve-d'Ascq", "Château-Thierry", "Saint-Pol-sur-Ternoise", "Hénin-Beaumont", "Carvin", "Lens", "Liévin", "Péronne", "Le Quesnoy"} {
		communes = append(communes, geo.Commune{Name: name})
	}
	s := newSpelling(communes)
	for raw, want := range map[string]string{
		"59-ML VILLENEUVE D ASCQ": "Villeneuve-d'Ascq", "02-ML CHATEAU THIERRY": "Château-Thierry", "62-ML ST POL SUR TERNOISE": "Saint-Pol-sur-Ternoise",
		"59-ML DU DOUAISIS": "Douaisis", "62-ML DE L'ARTOIS": "Artois", "62-ML AGGLOMERATION HENIN CARVIN": "Agglomération Hénin Carvin", "62-ML LENS-LIEVIN": "Lens-Liévin",
		"59-ML REUSSIR EN SAMBRE AVESNOIS": "Réussir en Sambre Avesnois", "59-ML FLANDRE INTERIEURE": "Flandre Intérieure", "59-ML MNO-SIEGE": "MNO",
		"60-ML Oise Sud Ouest": "Oise Sud Ouest", "80-ML PERONNE": "Péronne", "00-ML LE VIGNEUDANS (FICTIVE)": "Le Vigneudans (fictive)", "Mission Locale de Lille": "Mission Locale de Lille",
	} {
		if got := s.name(raw); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
