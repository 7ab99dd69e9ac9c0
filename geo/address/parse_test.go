package address

import (
	"strings"
	"testing"
)

func text(ts []Token) string {
	var w []string
	for _, t := range ts {
		w = append(w, t.Text)
	}
	return strings.Join(w, " ")
}

func TestParseLine(t *testing.T) {
	tests := []struct {
		name, in     string
		number, end  int
		suffix       string
		street, city string
		postcode     string
		class        Class
	}{
		{name: "plain", in: "1 Rue des Minimes 02000 Laon", number: 1, street: "rue des minimes", postcode: "02000", city: "laon"},
		{name: "abbreviations", in: "12 bis av du Gal Leclerc 59000 Lille", number: 12, suffix: "bis", street: "av du gal leclerc", postcode: "59000", city: "lille"},
		{name: "host before", in: "chez M. Dupont 12 rue des Lilas 59000 Lille", number: 12, street: "rue des lilas", postcode: "59000", city: "lille"},
		{name: "care of", in: "c/o Mme Martin 3 all des Roses 59100 Roubaix", number: 3, street: "all des roses", postcode: "59100", city: "roubaix"},
		{name: "building and flat", in: "Bat C apt 12 14 rue des Lilas, 59000 LILLE CEDEX 9", number: 14, street: "rue des lilas", postcode: "59000", city: "lille"},
		{name: "floor and door", in: "3ème étage porte 4 12 rue Voltaire 59000 Lille", number: 12, street: "rue voltaire", postcode: "59000", city: "lille"},
		{name: "floor after", in: "12, rue Voltaire, appt 3, bât B, 59000 Lille", number: 12, street: "rue voltaire", postcode: "59000", city: "lille"},
		{name: "residence before", in: "Rés. les Lilas 12 rue Pasteur 59100 Roubaix", number: 12, street: "rue pasteur", postcode: "59100", city: "roubaix"},
		{name: "residence after", in: "12 rue Pasteur résidence les lilas 59000 Lille", number: 12, street: "rue pasteur", postcode: "59000", city: "lille"},
		{name: "residence alone", in: "12 Résidence Alexia IV 59000 Lille", number: 12, street: "residence alexia iv", postcode: "59000", city: "lille"},
		{name: "residence and a place", in: "Rés. les Lilas 27 la Haie Gautrais 35170 Bruz", number: 27, street: "la haie gautrais", postcode: "35170", city: "bruz"},
		{name: "range slash", in: "5/7 rue Aristide Briand 60110 Méru", number: 5, end: 7, street: "rue aristide briand", postcode: "60110", city: "meru"},
		{name: "range hyphen", in: "12-14 rue Saint Germain, 60200 COMPIÈGNE", number: 12, end: 14, street: "rue saint germain", postcode: "60200", city: "compiegne"},
		{name: "range à", in: "9 à 11 rue de Lille 59100 Roubaix", number: 9, end: 11, street: "rue de lille", postcode: "59100", city: "roubaix"},
		{name: "letter", in: "121A boulevard des Etats-Unis 62400 Béthune", number: 121, suffix: "a", street: "boulevard des etats unis", postcode: "62400", city: "bethune"},
		{name: "letter and bis", in: "42 A bis rue de Paris 59800 Lille", number: 42, suffix: "a bis", street: "rue de paris", postcode: "59800", city: "lille"},
		{name: "no letter", in: "12 d artagnan 59000 Lille", number: 12, street: "d artagnan", postcode: "59000", city: "lille"},
		{name: "r is rue", in: "202B r louis braille 59790 Ronchin", number: 202, suffix: "b", street: "r louis braille", postcode: "59790", city: "ronchin"},
		{name: "number after", in: "rue des Lilas 12 59000 Lille", number: 12, street: "rue des lilas", postcode: "59000", city: "lille"},
		{name: "number word", in: "douze rue des Lilas 59000 Lille", number: 12, street: "rue des lilas", postcode: "59000", city: "lille"},
		{name: "a date is no number", in: "rue du 8 mai 1945 59000 Lille", street: "rue du 8 mai 1945", postcode: "59000", city: "lille"},
		{name: "date after a number", in: "4 rue 11 novembre 14000 Caen", number: 4, street: "rue 11 novembre", postcode: "14000", city: "caen"},
		{name: "road number", in: "route nationale 17 62000 Arras", street: "route nationale 17", postcode: "62000", city: "arras"},
		{name: "grande rue", in: "12 Grande Rue 25000 Besançon", number: 12, street: "grande rue", postcode: "25000", city: "besancon"},
		{name: "type within a name", in: "12 B chemin de la Rue 59000 Lille", number: 12, suffix: "b", street: "chemin de la rue", postcode: "59000", city: "lille"},
		{name: "post box", in: "BP 123 12 rue Royale 59832 LAMBERSART", number: 12, street: "rue royale", postcode: "59832", city: "lambersart"},
		{name: "post box dotted", in: "220, Rue des Goyas B.P. 450, 98809 Le Mont-Dore", number: 220, street: "rue des goyas", postcode: "98809", city: "le mont dore"},
		{name: "special mail alone", in: "CS 90 012 59007 Lille Cedex", postcode: "59007", city: "lille"},
		{name: "postcode in two pieces", in: "12 rue de Paris 59 000 Lille", number: 12, street: "rue de paris", postcode: "59000", city: "lille"},
		{name: "flat then number is no postcode", in: "apt 52 207 Route des Monts 98835 Dumbéa", number: 207, street: "route des monts", postcode: "98835", city: "dumbea"},
		{name: "lost zero", in: "4 Rue Louis Aragon 2840 Athies-sous-Laon", number: 4, street: "rue louis aragon", postcode: "02840", city: "athies sous laon"},
		{name: "postcode first", in: "59000 Lille 12 rue de Paris", number: 12, street: "rue de paris", postcode: "59000", city: "lille"},
		{name: "F- before", in: "12 rue de Paris F-59000 Lille", number: 12, street: "rue de paris", postcode: "59000", city: "lille"},
		{name: "mojibake", in: "12 RÃ©sidence du ChÃ¢teau 59000 Lille", number: 12, street: "residence du chateau", postcode: "59000", city: "lille"},
		{name: "hamlet", in: "La Ferme du Calvaire 59300 Aulnoy", street: "la ferme du calvaire", postcode: "59300", city: "aulnoy"},
		{name: "hospital as a street", in: "12 rue de l'Hôpital 59000 Lille", number: 12, street: "rue de l hopital", postcode: "59000", city: "lille"},
		{name: "street named for a Belgian town", in: "12 rue de Tournai 59200 Tourcoing", number: 12, street: "rue de tournai", postcode: "59200", city: "tourcoing"},
		{name: "avenue de France", in: "6 Avenue de France", number: 6, street: "avenue de france"},
		{name: "115 as a number", in: "115 rue de Lille 59000 Lille", number: 115, street: "rue de lille", postcode: "59000", city: "lille"},

		{name: "sdf", in: "SDF", class: Homeless, street: "sdf"},
		{name: "sans domicile fixe", in: "Sans domicile fixe 59000 Lille", class: Homeless, street: "sans domicile fixe", postcode: "59000", city: "lille"},
		{name: "115", in: "115", class: Homeless, number: 115},
		{name: "ccas", in: "CCAS 12 rue de Lille 59000 Lille", class: Domiciliation, number: 12, street: "rue de lille", postcode: "59000", city: "lille"},
		{name: "domiciled", in: "domicilié au CCAS", class: Domiciliation, street: "domicilie au ccas"},
		{name: "prison", in: "Maison d'arrêt de Sequedin", class: Institution, street: "maison d arret de sequedin"},
		{name: "foyer", in: "Foyer Adoma 12 rue Royale 59000 Lille", class: Institution, number: 12, street: "rue royale", postcode: "59000", city: "lille"},
		{name: "hospital", in: "Hôpital Saint Vincent bd de Belfort 59000 Lille", class: Institution, street: "bd de belfort", postcode: "59000", city: "lille"},
		{name: "foreign country", in: "12 rue Royale 7500 Tournai Belgique", class: Foreign, number: 12, street: "rue royale 7500 tournai belgique"},
		{name: "foreign town", in: "12 rue Royale 7500 Tournai", class: Foreign, number: 12, street: "rue royale 7500 tournai"},
		{name: "foreign code", in: "12 rue Royale B-7700 Mouscron", class: Foreign, number: 12, street: "rue royale b 7700 mouscron"},
		{name: "unknown", in: "inconnu", class: Unusable, street: "inconnu"},
		{name: "punctuation", in: " - ? ", class: Unusable},
		{name: "empty", in: "", class: Unusable},
	}
	var ps Parser
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := ps.Parse(Input{Text: tt.in})
			if p.Class != tt.class {
				t.Errorf("class %d, want %d", p.Class, tt.class)
			}
			if p.Number != tt.number || p.NumberEnd != tt.end || p.Suffix != tt.suffix {
				t.Errorf("number %d–%d %q, want %d–%d %q", p.Number, p.NumberEnd, p.Suffix, tt.number, tt.end, tt.suffix)
			}
			if got := text(p.Street); got != tt.street {
				t.Errorf("street %q, want %q", got, tt.street)
			}
			if got := text(p.City); got != tt.city {
				t.Errorf("city %q, want %q", got, tt.city)
			}
			if p.Postcode != tt.postcode {
				t.Errorf("postcode %q, want %q", p.Postcode, tt.postcode)
			}
		})
	}
}

func TestParseColumns(t *testing.T) {
	tests := []struct {
		name             string
		in               Input
		number           int
		street, city, cp string
		code             string
		class            Class
	}{
		{"all apart", Input{Number: "12", Street: "rue de Lille", Postcode: "59100", City: "Roubaix"}, 12, "rue de lille", "roubaix", "59100", "", Residence},
		{"number in the street", Input{Street: "12 rue de Lille", Postcode: "59100", City: "Roubaix"}, 12, "rue de lille", "roubaix", "59100", "", Residence},
		{"number in both", Input{Number: "12", Street: "12 rue de Lille", Postcode: "59100", City: "Roubaix"}, 12, "rue de lille", "roubaix", "59100", "", Residence},
		{"zero lost by a spreadsheet", Input{Street: "1 rue des Minimes", Postcode: "2000", City: "Laon"}, 1, "rue des minimes", "laon", "02000", "", Residence},
		{"postcode as a decimal", Input{Street: "1 rue X", Postcode: "59000.0", City: "Lille"}, 1, "rue x", "lille", "59000", "", Residence},
		{"postcode as a formula", Input{Street: "1 rue X", Postcode: `="59000"`, City: "Lille"}, 1, "rue x", "lille", "59000", "", Residence},
		{"postcode in the town", Input{Street: "1 rue X", City: "59000 Lille"}, 1, "rue x", "lille", "59000", "", Residence},
		{"INSEE of Corsica", Input{Street: "1 rue X", CityCode: "2a004"}, 1, "rue x", "", "", "2A004", Residence},
		{"INSEE without its zero", Input{Street: "1 rue X", CityCode: "2408"}, 1, "rue x", "", "", "02408", Residence},
		{"115 beside a street", Input{Number: "115", Street: "rue de Lille", Postcode: "59100", City: "Roubaix"}, 115, "rue de lille", "roubaix", "59100", "", Residence},
		{"homeless in the complement", Input{Street: "12 rue X", Complement: "sans domicile fixe", City: "Lille"}, 12, "rue x", "lille", "", "", Homeless},
		{"unknown with a town", Input{Street: "inconnue", Postcode: "59000", City: "Lille"}, 0, "inconnue", "lille", "59000", "", Unusable},
		{"a town alone", Input{Postcode: "59000", City: "Lille"}, 0, "", "lille", "59000", "", Residence},
		{"Belgian town", Input{Street: "12 rue Royale", Postcode: "7500", City: "Tournai"}, 12, "rue royale", "tournai", "07500", "", Foreign},
		{"INSEE of abroad", Input{Street: "12 rue Royale", City: "Tournai", CityCode: "99131"}, 12, "rue royale", "tournai", "", "99131", Foreign},
	}
	var ps Parser
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := ps.Parse(tt.in)
			if p.Number != tt.number || text(p.Street) != tt.street || text(p.City) != tt.city || p.Postcode != tt.cp || p.CityCode != tt.code || p.Class != tt.class {
				t.Errorf("got %d %q %q %q %q class %d", p.Number, text(p.Street), text(p.City), p.Postcode, p.CityCode, p.Class)
			}
		})
	}
}

// Equal names in other spellings become equal words.
func TestStreetWords(t *testing.T) {
	words := func(s string) string {
		var w []string
		for _, x := range StreetWords(nil, Fold(nil, s)) {
			if x.Kind != Article {
				w = append(w, x.Text)
			}
		}
		return strings.Join(w, " ")
	}
	for _, group := range [][]string{
		{"Rue du Général Leclerc", "r du Gal Leclerc", "RUE DU GENERAL LECLERC", "rue general leclerc"},
		{"Avenue de la République", "av. de la République", "AVE REPUBLIQUE"},
		{"Rue Saint-Maur", "r St Maur", "RUE ST-MAUR"},
		{"Place du 8 Mai 1945", "pl. du huit mai 1945"},
		{"Rue du Dix-Sept Octobre", "rue du 17 octobre"},
		{"Rue du 1er Mai", "rue du premier mai", "rue du 1 mai"},
		{"Résidence Alexia IV", "res alexia 4"},
		{"Rue de l'Œuvre", "RUE DE L OEUVRE", "rue de l’œuvre"},
	} {
		for _, s := range group[1:] {
			if words(s) != words(group[0]) {
				t.Errorf("%q → %q, %q → %q", s, words(s), group[0], words(group[0]))
			}
		}
	}
}

// No text panics, tokens stay within the text, and spans give back its words.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"12 bis rue de Lille 59000 Lille", "chez M. X, 5/7 all\u00e9e \xff\xfe", "BP 1 CS 2 TSA 3 cedex", "3ème étage", "n° 1", "9-", strings.Repeat("1 rue ", 300)} {
		f.Add(s, "", "", "")
	}
	f.Fuzz(func(t *testing.T, line, street, city, complement string) {
		ps := Parser{KeepSpans: true}
		p := ps.Parse(Input{Text: line, Street: street, City: city, Complement: complement})
		for _, s := range p.Spans {
			if s.Start < 0 || s.End < s.Start || s.End-s.Start != len(s.Text) {
				t.Fatalf("span %+v", s)
			}
		}
		if p.Number < 0 || p.NumberEnd != 0 && p.NumberEnd <= p.Number {
			t.Fatalf("number %d to %d", p.Number, p.NumberEnd)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var ps Parser
	lines := []string{"12 bis av du Gal Leclerc 59000 Lille", "Résidence les Lilas Bât B Apt 12, 14 rue Pasteur 59100 ROUBAIX CEDEX", "5/7 rue Aristide Briand 60110 Méru"}
	b.ReportAllocs()
	for i := range b.N {
		ps.Parse(Input{Text: lines[i%len(lines)]})
	}
}
