package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

const minus = "\u2212" // the true minus sign, which the parser takes for no flag

// parsePoint reads a longitude and a latitude in degrees: two numbers, by a space, a
// comma or a semicolon; a comma within each where a space or a semicolon parts them.
func parsePoint(text string) (orb.Point, error) {
	wrong := &fault.Error{Kind: fault.Usage, Message: "point illisible", Expected: "une longitude et une latitude en degrés : 3.0633 50.6372, ou 3.0633,50.6372", Seen: text}
	words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ';' })
	if len(words) == 2 {
		words[0] = strings.TrimSuffix(words[0], ",") // « 3.06, 50.6 »
	}
	if len(words) == 1 {
		words = strings.Split(words[0], ",")
	}
	if len(words) != 2 {
		return orb.Point{}, wrong
	}
	var p orb.Point
	for i, w := range words {
		v, err := strconv.ParseFloat(strings.Replace(strings.Replace(w, minus, "-", 1), ",", ".", 1), 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 180 {
			return orb.Point{}, wrong
		}
		p[i] = v
	}
	return p, nil
}

// rightWay asks whoever gave a latitude before a longitude whether they did; without a
// terminal it is a fault. Other points pass, in France or not.
func rightWay(p orb.Point, std streams) (orb.Point, error) {
	swapped := orb.Point{p[1], p[0]}
	if !geo.AxesSwapped(p) {
		if math.Abs(p[1]) > 90 {
			return p, &fault.Error{Kind: fault.Usage, Message: "latitude au-delà du pôle", Expected: "de −90 à 90", Seen: fmt.Sprint(p[1])}
		}
		return p, nil
	}
	given := fmt.Sprintf("%g %g", swapped[0], swapped[1])
	yes, err := ask(std, fmt.Sprintf("Latitude avant longitude ? Chercher %s à la place ?", given))
	if err != nil || !yes {
		return p, &fault.Error{Kind: fault.Usage, Message: "la latitude semble écrite avant la longitude", Expected: "la longitude d’abord : " + given + " ?", Seen: fmt.Sprintf("%g %g", p[0], p[1])}
	}
	return swapped, nil
}
