package report

import (
	"fmt"
	"strings"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// roundBlock returns the tour of an itinerant permanence, day by day.
func roundBlock(p *study.Plan) Block {
	r := p.Round
	b := Block{Title: "Tournée de la permanence itinérante", Words: []int{0, 1, 2, 3}, Head: []string{"Semaine", "Jour", "Matin", "Après-midi", "Trajet du jour"}}
	for _, d := range r.Days {
		place := func(half int) string {
			if k := d.Places[half]; k >= 0 {
				return fmt.Sprintf("%d. %s", k+1, p.Places[k].Name)
			}
			return "–"
		}
		b.Rows = append(b.Rows, []string{fmt.Sprint(d.Week + 1), french.Capital(french.Weekday(d.Day)), place(0), place(1), cost(d.Cost, r.Unit)})
	}
	weeks := "chaque semaine"
	if r.Weeks > 1 {
		weeks = fmt.Sprintf("toutes les %d semaines", r.Weeks)
	}
	b.Note = fmt.Sprintf("%d demi-journée%s par semaine, un lieu par demi-journée ; chaque lieu revient %s. Trajets d’une tournée : %s", r.PerWeek, french.S(r.PerWeek), weeks, cost(r.Cost, r.Unit))
	if r.Base != "" {
		b.Note += ", chaque jour au départ et au retour de « " + r.Base + " »"
	}
	b.Note = french.Typography(b.Note + ". Mesure : " + r.Source + ".")
	return b
}

// roundNotes say what a tour supposes.
func roundNotes(p *study.Plan) (notes []string) {
	r := p.Round
	add := func(format string, args ...any) {
		notes = append(notes, french.Typography(fmt.Sprintf(format, args...)))
	}
	if r.Receives > 0 {
		a := float64(r.PerWeek * r.Receives)
		add("Capacité : %d jeunes par demi-journée (nombre donné par l’utilisateur), soit %s par semaine et %s par lieu et par mois de quatre semaines.", r.Receives, whole(a), strings.Replace(fmt.Sprintf("%.3g", 4*float64(r.Receives)/float64(r.Weeks)), ".", ",", 1))
	}
	if r.Unknown > 0 {
		add("%d lieu%s sans horaires connus : supposé%s ouvert%s du lundi au vendredi, à vérifier avec l’hébergeur.", r.Unknown, map[bool]string{true: "x"}[r.Unknown > 1], french.S(r.Unknown), french.S(r.Unknown))
	}
	if n := len(r.Unseen); n > 0 {
		add("%d candidat%s écarté%s, ouvert%s à aucune demi-journée libre de l’agent : %s.", n, french.S(n), french.S(n), french.S(n), enumerated(r.Unseen))
	}
	if p.Objective == coverage.MostCovered {
		add("Un lieu visité une demi-journée compte ici comme à portée : ce n’est pas un site ouvert chaque jour.")
	}
	return notes
}

// enumerated names a few and counts the others.
func enumerated(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s et %d autres", strings.Join(names[:most], ", "), len(names)-most)
}
