package ways

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// plain makes a way of a pattern for numbers without a suffix: N the number, V
// the street, M the number two further, K another small number, L a letter.
func plain(pattern string) Way {
	return Way{Name: pattern, Write: func(a *Address, r *rand.Rand) string {
		if a.Suffix != "" {
			return ""
		}
		return fill(pattern, a, r)
	}}
}

// ranged is plain for a pattern that names the two ends of a range.
func ranged(pattern string) Way {
	w := plain(pattern)
	w.Any = func(a *Address) []string { return []string{fmt.Sprint(a.Number + 2)} }
	return w
}

// repeated makes a way of a pattern for the numbers of one suffix: S as the base
// writes it.
func repeated(pattern string, suffixes ...string) Way {
	return Way{Name: pattern + " " + suffixes[0], Write: func(a *Address, r *rand.Rand) string {
		for _, s := range suffixes {
			if a.Suffix == s || s == "lettre" && len(a.Suffix) == 1 {
				return fill(pattern, a, r)
			}
		}
		return ""
	}}
}

func fill(pattern string, a *Address, r *rand.Rand) string {
	k := 2 + r.IntN(40)
	if strings.Contains(pattern, "{k}") { // never the number itself
		for k == a.Number || k == a.Number+2 {
			k = 2 + r.IntN(40)
		}
	}
	letter := string("ABCDEFGH"[r.IntN(8)])
	s := strings.NewReplacer(
		"{n}", fmt.Sprint(a.Number), "{m}", fmt.Sprint(a.Number+2), "{o}", fmt.Sprint(a.Number+4), "{v}", a.Street, "{k}", fmt.Sprint(k), "{L}", letter, "{l}", strings.ToLower(letter),
		"{S}", strings.ToUpper(a.Suffix), "{s}", a.Suffix, "{n4}", fmt.Sprintf("%04d", a.Number)).Replace(pattern)
	return s
}

var words = []string{"", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
	"quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt", "vingt et un", "vingt-deux", "vingt-trois", "vingt-quatre"}

// Numbers are the ways of writing a house number.
var Numbers = []Way{
	plain("{n} {v}"), plain("{n}, {v}"), plain("{n},{v}"), plain("{n} - {v}"), plain("{n}; {v}"),
	plain("{n}. {v}"), plain("{n} : {v}"),
	plain("n°{n} {v}"), plain("n° {n} {v}"), plain("N°{n}, {v}"), plain("No {n} {v}"),
	plain("numéro {n} {v}"), plain("Num. {n} {v}"),
	plain("nº {n} {v}"), plain("au {n} {v}"), plain("({n}) {v}"), plain("{n4} {v}"), plain("{n}{v}"),
	plain("{v} {n}"), plain("{v}, {n}"), plain("{v} n°{n}"), plain("{v} n° {n}"), plain("{v}, n° {n}"),
	plain("{v} N {n}"),
	plain("{v} numéro {n}"), plain("{v} ({n})"), plain("{v} - {n}"), plain("{v} au {n}"),
	ranged("{n}-{m} {v}"), ranged("{n} - {m} {v}"), ranged("{n}–{m} {v}"), ranged("{n}/{m} {v}"),
	ranged("{n} / {m} {v}"),
	ranged("{n} à {m} {v}"), ranged("{n} et {m} {v}"), ranged("{n} & {m} {v}"), ranged("{n},{m} {v}"),
	ranged("{n}, {m} {v}"),
	ranged("{n} {m} {v}"), ranged("{n}+{m} {v}"), ranged("du {n} au {m} {v}"), ranged("{v} {n}-{m}"),
	ranged("{v}, {n} à {m}"),
	ranged("{n}-{m}-{o} {v}"), ranged("{n}, {m} et {o} {v}"), ranged("n° {n}-{m} {v}"),
	repeated("{n}{s} {v}", "bis", "ter", "quater"), repeated("{n} {S} {v}", "bis", "ter"),
	repeated("{n}-{s} {v}", "bis", "ter"),
	repeated("{n}, {s} {v}", "bis", "ter"), repeated("{n} ({s}) {v}", "bis"),
	repeated("{n} {s}, {v}", "bis", "ter"), repeated("{n}/{s} {v}", "bis"),
	repeated("{n}.{s} {v}", "bis", "ter"), repeated("n°{n} {s} {v}", "bis", "ter"),
	repeated("n°{n}{s}, {v}", "bis", "ter"),
	repeated("{v} {n} {s}", "bis", "ter"), repeated("{v}, {n} {s}", "bis", "ter"), repeated("{v} {n}{s}", "bis", "ter"),
	repeated("{v} n° {n} {s}", "bis", "ter"), repeated("{v}, {n}{S}", "bis", "ter"),
	repeated("{n} B {v}", "bis"), repeated("{n}B {v}", "bis"), repeated("{n}b {v}", "bis"),
	repeated("{n}b, {v}", "bis"), repeated("{n} T {v}", "ter"),
	repeated("{n} {S} {v}", "lettre"), repeated("{n}{s} {v}", "lettre"), repeated("{n}{S}, {v}", "lettre"),
	repeated("{n} - {S} {v}", "lettre"),
	repeated("{n}-{S} {v}", "lettre"), repeated("{n}/{S} {v}", "lettre"), repeated("{n} {s}, {v}", "lettre"),
	repeated("{v} {n} {S}", "lettre"),
	repeated("{v}, {n}{S}", "lettre"), repeated("n° {n} {S} {v}", "lettre"),
	repeated("{n}{s} {v}", "bv", "ba", "p1", "z1", "p2", "bp", "s1"),
	repeated("{n} {s} {v}", "bv", "ba", "p1", "z1", "p2", "bp", "s1"),
	repeated("{n} {S}, {v}", "bv", "ba", "p1", "z1", "p2", "bp", "s1"),
	plain("{n} {L}{k} {v}"), plain("{n}, {L}{k}, {v}"), plain("{n} , {L}{k} {v}"), plain("{L}{k} {n} {v}"),
	plain("{L}{k}, {n} {v}"), plain("{L} {k} {n} {v}"),
	plain("{L}{k} - {n} {v}"), plain("{n} #{k} {v}"), plain("#{k} {n} {v}"), plain("{n} - {L}{k} - {v}"),
	plain("{n} {v} {L}{k}"), plain("{n} {v}, {L}{k}"),
	plain("{n} {v} #{k}"), plain("{n} apt {k} {v}"), plain("{n}, apt {k}, {v}"), plain("apt {k} {n} {v}"),
	plain("appt n°{k} {n} {v}"),
	plain("appt n° {k}, {n} {v}"), plain("{n} bât {L} {v}"), plain("{n} bât. {k} {v}"),
	plain("{n}, bâtiment {L}, {v}"), plain("bât {L} {n} {v}"),
	plain("bât {k} {n} {v}"), plain("bât {L}{k} {n} {v}"), plain("bât {L} apt {k} {n} {v}"),
	plain("{n} bât {L} apt {k} {v}"), plain("bâtiment {k}, {n} {v}"),
	plain("{n} esc {k} {v}"), plain("{n} porte {k} {v}"), plain("porte {k} {n} {v}"),
	plain("3e étage {n} {v}"), plain("{n} 3e étage {v}"), plain("étage 2, {n} {v}"),
	plain("{n} lot {k} {v}"), plain("lot {k} {n} {v}"), plain("lot n°{k}, {n} {v}"),
	plain("logement {k} {n} {v}"), plain("entrée {k}, {n} {v}"), plain("BP {k} {n} {v}"),
	plain("{n} BP {k} {v}"), plain("Les Lilas {k}, {n} {v}"), plain("Tour Kennedy {k}, {n} {v}"),
	plain("maison {k}, {n} {v}"), plain("maison {k} {n} {v}"),
	plain("villa {k}, {n} {v}"), plain("Résidence du Parc {k}, {n} {v}"),
	plain("Résidence du Parc bât {k} appt {k}2, {n} {v}"), plain("Les Lilas {k} {n} {v}"),
	plain("Les Lilas, {n} {v}"), plain("Les Lilas {n} {v}"), plain("Cour Dubois {k}, {n} {v}"),
	plain("Bloc {L}{k} {n} {v}"), plain("chambre {k}, {n} {v}"),
	plain("pavillon {k} {n} {v}"), plain("studio {k} {n} {v}"), plain("bal {k} {n} {v}"),
	plain("escalier {L} {n} {v}"), plain("{n} {v} apt {k}"),
	plain("{n} {v} appt n°{k}"), plain("{n} {v} lot {k}"), plain("{n} {v}, maison {k}"),
	plain("{n} {v} - {k}"), plain("{v} {n} apt {k}"),
	plain("{v} {n}, bât {L}"), plain("{v}, {n}, apt {k}"), plain("{v} {n} {L}{k}"),
	plain("{v} n°{n} apt {k}"), plain("{n}/apt {k} {v}"), plain("{n}-apt{k} {v}"),
	{Name: "en lettres", Write: func(a *Address, r *rand.Rand) string {
		if a.Suffix != "" || a.Number >= len(words) {
			return ""
		}
		return words[a.Number] + " " + a.Street
	}},
	{Name: "Lettres, ", Write: func(a *Address, r *rand.Rand) string {
		if a.Suffix != "" || a.Number >= len(words) || a.Number < 2 {
			return ""
		}
		return strings.ToUpper(words[a.Number][:1]) + words[a.Number][1:] + ", " + a.Street
	}},
	{Name: "voie ordinale", Write: func(a *Address, r *rand.Rand) string { return holding(a, "0123456789", 0) }},
	{Name: "nombre dans la voie, numéro devant", Write: func(a *Address, r *rand.Rand) string { return holding(a, "0123456789", 1) }},
	{Name: "nombre dans la voie, numéro derrière", Write: func(a *Address, r *rand.Rand) string {
		if s := holding(a, "0123456789", 1); s != "" {
			return a.Street + ", " + a.House()
		}
		return ""
	}},
	{Name: "{n} bis ter", Write: func(a *Address, r *rand.Rand) string {
		if a.Suffix == "bis" || a.Suffix == "ter" {
			return fmt.Sprintf("%d %s, %s", a.Number, strings.ToUpper(a.Suffix[:1]), a.Street)
		}
		return ""
	}},
}

// holding writes an address whose street's name holds one of the characters: at
// its head, or further.
func holding(a *Address, chars string, from int) string {
	if a.Suffix != "" {
		return ""
	}
	at := strings.IndexAny(a.Street, chars)
	if at < 0 || from == 0 && at > 0 || from > 0 && at == 0 {
		return ""
	}
	return a.House() + " " + a.Street
}
