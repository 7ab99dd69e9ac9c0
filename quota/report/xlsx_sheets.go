package report

import (
	"strings"

	"perimetre/french"
)

// unitSheets writes one sheet a unit.
func (b *workbook) unitSheets() error {
	for _, l := range b.view.Lines {
		s, err := b.add(l.Name)
		if err != nil {
			return err
		}
		s.widths(60, 60)
		s.heading(l.Name)
		s.put(b.bold, l.VerdictText+french.Thin+": "+l.Share)
		s.put(0)
		pairs := []Pair{
			{"Code", l.Code}, {french.Capital(b.view.Counting), l.N}, {"Dans le QPV", l.In}, {"Hors QPV", l.Out}, {"À vérifier", l.Undecided}, {"Part", l.Share},
			{"Objectif", l.Target}, {"Verdict", l.VerdictText}, {"Verdict sans les décisions manuelles", orDefault(l.Auto, l.VerdictText)}, {"Relecture des décisions manuelles", l.Reread},
			{"Résidents en QPV qui manquent, à entrées égales", l.Short}, {"Entrées nouvelles, toutes en QPV, qui atteindraient l’objectif", l.Missing},
			{"Entrées nouvelles au rythme actuel", l.MissingMix}, {"Dossiers qui départageraient", l.Flip}, {"Part attendue", l.Expected}, {"QPV du territoire", orDash(l.Zones)},
			{"Depuis le 1er janvier", l.YearToDate}, {"Verdict depuis le 1er janvier", l.YearVerdict}, {"Situation à la sortie", l.Beside}, {"Selon le traitement des personnes sans résidence", l.Unlocatable},
			{"Rythme", l.Pace}, {"Sur quoi les chiffres reposent", strings.Join(l.Doubts, french.Thin+"; ")},
		}
		s.put(b.head, "Mesure", "Valeur")
		for _, p := range pairs {
			if p.Value != "" {
				s.put(b.text, p.Label, p.Value)
			}
		}
		if b.err != nil {
			return b.err
		}
	}
	return nil
}

// usage stands beside every list of persons' rows.
const usage = "Usage statistique et de pilotage" + french.Thin + ": ne peut fonder, à elle seule, une décision concernant un jeune."

func (b *workbook) open() error {
	if len(b.view.Open) == 0 {
		return nil
	}
	s, err := b.add("À vérifier")
	if err != nil {
		return err
	}
	s.widths(24, 8, 18, 16, 14, 24, 34, 60)
	s.heading("Dossiers à vérifier")
	s.put(b.head, "Fichier", "Ligne", "Dossier", "Mission Locale", "Entrée", "À faire", "Pourquoi", "Usage")
	for _, l := range b.view.Open {
		s.put(b.text, l.File, l.Line, l.Person, l.Unit, l.Entry, l.Action, l.Motif, usage)
	}
	return b.err
}

func (b *workbook) rejected() error {
	if len(b.view.Rejected) == 0 {
		return nil
	}
	s, err := b.add("Lignes à corriger")
	if err != nil {
		return err
	}
	s.widths(24, 8, 18, 16, 44, 24, 9, 60)
	s.heading("Lignes à corriger, non comptées")
	s.put(b.head, "Fichier", "Ligne", "Dossier", "Mission Locale", "Raison", "Vu", "Nombre", "Usage")
	for _, l := range b.view.Rejected {
		s.put(b.text, l.File, l.Line, l.Person, l.Unit, l.Reason, l.Detail, l.Count, usage)
	}
	return b.err
}

// moves writes why the share moved and the institution's flag, where asked.
func (b *workbook) moves() error {
	v := b.view
	if v.Move != nil {
		s, err := b.add("Évolution")
		if err != nil {
			return err
		}
		s.widths(32, 12, 12, 12, 12, 14, 14)
		s.heading("Pourquoi la part a bougé")
		s.put(0, v.Move.Intro)
		s.put(b.head, "Cause", "Personnes", "Dans le QPV", "Hors QPV", "À vérifier", "Borne basse", "Borne haute")
		for _, r := range append(v.Move.Rows, v.Move.Total) {
			s.put(b.text, r.Cause, r.Persons, r.In, r.Out, r.Undecided, r.Min, r.Max)
		}
		s.put(0)
		for _, p := range v.Move.Reasons {
			s.put(b.text, p.Label, p.Value)
		}
	}
	if v.Own != nil {
		s, err := b.add("Indicateur de la structure")
		if err != nil {
			return err
		}
		s.widths(40, 14, 14, 14)
		s.heading("Indicateur de la structure et adresse")
		s.put(0, v.Own.Summary)
		header := make([]any, len(v.Own.Columns))
		for i, c := range v.Own.Columns {
			header[i] = c
		}
		s.put(b.head, header...)
		for _, r := range v.Own.Rows {
			row := []any{r.Label}
			for _, c := range r.Cells {
				row = append(row, c)
			}
			s.put(b.text, row...)
		}
		s.put(0)
		for _, d := range v.Own.Disagreements {
			s.put(0, d)
		}
	}
	return b.err
}

func (b *workbook) method() error {
	s, err := b.add("Méthode")
	if err != nil {
		return err
	}
	s.widths(100)
	s.heading("Méthode")
	lines := []string{
		"Une personne compte une fois, à sa première entrée de la période ; les renouvellements ne sont pas des entrées.",
		"La part est comprise entre les résidents certains et les résidents certains augmentés des dossiers à vérifier, rapportés aux entrées.",
		"L’objectif est atteint si la borne basse l’atteint, non atteint si la borne haute ne l’atteint pas, indéterminé sinon. Les comparaisons portent sur des nombres entiers, jamais sur des parts arrondies.",
		"Une part d’ensemble est un rapport de sommes, jamais une moyenne de parts.",
		usage,
	}
	for _, l := range append(lines, b.view.Notices...) {
		s.paragraph(100, french.Typography(l))
	}
	for _, p := range b.view.Aside {
		s.paragraph(100, "Lignes que la règle ne compte pas – "+p.Label+french.Thin+": "+p.Value)
	}
	for _, l := range append(b.view.Mutations, b.view.Outside...) {
		s.paragraph(100, l)
	}
	if sim := b.view.Simulation; sim != nil {
		s.put(b.bold, sim.Label)
		s.paragraph(100, "Formule saisie par l’utilisateur"+french.Thin+": "+sim.Reference)
		for _, p := range sim.Rows {
			s.paragraph(100, p.Label+french.Thin+": "+p.Value)
		}
	}
	return b.err
}

func (b *workbook) sources() error {
	s, err := b.add("Sources et périmètres")
	if err != nil {
		return err
	}
	v := b.view
	s.widths(36, 90)
	s.heading("Sources et périmètres")
	s.put(b.head, "Élément", "Valeur")
	pairs := []Pair{
		{"Règle", v.RuleID}, {"Source de la règle", v.Source}, {"Objectif", v.Target}, {"Dénominateur", v.Counting},
		{"Périmètres", v.Perimeter}, {"Référentiel géographique, édition", v.Pack}, {"Chiffres du", v.Drawn}, {"Programme", "Périmètre " + v.Engine}, {"Fichiers", strings.Join(v.Files, ", ")},
	}
	if p := v.result.Population; p != nil {
		pairs = append(pairs, Pair{"Population", orDash(p.Source) + " (" + orDash(p.Year) + ")"})
	}
	for _, p := range append(pairs, v.Replay...) {
		s.put(b.text, p.Label, p.Value)
	}
	return b.err
}
