package ways

import (
	"math/rand/v2"
	"strings"
)

// trailing are complements that people write behind the street, or before.
var trailing = []string{
	"bâtiment B", "bât B", "Bat 3", "bât. Cambrésis", "bâtiment Cambrésis", "BATIMENT \"ESPACE CAMBRESIS\"",
	"bât A3", "immeuble Le Concorde",
	"appartement 12", "appt 12", "apt 12", "apt. n°12", "appt n° 12", "logement 4", "logt 4", "studio 5",
	"chambre 12", "porte 3", "porte gauche", "Porte:00506",
	"étage 2", "2e étage", "3ème étage gauche", "1er gauche", "1er étage droite", "2ème droite",
	"rez-de-chaussée", "RDC gauche", "escalier B", "esc 2", "entrée C", "hall 3", "cage 4",
	"code 1234", "code 4512B", "digicode 12A45", "interphone", "interphone 12", "interphone Martin",
	"sonnette Dupont", "boîte aux lettres 12", "boite 7", "BAL 4",
	"BP 123", "B.P. 123", "B.P. N 123", "B.P. N° 7015", "CS 20001", "TSA 30719", "lot 3", "lot n°3",
	"parcelle 12", "villa 3", "villa les Pins", "pavillon 5", "maison 3", "maison verte", "chalet 4",
	"cour Dubois", "cour Dubois maison 3", "tour Kennedy", "Tour 3", "tour B", "résidence les Lilas",
	"Résidence du Parc", "rés. les Lilas bât 3 appt 12", "résidence Bellevue bât. C", "Res Pasteur",
	"foyer ADOMA", "foyer de jeunes travailleurs", "béguinage", "béguinage Saint-Éloi", "maison de retraite",
	"EHPAD les Glycines", "résidence autonomie", "camping du lac", "aire d'accueil des gens du voyage",
	"chez M. Dupont", "chez Mme Martin", "c/o Leroy", "M. Dupont", "Mme Martin Claire", "famille Martin",
	"Optique Vision", "Garage Central", "Tabac Presse", "Salon Mireille", "Bar de la Poste",
	"Fleurs et Jardins", "Le Bistrot du Coin", "SARL Dupont", "Cabinet Dentaire", "Espace Bien-Être",
	"Passarino SAS", "Métropole 19", "Pharmacie du Centre", "Atelier Verdier", "Boulangerie Leroux",
	"Crédit Agricole", "Pizza Roma",
	"angle rue Carnot", "angle de la place", "à l'angle de la rue Carnot", "face à la mairie",
	"en face du cinéma", "face au n° 15", "derrière l'église", "à côté de la poste", "près de la gare",
	"au-dessus de la boulangerie", "au fond de la cour", "portail vert", "portail blanc",
	"face à la mairie, portail vert",
	"ZA des Prés", "ZI Nord", "Zone artisanale les Prés", "Le Bourg", "Lieu-dit La Croix",
	"Hameau de la Motte", "quartier Malbergue", "Les Granges", "centre ville", "cité des Fleurs",
	"lotissement les Pins", "clos des Vignes", "domaine du Golf",
	"volet bleu", "dernière maison à gauche", "au bout du chemin", "1er portail", "accès par la cour",
	"côté jardin", "côté cour", "tél 0612345678", "livraison le matin", "Mairie", "École Jules Ferry",
	"Collège Pasteur", "Gendarmerie",
}

// leading are what people write before the address.
var leading = []string{
	"Résidence les Lilas", "Rés. les Lilas", "Bât B", "Bâtiment Cambrésis", "Apt 12", "Appt n°12",
	"Le Clos Fleuri", "Maison de retraite", "Foyer des Jeunes Travailleurs", "Foyer ADOMA", "Les Tilleuls",
	"CCAS", "SARL DUPONT ET FILS", "Pharmacie du Centre", "Association Les Amis du Parc", "Le Bourg",
	"Lieu-dit La Croix", "Espace Bien-Être", "Passarino SAS", "Métropole 19", "Fleurs et Jardins",
	"Tabac Presse",
	"M. et Mme Martin", "Mme Martin Claire", "Dupont Jean", "benjamin dupont", "chez Mme Leroy", "c/o Martin",
	"Adresse :", "adresse:", "Mairie", "Cité administrative", "3e étage", "Interphone Martin",
	"Ets A. Dupont", "Tour Kennedy",
	"Béguinage Saint-Éloi", "EHPAD les Glycines", "PARC D ACTIVITE DE SAUMATY",
	"Résidence Pasteur Bât C appt 42", "la chenaie", "Villa Mon Repos", "Château de la Motte", "Cour Dubois",
	"BP 20169", "Zone artisanale",
	"École Jules Ferry", "Cabinet du Dr Martin", "Immeuble Le Concorde", "Camping du lac",
	"Hôtel de la Poste", "Studio 5", "Pavillon 12", "Lot 3", "Hameau des Granges", "Lotissement les Pins",
	"Domaine du Golf",
}

// Complements are the classes of what stands beside a street: every complement
// in every place where people write it.
var Complements = func() []Way {
	var list []Way
	add := func(name string, words []string, write func(house, street, c string) string) {
		list = append(list, Way{Name: name, Write: func(a *Address, r *rand.Rand) string {
			c := words[r.IntN(len(words))]
			return write(a.House(), a.Street, c)
		}})
	}
	for _, c := range trailing {
		one := []string{c}
		add("| , "+c, one, func(h, v, c string) string { return h + " " + v + ", " + c })
		add("| "+c, one, func(h, v, c string) string { return h + " " + v + " " + c })
	}
	for _, c := range leading {
		one := []string{c}
		add(c+", |", one, func(h, v, c string) string { return c + ", " + h + " " + v })
		add(c+" |", one, func(h, v, c string) string { return c + " " + h + " " + v })
	}
	add("| (…)", trailing, func(h, v, c string) string { return h + " " + v + " (" + c + ")" })
	add("| - …", trailing, func(h, v, c string) string { return h + " " + v + " - " + c })
	add("| – …", trailing, func(h, v, c string) string { return h + " " + v + " – " + c })
	add("| ; …", trailing, func(h, v, c string) string { return h + " " + v + "; " + c })
	add("| / …", trailing, func(h, v, c string) string { return h + " " + v + " / " + c })
	add("… - |", leading, func(h, v, c string) string { return c + " - " + h + " " + v })
	add("(…) |", leading, func(h, v, c string) string { return "(" + c + ") " + h + " " + v })
	add("… / |", leading, func(h, v, c string) string { return c + " / " + h + " " + v })
	add("n, …, voie", trailing, func(h, v, c string) string { return h + ", " + c + ", " + v })
	add("…, voie n", leading, func(h, v, c string) string { return c + ", " + v + " " + h })
	add("voie n, …", trailing, func(h, v, c string) string { return v + " " + h + ", " + c })
	add("CAPITALES | …", trailing, func(h, v, c string) string { return strings.ToUpper(h + " " + v + " " + c) })
	add("CAPITALES … |", leading, func(h, v, c string) string { return strings.ToUpper(c + " " + h + " " + v) })
	add("… | …", trailing, func(h, v, c string) string { return "Rés. les Lilas " + h + " " + v + " " + c })
	return list
}()

// Two are addresses on two streets of the commune, the first with the number.
func (p *Pool) Two(n int, seed uint64) []Row {
	byCommune := map[string][]*Address{}
	for _, a := range p.all {
		byCommune[a.Code] = append(byCommune[a.Code], a)
	}
	var list []Way
	for _, join := range []string{" angle ", ", angle ", " à l'angle de la ", " et ", " / ", " - ", ", ", " (angle ", " coin ", " prolongée par "} {
		list = append(list, Way{Name: "deux voies" + join, Write: func(a *Address, r *rand.Rand) string {
			all := byCommune[a.Code]
			o := all[r.IntN(len(all))]
			if o.Street == a.Street || !strings.HasPrefix(a.Street, "Rue ") && !strings.HasPrefix(a.Street, "Avenue ") && !strings.HasPrefix(a.Street, "Chemin ") || !strings.HasPrefix(o.Street, "Rue ") && !strings.HasPrefix(o.Street, "Avenue ") {
				return ""
			}
			end := ""
			if strings.Contains(join, "(") {
				end = ")"
			}
			return a.House() + " " + a.Street + join + o.Street + end
		}})
	}
	return p.Rows(list, n, seed)
}
