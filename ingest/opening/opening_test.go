package opening

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Schedule{
		"lundi au vendredi 9h-12h 14h-17h":                            {HalfDays: 10},
		"Lundi au vendredi de 9h à 12h et de 14h à 17h":               {HalfDays: 10},
		"lun-ven 9:00-12:00":                                          {HalfDays: 5},
		"du lundi au jeudi 8h30-12h / 13h30-17h30, vendredi 8h30-12h": {HalfDays: 9},
		"2e et 4e mardi 14:00-17:00":                                  {HalfDays: 0.5},
		"1er lundi 9h-12h":                                            {HalfDays: 0.25},
		"2ème et 4ème mardi du mois 14h-17h":                          {HalfDays: 0.5},
		"dernier vendredi matin":                                      {HalfDays: 0.25},
		"1er, 3e et 5e jeudi 9h-17h":                                  {HalfDays: 1.5},
		"mardi":                                                       {HalfDays: 2},
		"mardi et jeudi":                                              {HalfDays: 4},
		"mardi, jeudi matin":                                          {HalfDays: 2},
		"mardi 9h-17h":                                                {HalfDays: 2},
		"mardi 9h-12h, 10h-12h30":                                     {HalfDays: 1},
		"1 samedi sur 2 : 9:00 - 12:30":                               {HalfDays: 0.5},
		"un jeudi sur deux matin":                                     {HalfDays: 0.5},
		"jeudi 14h-17h semaines paires":                               {HalfDays: 0.5},
		"jeudi semaines paires 14h-17h":                               {HalfDays: 0.5},
		"mercredi après-midi":                                         {HalfDays: 1},
		"mercredi apres midi, vendredi":                               {HalfDays: 3},
		"tous les jours 9h-12h":                                       {HalfDays: 5},
		"Lundi : 9:00 - 12:00 ; Mardi : 13:30 – 17:00":                {HalfDays: 2},
		"lundi 9h-12h\nlundi 9h-12h":                                  {HalfDays: 1},
		"sur rendez-vous":                                             {Appointment: true},
		"Sur RDV":                                                     {Appointment: true},
		"uniquement sur rendez-vous":                                  {Appointment: true},
		"mardi 9h-12h sur rendez-vous":                                {HalfDays: 1, Appointment: true},
		"mardi 9h-12h (sur rendez-vous)":                              {HalfDays: 1, Appointment: true},
		"3":                                                           {HalfDays: 3},
		"2,5":                                                         {HalfDays: 2.5},
		"0":                                                           {},
		"3 demi-journées par semaine":                                 {HalfDays: 3},
		"2 demi-journées par mois":                                    {HalfDays: 0.5},
		"1 jour par semaine":                                          {HalfDays: 2},
		"un mardi par mois 14h-17h":                                   {HalfDays: 0.25},
		"lundi au samedi 9h-12h 14h-18h":                              {HalfDays: 12},
	} {
		got, err := Parse(text)
		got.Week, got.Hours = want.Week, want.Hours // TestParseDays and TestParseHours look at them
		if err != nil || got != want {
			t.Errorf("%q: %+v %v, want %+v", text, got, err, want)
		}
	}
}

func TestParseDays(t *testing.T) {
	for text, want := range map[string][7][2]float64{
		"lundi 9h-12h, jeudi":            {0: {1, 0}, 3: {1, 1}},
		"2e et 4e mardi 14:00-17:00":     {1: {0, 0.5}},
		"1er samedi du mois matin":       {5: {0.25, 0}},
		"mercredi après-midi sur rdv":    {2: {0, 1}},
		"3 demi-journées par semaine":    {},
		"sur rendez-vous":                {},
		"5":                              {},
		"jeudi 14h-17h semaines paires":  {3: {0, 0.5}},
		"mardi 9h-12h et 1er mardi soir": {},
	} {
		got, err := Parse(text)
		if want == ([7][2]float64{}) && err != nil {
			continue // said to be unreadable, and so of no day
		}
		if err != nil || got.Week != want {
			t.Errorf("%q: %v %v, want %v", text, got.Week, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "bientôt", "9h-12h", "lundi 12h-9h", "lundi sauf vacances", "25 demi-journées par semaine", "99", "-1", "lundi 9h-12h fermé l'été", "un mardi", ";"} {
		o, err := Parse(text)
		if err == nil {
			t.Errorf("%q accepted: %+v", text, o)
			continue
		}
		want := "horaires illisibles ; attendu : par exemple « lundi au vendredi 9h-12h 14h-17h », « 2e et 4e mardi 14:00-17:00 », « sur rendez-vous » ou un nombre de demi-journées par semaine ; vu : « " + text + " »"
		if err.Error() != want {
			t.Error(err)
		}
	}
}

func FuzzOpening(f *testing.F) {
	for _, s := range []string{"lundi au vendredi 9h-12h 14h-17h", "2e et 4e mardi 14:00-17:00", "sur rendez-vous", "2,5", "un jeudi sur deux matin", "3 demi-journées par mois"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := Parse(s)
		if err == nil && !(o.HalfDays >= 0 && o.HalfDays <= 14) {
			t.Errorf("%q: %+v", s, o)
		}
		if err == nil && strings.TrimSpace(s) == "" {
			t.Errorf("%q accepted", s)
		}
	})
}

func TestParseHours(t *testing.T) {
	usual := [2]Hours{{540, 720, true}, {840, 1020, true}}
	for text, want := range map[string][2]Hours{
		"mardi":                          usual,
		"mardi matin":                    {usual[0], {}},
		"mardi 8h30-12h15 13h45-17h30":   {{510, 735, false}, {825, 1050, false}},
		"mardi 9h-17h":                   {{540, 780, false}, {780, 1020, false}},
		"mardi 9h-13h30":                 {{540, 810, false}, {}},
		"mardi 9h-12h, mardi 10h-12h30":  {{540, 750, false}, {}},
		"mardi après-midi, mardi 8h-11h": {{480, 660, false}, {840, 1020, true}},
	} {
		o, err := Parse(text)
		if err != nil || o.Hours[1] != want || o.Hours[0] != ([2]Hours{}) {
			t.Errorf("%q: %v %v, want %v", text, o.Hours[1], err, want)
		}
	}
}

// The hours of data·inclusion, as OpenStreetMap writes them, say what French ones say.
func TestOpeningOfOpenStreetMap(t *testing.T) {
	for text, french := range map[string]string{
		"Mo-Fr 09:00-12:00,14:00-17:00; PH off":               "lundi au vendredi 9h-12h 14h-17h",
		"Mo,We 08:30-12:00; Sa off":                           "lundi, mercredi 8h30-12h",
		"Tu[2,4] 14:00-17:00":                                 "2e et 4e mardi 14h-17h",
		`Mo-Th 09:00-12:00; Fr 14:00-16:00 "sur rendez-vous"`: "lundi au jeudi 9h-12h ; vendredi 14h-16h sur rendez-vous",
	} {
		got, err := Parse(text)
		want, err2 := Parse(french)
		if err != nil || err2 != nil || got != want || got.HalfDays == 0 {
			t.Errorf("%q: %v %v, want %v %v", text, got.HalfDays, err, want.HalfDays, err2)
		}
	}
	if _, err := Parse("Mo off"); err == nil {
		t.Error("a day off is an opening")
	}
}

// OpenStreetMap's hours are read as ours, or left as they are.
func FuzzOSMHours(f *testing.F) {
	f.Add(`Mo-Fr 09:00-12:00,14:00-17:00; Th[1,3] off; PH off`)
	f.Add(`24/7`)
	f.Add(`Tu[-1] 10:00-12:00 "sur rendez-vous"`)
	f.Fuzz(func(t *testing.T, s string) {
		if out, ok := osmPattern(s); ok {
			Parse(out)
		}
	})
}
