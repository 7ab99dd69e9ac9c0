package french

import "testing"

func TestMend(t *testing.T) {
	for in, want := range map[string]string{
		"rÃ©sidence": "résidence", "GÃ©nÃ©ral": "Général", "lâ€™Ã©glise": "l’église", "Rue de lâ€™Europe": "Rue de l’Europe", "NÂ°": "N°", "Ã‰cole": "École", "cÅ“ur": "cœur",
		"Ã  droite": "Ã  droite", "à droite": "à droite", "Lille": "Lille", "ÉTÉ": "ÉTÉ", "Ãlvares": "Ãlvares", "Pâtis": "Pâtis", "Ângelo": "Ângelo", "rue Â": "rue Â", "": "",
	} {
		if got := Mend(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLostZero(t *testing.T) {
	for in, want := range map[string]string{"2100": "02100", "59000": "59000", "2A04": "2A04", "590": "590", "": ""} {
		if got := LostZero(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
