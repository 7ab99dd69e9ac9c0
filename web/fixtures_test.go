package web

import (
	"fmt"
	"math"
	"strings"
)

// Fictional views: every page, with its empty, error and forbidden states.
func fixtures() map[string]View {
	layout := func(title, path string) Layout {
		l := Layout{Title: title, Path: path, Edition: "12/11/2026 (a1b2c3d4)", Version: "0.1", Account: &Account{"Camille Fictif", "Services de l’État", "Nord"}}
		for _, n := range []Link{{Label: "Pilotage", Href: "/pilotage"}, {Label: "Carte", Href: "/carte"}, {Label: "Adresse", Href: "/adresse"}, {Label: "À vérifier", Href: "/a-verifier", Count: "12", CountLabel: "12 adresses"},
			{Label: "Import", Href: "/imports"}, {Label: "Ma Mission Locale", Href: "/ma-mission-locale"}, {Label: "Administration", Href: "/administration"}, {Label: "Méthode", Href: "/methode"}} {
			n.Current = n.Href == path
			l.Nav = append(l.Nav, n)
		}
		return l
	}
	views := map[string]View{}
	p := pilotage(layout)
	views["/pilotage"] = p
	trend := *p
	trend.Tab, trend.Tabs = "tendance", []Link{{Label: "Tableau", Href: "/pilotage"}, {Label: "Tendance", Href: "/pilotage/tendance", Current: true}, {Label: "Carte", Href: "/pilotage/carte"}}
	for i, r := range p.Rows[:6] {
		t := Trend{Name: r.Name}
		for q := range 4 {
			low := r.Low + .03*math.Sin(float64(i+q))
			point := TrendPoint{Label: fmt.Sprintf("T%d 2024", q+1), Share: r.Share, Verdict: r.Verdict, VerdictText: r.VerdictText, Sign: r.Sign, Low: low, High: low + .02*float64(q), Target: .4, HasShare: q != 1 || i != 2, HasTarget: true}
			if !point.HasShare {
				point.Share, point.Verdict, point.VerdictText, point.Sign = "–", "sans_objet", "Sans objet", "–"
			}
			t.Points = append(t.Points, point)
		}
		trend.Trends = append(trend.Trends, t)
	}
	views["/pilotage/tendance"] = &trend
	chart := trend
	chart.Tab = "carte"
	chart.Map = territories()
	views["/pilotage/carte"] = &chart
	views["/pilotage/vide"] = &Pilotage{Layout: layout("Pilotage", "/pilotage"), RuleName: "Part des résidents en QPV parmi les entrées en CEJ", Period: "4e trimestre 2026", Tab: "tableau", Filters: p.Filters, Empty: "Aucun bordereau n’est reçu pour ce trimestre."}
	views["/carte"] = &Atlas{Layout: func() Layout {
		l := layout("Carte", "/carte")
		l.Script, l.Styles = "carte.js", []string{"carte.css"}
		return l
	}(), Heading: "Quartiers prioritaires et zones rurales du territoire fictif", Lede: "2 QPV et 29 sites d’accueil.", Config: `{"layers":[]}`,
		Layers:     []AtlasLayer{{ID: "qpv", Label: "QPV", On: true, Legend: LegendItem{"z-in", "QPV"}}, {ID: "frr", Label: "FRR", On: true, Legend: LegendItem{"z-frr", "FRR"}}, {ID: "zrr", Label: "ZRR maintenue", On: false, Legend: LegendItem{"z-zrr", ""}}, {ID: "territoires", Label: "Missions Locales", On: true, Legend: LegendItem{"z-ml", ""}}, {ID: "communes", Label: "Communes", On: true, Legend: LegendItem{"z-commune", ""}}, {ID: "sites", Label: "Sites d’accueil", On: true, Legend: LegendItem{"siege", ""}}},
		Perimeters: []Choice{{Value: "2024", Label: "2024, depuis le 01/01/2024", Selected: true}, {Value: "2015", Label: "2015, jusqu’au 31/12/2023"}},
		Facts:      []Fact{{"Édition", "12/11/2026"}}, Sites: &Completeness{"29 sites sur 41 déclarés (71 %).", "Liste incomplète : les distances sont des maximums."},
		Tables:  []Table{{ID: "qpv", Caption: "QPV", Columns: []Column{{"Code", false}, {"Nom", false}, {"Communes", false}}, Rows: [][]string{{"QN99001A", "Les Tilleuls", "Valfictif"}, {"QN99002B", "Le Grand Pré", "Valfictif, Bourg-Imaginaire"}}}},
		Exports: []Link{{Label: "Imprimer en A4", Href: "/carte/imprimer?format=a4"}}}
	views["/carte/vide"] = &Atlas{Layout: layout("Carte", "/carte"), Heading: "Carte", Empty: "Le référentiel géographique ne contient aucun contour."}
	views["/carte/imprimer"] = &Sheet{Layout: layout("Carte à imprimer", "/carte"), Heading: "Territoires des Missions Locales", Subtitle: "Périmètres 2024, au 22/11/2026", Format: "a4", Map: territories(), Sources: []string{"ANCT", "IGN"}, Formats: []Link{{Label: "A4", Href: "?format=a4", Current: true}, {Label: "A3", Href: "?format=a3"}}}
	views["/adresse/vide"] = &Address{Layout: layout("Adresse", "/adresse"), Query: "??", On: "2026-11-22", Perimeters: []Choice{{Value: "", Label: "En vigueur à la date", Selected: true}, {Value: "2015", Label: "2015"}}, Fault: "Adresse inexploitable : aucun mot n’est reconnu."}
	views["/adresse"] = &Address{Layout: layout("Adresse", "/adresse"), Query: "12 bis rue des Lilas 99001 Valfictif", On: "2026-11-22", Perimeters: []Choice{{Value: "", Label: "En vigueur à la date", Selected: true}, {Value: "2015", Label: "2015"}}, Result: &AddressResult{
		Answer: Answer{"a_verifier", "À vérifier", "?"}, Sentence: "12 bis rue des Lilas est à 6,4 m de la limite du QPV Les Tilleuls : trop près pour décider.",
		Facts:     []Fact{{"QPV le plus proche", "QN99001A Les Tilleuls"}, {"Distance à la limite", "6,4 m, dehors (marge de doute : 15 m)"}, {"FRR", "commune non classée"}, {"À faire", "à trancher"}},
		Plan:      plan(),
		PlanFacts: []Fact{{"Dans le QPV", "rue des Lilas, numéros 2 à 10"}, {"Hors QPV", "rue des Lilas, numéros 11 à 31"}},
		Tree:      []Node{{Text: "Lecture du texte : adresse de résidence", Children: []Node{{Text: "« 12 » : numéro"}, {Text: "« bis » : indice de répétition"}}}, {Text: "Lieu retenu", Children: []Node{{Text: "numéro 12 bis, connu de la base"}}}, {Text: "Décision : à vérifier (le point est trop près d’une limite pour décider)"}},
		Other:     []OtherAnswer{{"QPV 2015", "jusqu’au 31/12/2023", Answer{"non", "Hors QPV", "✗"}, "à 120 m de QP099001"}, {"QPV 2024", "depuis le 01/01/2024", Answer{"a_verifier", "À vérifier", "?"}, "à 6,4 m de la limite de QN99001A"}}, Candidates: []Candidate{{"12 bis rue des Lilas 99001 Valfictif", "numéro", "0,97", ""}, {"12 bis allée des Lilas 99001 Valfictif", "numéro", "0,41", "type de voie"}}}}
	review := &Review{Layout: layout("À vérifier", "/a-verifier"), Tab: "trancher", Tabs: []Link{{Label: "À trancher", Href: "/a-verifier", Current: true, Count: "12", CountLabel: "12 adresses"}, {Label: "À compléter", Href: "/a-verifier/a-completer", Count: "31", CountLabel: "31 personnes"}, {Label: "Sans résidence établie", Href: "/a-verifier/sans-residence", Count: "4", CountLabel: "4 personnes"}},
		Undo: "/a-verifier/annuler", UndoText: "la dernière réponse", Queue: []ReviewItem{{"/a-verifier?cas=1", "12 bis rue des Lilas 99001 Valfictif", "7 personnes", true}, {"/a-verifier?cas=2", "3 place du Marché 99002 Bourg-Imaginaire", "4 personnes", false}},
		Case: &ReviewCase{ID: "1", Address: "12 bis rue des Lilas 99001 Valfictif", People: "7 personnes ont donné cette adresse.", Rank: "1re de 12", Reason: "Le point est à 6,4 m de la limite, dehors : trop près pour décider.", Perimeter: "2024",
			Plan: plan(), PlanFacts: []Fact{{"Dans le QPV", "rue des Lilas, numéros 2 à 10"}}, Bases: []Basis{{Choice{Value: "carte", Label: "La position sur la carte", Selected: true}, "1"}, {Choice{Value: "justificatif", Label: "Un justificatif de domicile vu"}, "1"}, {Choice{Value: "terrain", Label: "La connaissance du terrain"}, "1"}, {Choice{Value: "corrigee", Label: "L’adresse corrigée dans i-Milo"}, "1"}},
			Action: "/a-verifier", Next: "/a-verifier?cas=2", Hidden: []Choice{{Label: "id", Value: "1"}}}}
	review.Script = "verifier.js"
	views["/a-verifier"] = review
	rows := *review
	rows.Case, rows.Tab, rows.Rows, rows.Export = nil, "completer", &Table{ID: "rows", Caption: "Adresses à compléter dans i-Milo, puis à importer de nouveau", Columns: []Column{{"Dossier", false}, {"Ligne", true}, {"Conseiller", false}, {"Ce qui manque", false}}, Rows: [][]string{{"F-0012", "14", "C. Exemple", "la voie n’a pas de numéro et la limite la coupe"}, {"F-0101", "203", "A. Modèle", "voie absente de la commune"}}}, &CompletionForm{Action: "/a-verifier/a-completer", Who: []Choice{{Label: "Tous (1)"}}}
	views["/a-verifier/a-completer"] = &rows
	views["/a-verifier/vide"] = &Review{Layout: layout("À vérifier", "/a-verifier"), Tab: "trancher", Tabs: review.Tabs, Undo: "/a-verifier/annuler", Empty: "Toutes les adresses sont tranchées."}
	views["/imports"] = &Imports{Layout: layout("Import", "/imports"), Unit: "Mission Locale du Val Fictif", Limit: "200 Mo, 1 000 000 lignes", Upload: "/imports", Files: []ImportedFile{{"cej-2024-t3.xlsx", "/imports/1", "Importé", "fait", "1 204", "03/10/2024 14:12", "1 180 comptées, 24 à corriger", "", "/imports/1/signale", "/imports/1/annuler"}, {"export.csv", "/imports/2", "Colonnes à confirmer", "colonnes", "", "03/10/2024 14:20", "", "", "", "/imports/2/annuler"}},
		Bordereau: &BordereauForm{Action: "/imports/bordereau", Periods: []Choice{{Value: "2024-T3", Label: "3e trimestre 2024"}}, Rules: []Choice{{Value: "cej-qpv-40", Label: "CEJ, 40 % en QPV"}}, Last: "Dernier envoi : le 03/07/2024 à 09:02."}}
	views["/imports/vide"] = &Imports{Layout: layout("Import", "/imports"), Unit: "Mission Locale du Val Fictif", Limit: "200 Mo", Upload: "/imports", Fault: "Le fichier « notes.pdf » n’est ni un CSV ni un XLSX."}
	views["/imports/2"] = &Receipt{Layout: layout("Import", "/imports"), Heading: "Vérifier les colonnes de export.csv", Action: "/imports/colonnes", Files: []ReceivedFile{{ID: "2", Key: "f0", Name: "export.csv", Size: "12 ko", Missing: []string{"la date d’entrée"}, Dropped: []string{"Observations"}, Titles: []string{"Export du 03/10/2024"}, Undo: "/imports/2/annuler",
		Columns: []ImportColumn{{"Matricule", "A-001", "f0.c0", []Choice{{Value: "", Label: "(non gardée)"}, {Value: "personne", Label: "L’identifiant", Selected: true}}, true}, {"Observations", "texte libre", "f0.c1", []Choice{{Value: "", Label: "(non gardée)", Selected: true}}, false}},
		Preview: &Table{ID: "preview", Caption: "Premières lignes", Columns: []Column{{"Matricule", false}, {"Libellé voie", false}}, Rows: [][]string{{"F-0012", "rue des Lilas"}}}}}}
	views["/bordereau"] = &Bordereau{Layout: layout("Bordereau de remontée", "/imports"), Unit: "Mission Locale du Val Fictif", Period: "3e trimestre 2024", Form: BordereauForm{Action: "/bordereau", Periods: []Choice{{Value: "2024-T3", Label: "3e trimestre 2024"}}}, Blocks: []Table{{ID: "comptes", Caption: "Entrées", Columns: []Column{{"Ce qui est compté", false}, {"QPV 2024", true}}, Rows: [][]string{{"Entrées", "402"}}}}, Exact: "{}", Send: []Choice{{Label: "sum", Value: "abc"}}}
	views["/imports/3"] = &Import{Layout: layout("Import", "/imports"), Name: "export.csv", State: "Import en cours", StateKey: "en_cours", Percent: "42", Progress: "504 lignes sur 1 204"}
	views["/imports/1"] = &Import{Layout: layout("Import", "/imports"), Name: "cej-2024-t3.xlsx", State: "Importé", StateKey: "fait", Story: []StoryStep{{Number: "1 204", Label: "lignes lues"}, {Number: "1 100", Label: "personnes", Left: []Fact{{"1", "ligne de total ou vide"}}}, {Number: "96", Label: "entrées comptées", Detail: "toutes périodes ensemble"}}, Counts: []Fact{{"Lignes", "1 204"}, {"Dans le QPV", "410"}, {"À vérifier", "31"}}, Rejected: &Table{ID: "r", Caption: "Lignes à corriger, non comptées", Columns: []Column{{"Ligne", true}, {"Motif", false}, {"Vu", false}}, Rows: [][]string{{"17", "date d’entrée invalide", "31/02/2024"}}}, Download: "/imports/1/signale", Undo: "/imports/1/annuler", Next: []Link{{Label: "Vérifier 12 adresses", Href: "/a-verifier"}}}
	views["/imports/personne"] = &Person{Layout: layout("Droits d’une personne", "/imports"), ID: "A-17", Rows: &Table{ID: "lignes", Caption: "Ce qui est gardé", Columns: []Column{{"Ligne", true}, {"Donnée", false}, {"Valeur", false}}, Rows: [][]string{{"17", "Le numéro de dossier", "A-17"}}}, Decisions: 1, Erases: true}
	views["/administration/journal"] = &Admin{Layout: layout("Administration", "/administration"), Heading: "Administration", Tab: "journal", Journal: &JournalForm{Filters: []Filter{{"qui", "Qui", []Choice{{Label: "tout"}}}}, CSV: "/administration/journal.csv"}, Tables: []Table{{ID: "journal", Caption: "Journal", Columns: []Column{{"Date", false}}, Rows: [][]string{{"22/11/2026 à 09:12"}}}}}
	home := &Home{Layout: layout("Ma Mission Locale", "/ma-mission-locale"), Unit: "Mission Locale du Val Fictif", Period: "3e trimestre 2024", State: State{Text: "provisoire"}, Row: p.Rows[2], HasRow: true, Facts: []Fact{{"Entrées (hors renouvellements)", "402"}, {"Dans le QPV", "151"}, {"À vérifier", "14"}}, Todo: []Todo{{"12 adresses à trancher.", "/a-verifier", "Les vérifier"}}, Trend: &trend.Trends[0], Map: territories(), Filters: p.Filters,
		Zones: &Table{ID: "zones", Caption: "QPV du territoire", Columns: []Column{{"Code", false}, {"Nom", false}, {"Site le plus proche", false}, {"Distance", true}}, Rows: [][]string{{"QN99001A", "Les Tilleuls", "Antenne du Marché", "850 m"}}}, Left: "Il reste 12 jours avant le 30/09/2024.", Freeze: p.Freeze, Observations: []Fact{{"Mission Locale", "Deux recrutements."}},
		Changes: &Changes{Intro: "Depuis le dernier envoi.", Rows: []ChangeRow{{"Adresses tranchées", "12", "+8", "+4", "−12", "+0,7 point", "−0,3 point"}}, Total: ChangeRow{"Ensemble", "12", "+8", "+4", "−12", "+0,7 point", "−0,3 point"}, Picture: &Waterfall{"27,1\u202f%", "27,8\u202f%", .271, .278, []WaterfallStep{{"Adresses tranchées", "+0,7 point", .007}}}}}
	views["/ma-mission-locale"] = home
	views["/ma-mission-locale/note"] = &Note{Layout: layout("Note", "/ma-mission-locale"), Home: home, Short: home.Facts, Todo: []string{"12 adresses à trancher."}, Why: &NoteWhy{"Depuis le dernier envoi.", []string{"Adresses tranchées\u202f: +0,7 point"}}, Zones: home.Zones, Sources: "Chiffres du 03/10/2024.", Back: "/ma-mission-locale"}
	views["/ma-mission-locale/vide"] = &Home{Layout: home.Layout, Unit: home.Unit, Period: "4e trimestre 2026", Filters: p.Filters, Empty: "Aucun fichier n’est importé pour cette période."}
	kinds := []Choice{{Value: "antenne", Label: "antenne", Selected: true}}
	views["/ma-mission-locale/sites"] = &Sites{Layout: layout("Sites d’accueil", "/ma-mission-locale"), Unit: "Mission Locale du Val Fictif", Lines: []SiteLine{{ID: "1", Name: "Antenne du Marché", Address: "3 place du Marché", Postcode: "99002", City: "Bourg-Imaginaire", Opening: "lundi 9:00-12:00", Kinds: kinds}, {New: true, Kinds: kinds}}, Complete: &Completeness{"29 sites d’accueil ; 41 déclarés.", "Liste incomplète : les distances sont des maximums."}, Fault: "Ouverture illisible.", Action: "/a", Upload: "/b", Downloads: []Link{{Label: "Télécharger en CSV", Href: "/c"}}}
	views["/administration"] = &Admin{Layout: layout("Administration", "/administration"), Heading: "Administration", Tab: "comptes", Tabs: []Link{{Label: "Comptes", Href: "/administration", Current: true}, {Label: "Règles", Href: "/administration/regles"}, {Label: "Référentiel", Href: "/administration/referentiel"}, {Label: "Journal", Href: "/administration/journal"}},
		Users: []UserLine{{"Camille Fictif", "camille@exemple.invalid", "Services de l’État", "tous les départements", "–", false, "/administration/comptes/1", "invitation en attente, jusqu’au 24/11/2026 à 09:12"}}, User: &UserForm{Action: "/administration/comptes", Roles: []Choice{{Value: "etat", Label: "Services de l’État"}}, Units: []Choice{{Value: "", Label: "aucune"}}}, Secret: "https://exemple.invalid/mot-de-passe#abcd", SecretText: "Lien à transmettre, valable 48 heures, montré une seule fois :"}
	views["/methode"] = &Method{Layout: layout("Méthode", "/methode"), Bands: Table{ID: "bands", Caption: "Marges", Columns: []Column{{"Position du point", false}, {"Marge", true}}, Rows: [][]string{{"entrée, bâtiment", "15 m"}, {"parcelle", "20 m"}, {"segment, interpolé", "25 m"}}}, Motifs: Table{ID: "motifs", Caption: "Motifs", Columns: []Column{{"Motif", false}, {"Sens", false}}, Rows: [][]string{{"numero_dedans", "le numéro est dans le QPV"}}}, Versions: Table{ID: "v", Caption: "Versions des zonages", Columns: []Column{{"Zonage", false}}, Rows: [][]string{{"QPV 2024"}}}, Sources: Table{ID: "s", Caption: "Sources", Columns: []Column{{"Fichier", false}}, Rows: [][]string{{"qpv2024.geojson"}}}, Rules: Table{ID: "regles", Caption: "Règles", Columns: []Column{{"Règle", false}, {"Objectif", false}}, Rows: [][]string{{"CEJ, 40 % en QPV", "40 %"}}}}
	views["/connexion"] = &SignIn{Layout: Layout{Title: "Se connecter"}, Fault: "Adresse ou mot de passe inconnus, ou compte suspendu après trop d’essais.", Email: "camille@exemple.invalid", OIDC: "/connexion/proconnect"}
	views["/mot-de-passe"] = &Password{Layout: Layout{Title: "Premier compte"}, First: true}
	views["/interdit"] = &Message{Layout: layout("Page réservée", ""), Status: 403, Heading: "Cette page n’est pas ouverte à votre rôle", Text: "Les fichiers de personnes ne sont visibles que de leur Mission Locale.", Next: []Link{{Label: "Revenir à l’accueil", Href: "/"}}, Request: "k3j4h5"}
	views["/erreur"] = &Message{Layout: Layout{Title: "Erreur"}, Status: 500, Heading: "Le service a rencontré un défaut", Text: "Le journal le décrit sous le numéro ci-dessous.", Next: []Link{{Label: "Revenir à l’accueil", Href: "/"}}, Request: "k3j4h5"}
	return views
}

func pilotage(layout func(string, string) Layout) *Pilotage {
	const thin = "\u202f"
	p := &Pilotage{Layout: layout("Pilotage", "/pilotage"), RuleName: "Part des résidents en QPV parmi les entrées en CEJ", Counting: "entrées (hors renouvellements)", Target: "40" + thin + "%", Period: "3e trimestre 2024 (du 01/07/2024 au 30/09/2024)", Tab: "tableau", SameTarget: true,
		Tabs: []Link{{Label: "Tableau", Href: "/pilotage", Current: true}, {Label: "Tendance", Href: "/pilotage/tendance"}, {Label: "Carte", Href: "/pilotage/carte"}},
		Filters: []Filter{{"periode", "Période", []Choice{{Value: "2024-T3", Label: "3e trimestre 2024, seul", Selected: true}, {Value: "2024-T1..2024-T3", Label: "1er au 3e trimestre 2024, cumulés"}}},
			{"departement", "Département", []Choice{{Value: "", Label: "Tous"}, {Value: "99", Label: "Val-Fictif (99)"}}}, {"perimetre", "Périmètres", []Choice{{Value: "", Label: "En vigueur à l’entrée", Selected: true}, {Value: "2015", Label: "2015"}, {Value: "2024", Label: "2024"}}}},
		State:    State{Text: "provisoire", Detail: "Le trimestre est clos ; les chiffres ne sont pas arrêtés."},
		Received: &Received{14, 16, []string{"Mission Locale des Deux Rives", "Mission Locale du Haut Plateau"}, "Bonjour,\nLe bordereau du 3e trimestre 2024 n’est pas encore reçu."},
		Facts:    []Fact{{"Objectif", "40" + thin + "%, arrêté préfectoral fictif ; confirmé le 12/01/2026"}, {"Périmètres", "QPV 2024"}, {"Dénominateur", "entrées (hors renouvellements)"}, {"Référentiel géographique", "édition du 12/11/2026"}},
		Shared:   "Un QPV à cheval sur plusieurs territoires est compté dans chacun : les lignes font 21 pour 19 QPV.",
		Sort:     map[string]SortLink{"nom": {"?tri=nom", "ascending"}, "part": {"?tri=-part", ""}},
		Exports:  []Link{{Label: "XLSX", Href: "/pilotage/export.xlsx"}, {Label: "CSV", Href: "/pilotage/export.csv"}, {Label: "Fiches de la réunion", Href: "/pilotage/fiches"}},
		Freeze:   &FreezeForm{Action: "/pilotage/arreter", Name: "Réunion du 3e trimestre 2024"}, Frozen: []Link{{Label: "Réunion du 2e trimestre 2024, le 04/07/2024", Href: "/pilotage?arrete=1"}},
		Notices: []string{"Objectif à confirmer" + thin + ": dernière confirmation il y a plus de douze mois."},
		Since: &Since{Links: []Link{{Label: "Depuis le dernier arrêté", Href: "/pilotage?depuis=arrete", Current: true}, {Label: "Depuis le trimestre précédent", Href: "/pilotage?depuis=periode"}}, Intro: "Depuis l’état « Réunion du 2e trimestre 2024 ».", Causes: []string{"Lignes tardives ou retirées", "Adresses tranchées"},
			Rows:  []SinceRow{{"Mission Locale du Val Fictif", "", "+12", "+8", "−12", "27,1\u202f%", "27,8\u202f%", []string{"+0,2 point", "+0,5 point"}, []string{"bordereau remplacé le 03/10/2024 (2e envoi)"}}},
			Total: &SinceRow{"Ensemble", "", "+12", "+8", "−12", "27,1\u202f%", "27,8\u202f%", []string{"+0,2 point", "+0,5 point"}, nil}, Picture: &Waterfall{"27,1\u202f%", "27,8\u202f%", .271, .278, []WaterfallStep{{"Lignes tardives ou retirées", "−0,2 point", -.002}, {"Adresses tranchées", "+0,9 point", .009}}}, PictureOf: "l’ensemble"},
	}
	for i, name := range []string{"Mission Locale de l’Estuaire", "Mission Locale des Trois Clochers", "Mission Locale du Val Fictif", "Mission Locale Plaine et Forêt", "Mission Locale du Grand Littoral imaginaire", "Mission Locale des Hauts", "Mission Locale de la Vallée Blanche", "Mission Locale du Bocage"} {
		n := 402 + 37*i
		q := int(float64(n) * (.18 + .045*float64((i*5)%8)))
		u := (i * 7) % 19
		low, high := float64(q)/float64(n), float64(q+u)/float64(n)
		r := ShareRow{Received: true, Code: fmt.Sprintf("9900%d", i), Name: name, Href: "/pilotage/mission-locale/" + fmt.Sprint(i), Zones: fmt.Sprint(i % 5), Entries: fmt.Sprint(n), In: fmt.Sprint(q), Undecided: fmt.Sprint(u), Low: low, High: high, Target: .4, TargetText: "40" + thin + "%", HasShare: true, HasTarget: true, Expected: .22, HasExpected: i != 3, ExpectedText: "22,0" + thin + "%"}
		tenth := func(f float64) string {
			return strings.Replace(fmt.Sprintf("%.1f", f*100), ".", ",", 1)
		}
		r.Share = tenth(low) + thin + "%"
		if u > 0 {
			r.Share = tenth(low) + "–" + tenth(high) + thin + "%"
		}
		switch {
		case low >= .4:
			r.Verdict, r.VerdictText, r.Sign, r.Missing = "atteint", "Objectif atteint", "✓", "–"
		case high < .4:
			r.Verdict, r.VerdictText, r.Sign, r.Missing, r.MissingTitle = "non_atteint", "Non atteint", "✗", fmt.Sprint(n/6)+" entrées", "66 entrées, toutes en QPV, pour atteindre 40 % (187 sur 468)"
		default:
			r.Verdict, r.VerdictText, r.Sign, r.Missing, r.Flip, r.Auto = "indetermine", "Indéterminé", "?", "17 entrées", "10 oui ou 5 non le fixent", ""
		}
		p.Rows = append(p.Rows, r)
	}
	p.Total = p.Rows[3]
	p.Total.Name, p.Total.Href, p.Total.Entries = "Ensemble", "", "4 252"
	return p
}

func plan() *Map {
	m := &Map{ID: "plan", Title: "Autour du 12 bis rue des Lilas", Desc: "La limite du QPV passe à 6,4 m du point.", Width: 300, Height: 300, Text: 8, Scale: 50, ScaleText: "50 m", Ratio: "1:1 000",
		Layers: []MapLayer{{Class: "z-in", Shapes: []MapShape{{Path: "M0 0H170L150 120 165 300H0z", Title: "Les Tilleuls"}}}, {Class: "z-band", Band: 30, Shapes: []MapShape{{Path: "M170 0L150 120 165 300"}}}},
		Legend: []LegendItem{{"z-in", "QPV Les Tilleuls"}, {"z-band", "marge de doute, 15 m"}, {"house", "numéro de la Base adresse nationale"}, {"point", "l’adresse"}}}
	for i := range 16 {
		m.Marks = append(m.Marks, Mark{Kind: "house", X: 15 + float64(i)*18, Y: 140 + float64(i%2)*22, Text: fmt.Sprint(i + 1)})
	}
	m.Marks = append(m.Marks, Mark{Kind: "street", X: 230, Y: 155, Text: "rue des Lilas"}, Mark{Kind: "street", X: 80, Y: 60, Text: "avenue du Général Imaginaire", Angle: -60}, Mark{Kind: "point", X: 160, Y: 150})
	return m
}

func territories() *Map {
	m := &Map{ID: "territoires", Title: "Missions Locales et quartiers prioritaires", Desc: "Huit territoires, coloriés selon l’écart à l’objectif.", Width: 800, Height: 520, Text: 13, Scale: 120, ScaleText: "20 km",
		Layers: []MapLayer{{Class: "region"}, {Class: "unsure"}, {Class: "z-frr"}, {Class: "z-in"}},
		Legend: []LegendItem{{"c1", "plus de 10 points sous l’objectif"}, {"c2", "moins de 10 points sous l’objectif"}, {"c3", "atteint"}, {"c4", "atteint, 10 points au-dessus"}, {"unsure", "ne peut être départagée"}, {"siege", "siège"}, {"antenne", "antenne"}, {"permanence", "permanence"}}}
	for i := range 8 {
		x, y := float64(i%4)*200, float64(i/4)*260
		path := fmt.Sprintf("M%.0f %.0fh200v260h-200z", x, y)
		m.Layers[0].Shapes = append(m.Layers[0].Shapes, MapShape{Path: path, Class: fmt.Sprintf("c%d", 1+i%4), Title: "Mission Locale"})
		if i == 2 {
			m.Layers[1].Shapes = append(m.Layers[1].Shapes, MapShape{Path: path})
		}
		m.Marks = append(m.Marks, Mark{Kind: "label", X: x + 100, Y: y + 120, Text: "Territoire " + fmt.Sprint(i+1)}, Mark{Kind: []string{"siege", "antenne", "permanence", "relais"}[i%4], X: x + 100, Y: y + 170})
	}
	m.Layers[2].Shapes = []MapShape{{Path: "M620 300h160v180h-160z"}}
	m.Layers[3].Shapes = []MapShape{{Path: "M60 40h40v30h-40z", Title: "Les Tilleuls"}}
	return m
}
