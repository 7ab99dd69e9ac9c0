package address

import "testing"

// The number is the number, whatever stands beside it.
func TestNumber(t *testing.T) {
	tests := []struct {
		in          string
		number, end int
		suffix      string
		street      string
	}{
		{"12 B2 rue des Lilas", 12, 0, "b2", "rue des lilas"},
		{"12, B12, rue des Lilas", 12, 0, "", "rue des lilas"},
		{"B2 12 rue des Lilas", 12, 0, "", "rue des lilas"},
		{"D12 12 rue des Lilas", 12, 0, "", "rue des lilas"},
		{"E 18 12 rue des Lilas", 12, 0, "", "rue des lilas"},
		{"12 #34 rue des Lilas", 12, 0, "", "rue des lilas"},
		{"#34 12 rue des Lilas", 12, 0, "", "rue des lilas"},
		{"12 - B2 - rue des Lilas", 12, 0, "", "rue des lilas"},
		{"12 rue des Lilas B2", 12, 0, "", "rue des lilas"},
		{"Les Lilas 3, 12 rue Pasteur", 12, 0, "", "rue pasteur"},
		{"Tour Kennedy 3, 12 rue Pasteur", 12, 0, "", "rue pasteur"},
		{"maison 3, 12 rue Pasteur", 12, 0, "", "rue pasteur"},
		{"Métropole 19 24 rue Pasteur", 24, 0, "", "rue pasteur"},
		{"BP 10 100 impasse Pasteur", 100, 0, "", "impasse pasteur"},
		{"bât D 11 square Brahms", 11, 0, "", "square brahms"},
		{"11 bât D apt 5 lotissement de Boisse", 11, 0, "", "lotissement de boisse"},
		{"12-apt 8 chemin de Chez Palot", 12, 0, "", "chemin de chez palot"},
		{"10 2e Avenue", 10, 0, "", "2 e avenue"},
		{"2e Avenue", 0, 0, "", "2 e avenue"},
		{"rue Pasteur n° 12", 12, 0, "", "rue pasteur"},
		{"rue Pasteur, 12 bis", 12, 0, "bis", "rue pasteur"},
		{"rue Pasteur (12)", 12, 0, "", "rue pasteur"},
		{"rue Pasteur - 12", 12, 0, "", "rue pasteur"},
		{"rue Pasteur 12 B2", 12, 0, "b2", "rue pasteur"},
		{"rue Pasteur n°12 apt 4", 12, 0, "", "rue pasteur"},
		{"rue Nationale 55", 55, 0, "", "rue nationale"},
		{"route nationale 17", 0, 0, "", "route nationale 17"},
		{"avenue du 8 mai 1945 48", 48, 0, "", "avenue du 8 mai 1945"},
		{"rue du 19 mars 1962 12-14", 12, 14, "", "rue du 19 mars 1962"},
		{"rue du 14 juillet 6", 6, 0, "", "rue du 14 juillet"},
		{"rue du 8 mai 45", 0, 0, "", "rue du 8 mai 45"},
		{"avenue François Olive (1890-1958), 24", 24, 0, "", "avenue francois olive"},
		{"Grande Rue n°39", 39, 0, "", "grande rue"},
		{"5 rue n°3", 5, 0, "", "rue n 3"},
		{"611 route territoriale n°1", 611, 0, "", "route territoriale n 1"},
		{"au 12 rue Pasteur", 12, 0, "", "rue pasteur"},
		{"n° 12 rue Pasteur", 12, 0, "", "rue pasteur"},
		{"numéro 12, rue Pasteur", 12, 0, "", "rue pasteur"},
		{"12 : rue Pasteur", 12, 0, "", "rue pasteur"},
		{"12-14-16 rue Pasteur", 12, 16, "", "rue pasteur"},
		{"12, 14 et 16 rue Pasteur", 12, 16, "", "rue pasteur"},
		{"12,14 rue Pasteur", 12, 14, "", "rue pasteur"},
		{"12 & 14 rue Pasteur", 12, 14, "", "rue pasteur"},
		{"du 12 au 14 rue Pasteur", 12, 14, "", "rue pasteur"},
		{"2-4, impasse Lamier", 2, 4, "", "impasse lamier"},
		{"Apt 3, 12 rue Pasteur", 12, 0, "", "rue pasteur"},
		{"103, bis rue Belleville", 103, 0, "bis", "rue belleville"},
		{"12 (bis) rue Pasteur", 12, 0, "bis", "rue pasteur"},
		{"12 bis A rue Pasteur", 12, 0, "bis a", "rue pasteur"},
		{"12ba rue Pasteur", 12, 0, "ba", "rue pasteur"},
		{"12 BV, rue Pasteur", 12, 0, "bv", "rue pasteur"},
		{"12p1 rue Pasteur", 12, 0, "p1", "rue pasteur"},
		{"7 qua rue Pasteur", 7, 0, "qua", "rue pasteur"},
		{"vingt et un rue Pasteur", 21, 0, "", "rue pasteur"},
		{"un rue Pasteur", 1, 0, "", "rue pasteur"},
		{"5 lot 24 villa Brune", 5, 0, "", "villa brune"},
		{"Neuf, villa Guibert", 9, 0, "", "villa guibert"},
		{"Huit, lotissement des Lavandes", 8, 0, "", "lotissement des lavandes"},
		{"9 Voie Communale Qua de la Croisette", 9, 0, "", "voie communale qua de la croisette"},
	}
	var ps Parser
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			p := ps.Parse(Input{Text: tt.in + " 59000 Lille"})
			if p.Number != tt.number || p.NumberEnd != tt.end || p.Suffix != tt.suffix || text(p.Street) != tt.street {
				t.Errorf("%d–%d %q %q, want %d–%d %q %q", p.Number, p.NumberEnd, p.Suffix, text(p.Street), tt.number, tt.end, tt.suffix, tt.street)
			}
		})
	}
}

// What stands beside a street is a complement, within commas or not.
func TestComplement(t *testing.T) {
	var ps Parser
	for _, c := range []string{
		"cour Dubois", "maison 3", "tour Kennedy", "foyer ADOMA", "béguinage", "bâtiment Cambrésis", "1er gauche", "3ème étage porte 4", "code 1234", "code 4512B",
		"interphone", "interphone 12", "B.P. N 123", "angle rue Carnot", "à l'angle de la rue Carnot", "face à la mairie", "face au n° 15", "en face du cinéma",
		"derrière l'église", "à côté de la poste", "portail vert", "RDC gauche", "Porte:00506", "apt. n°12", "lot n°3", "Optique Vision", "Tabac Presse",
		"M. Dupont", "chez Mme Martin", "lieu-dit La Croix", "résidence les Lilas", "ZA des Prés", "tél 06 12 34 56 78", "et rue Carnot", "prolongée par l'avenue Foch",
	} {
		for _, in := range []string{"12 rue Pasteur " + c, "12 rue Pasteur, " + c, "12 Grande Rue - " + c, "12 bis rue Basse (" + c + ")"} {
			p := ps.Parse(Input{Text: in + " 59000 Lille"})
			if s := text(p.Street); p.Number != 12 || s != "rue pasteur" && s != "grande rue" && s != "rue basse" {
				t.Errorf("%q: %d %q", in, p.Number, s)
			}
		}
	}
	for _, c := range []string{
		"Résidence les Lilas", "Maison de retraite", "Foyer des Jeunes Travailleurs", "Le Clos Fleuri", "SARL DUPONT ET FILS", "Lieu-dit La Croix", "benjamin dupont",
		"Métropole 19", "Face à la mairie", "Tour Kennedy", "Bât B appt 4", "Adresse :",
	} {
		for _, street := range []string{"rue Pasteur", "lotissement Le Garay", "résidence Athéna", "cité Beauséjour", "rond-point des États-Unis", "clos Gounod", "hameau de Camiols"} {
			want := FoldString(street)
			for _, in := range []string{c + " 12 " + street, c + ", 12 " + street, c + " - 12 " + street} {
				p := ps.Parse(Input{Text: in + " 59000 Lille"})
				if p.Number != 12 || text(p.Street) != want {
					t.Errorf("%q: %d %q", in, p.Number, text(p.Street))
				}
			}
		}
	}
}

// Words that open a complement elsewhere are a street's name behind its type or
// an article.
func TestStreetOfComplementWords(t *testing.T) {
	var ps Parser
	for _, street := range []string{
		"rue derrière l'église", "sentier derrière les jardins", "rue de la tour", "avenue de la tour maubourg", "impasse de la cour", "chemin de chez palot",
		"rue du garage", "place de la mairie", "rue face au vent", "cour des glycines", "villa gaudelet", "rue basse cour", "rue haute maison", "rue du code",
		"résidence la tour", "rue m dupont", "place de l'école",
	} {
		p := ps.Parse(Input{Text: "12 bis " + street + " 59000 Lille"})
		if p.Number != 12 || text(p.Street) != FoldString(street) {
			t.Errorf("%q: %d %q", street, p.Number, text(p.Street))
		}
	}
}

// A type right behind another, the article between them left out, is of the name.
func TestTypesInNames(t *testing.T) {
	var ps Parser
	streets := []string{"rue ave maria", "rue petit coin", "rue robert coin", "rue porte à nancy", "chèvre rue", "chemin fbg temple"}
	for _, typ := range streetTypes {
		if roadTypes[typ] || housingTypes[typ] || typ == "port" || typ == "pont" || typ == "porte" || typ == "jardin" || typ == "bourg" {
			streets = append(streets, "rue "+typ, "rue "+typ+" pasteur", "avenue "+typ, "passage "+typ+" rohan", "imp "+typ+" vert")
		}
	}
	for _, street := range streets {
		for _, before := range []string{"4 ", "12 bis ", "4, ", ""} {
			p := ps.Parse(Input{Text: before + street + " 59000 Lille"})
			if before != "" && p.Number == 0 || text(p.Street) != FoldString(street) {
				t.Errorf("%q: %d %q", before+street, p.Number, text(p.Street))
			}
		}
	}
	p := ps.Parse(Input{Text: "Lotissement Avenue Gare 59000 Lille"})
	if text(p.Street) != "avenue gare" || text(p.Open) != "lotissement avenue gare" {
		t.Errorf("%q, or %q", text(p.Street), text(p.Open))
	}
}

// A number written again with its suffix may head a street's name.
func TestNumberAgain(t *testing.T) {
	tests := []struct {
		in     string
		suffix string
		street string
		lead   int
	}{
		{"52z2 52Z2 Boulevard de Douaumont", "z2", "52 z 2 boulevard de douaumont", 3},
		{"183 p19, 183P19 Avenue de Clichy", "p19", "183 p 19 avenue de clichy", 3},
		{"13 20P2 Rue Cugnot", "", "20 p 2 rue cugnot", 3},
		{"12 B2 rue Pasteur", "b2", "rue pasteur", 0},
		{"12 14 rue Pasteur", "", "rue pasteur", 0},
	}
	var ps Parser
	for _, tt := range tests {
		p := ps.Parse(Input{Text: tt.in + " 75017 Paris"})
		if p.Suffix != tt.suffix || text(p.Street) != tt.street || p.Lead != tt.lead {
			t.Errorf("%q: %d %q %q lead %d, want %q %q lead %d", tt.in, p.Number, p.Suffix, text(p.Street), p.Lead, tt.suffix, tt.street, tt.lead)
		}
	}
}

// The town at the end of a line is found behind complements.
func TestOpenTown(t *testing.T) {
	var ps Parser
	for _, in := range []string{"12 rue Pasteur Roubaix", "12 rue Pasteur, Roubaix", "12 rue Pasteur bât B Roubaix", "12 rue Pasteur, 3e étage, Roubaix", "12 rue Pasteur - Roubaix",
		"12 rue Pasteur Roubaix (59)", "12 rue Pasteur, Optique Vision, Roubaix"} {
		p := ps.Parse(Input{Text: in})
		if n := len(p.Open); !p.CityOpen || n == 0 || p.Open[n-1].Text != "roubaix" {
			t.Errorf("%q: open %q", in, text(p.Open))
		}
	}
	for _, in := range []string{"150 allée des Œillets Furiani (2B)"} {
		if p := ps.Parse(Input{Text: in}); text(p.Open) != "allee des oeillets furiani" {
			t.Errorf("%q: open %q", in, text(p.Open))
		}
	}
}

// Names spelt in other ways are the same words.
func TestWordsOfNames(t *testing.T) {
	words := func(s string) string {
		w := ""
		for _, x := range StreetWords(nil, Fold(nil, s)) {
			if x.Kind != Article {
				w += " " + x.Text
			}
		}
		return w
	}
	for _, group := range [][]string{
		{"Rue 1814", "rue mil huit cent quatorze"},
		{"Rue des Trente-Six Ponts", "rue des 36 ponts"},
		{"Rue du 19 Mars 1962", "rue du dix-neuf mars mille neuf cent soixante-deux"},
		{"Rue des 80 Mineurs", "rue des quatre-vingts mineurs"},
		{"Cité Beauséjour 1", "cité beauséjour un"},
		{"Zone Industrielle les Chanoux", "zi les chanoux", "Z.I. les Chanoux"},
		{"Zone Artisanale de l'Alouette", "za de alouette", "zone d'activités de l'Alouette", "ZAE de l'Alouette"},
		{"Zone d'Aménagement Concerté du Parc", "ZAC du Parc"},
		{"Ancienne Route de Paris", "ART DE PARIS"},
		{"Rue des Écoles", "RUEDES ECOLES", "re des écoles"},
		{"Place de la Mairie", "plc de la Mairie", "pce de la mairie"},
		{"Impasse du Moulin", "imps du moulin"},
		{"Rue du Faubourg de Paris", "r du fbg de paris"},
		{"Sente Ledoux", "SEN LEDOUX"},
	} {
		for _, s := range group[1:] {
			if words(s) != words(group[0]) {
				t.Errorf("%q →%s, %q →%s", s, words(s), group[0], words(group[0]))
			}
		}
	}
}
