package address

// numberWords are the numbers that names spell out in one word.
var numberWords = map[string]int{
	"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
	"douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40,
	"cinquante": 50, "soixante": 60, "cent": 100, "premier": 1, "premiere": 1, "deuxieme": 2, "troisieme": 3,
	"quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
	"onzieme": 11, "douzieme": 12, "treizieme": 13, "quatorzieme": 14, "quinzieme": 15, "vingtieme": 20,
}

// ordinalWord reports whether a number word ends a number: "deuxième".
func ordinalWord(w string) bool {
	return len(w) > 4 && (w[len(w)-3:] == "eme" || w == "premier" || w == "premiere")
}

// wordsNumber reads the number that the words at ts[i] spell out, and gives how
// many tokens it takes, 0 without one: "dix sept", "vingt et un", "quatre
// vingt", "mil huit cent quatorze". "mille" alone and "un" alone are words.
func wordsNumber(ts []Token, i int) (value, n int) {
	if t := ts[i].Text; ts[i].Digits || numberWords[t] == 0 && t != "mil" && t != "mille" {
		return 0, 0
	}
	text := func(k int) string {
		if k < len(ts) {
			return ts[k].Text
		}
		return ""
	}
	k := i
	thousand := 0
	if t := text(k); (t == "mil" || t == "mille") && (numberWords[text(k+1)] > 1 && !ordinalWord(text(k+1))) {
		thousand, k = 1000, k+1
	} else if m := numberWords[t]; m > 1 && m < 10 && !ordinalWord(t) && (text(k+1) == "mil" || text(k+1) == "mille") {
		thousand, k = 1000*m, k+2
	}
	hundred := 0
	if m := numberWords[text(k)]; m > 1 && m < 20 && !ordinalWord(text(k)) && (text(k+1) == "cent" || text(k+1) == "cents") {
		hundred, k = 100*m, k+2
	} else if text(k) == "cent" {
		hundred, k = 100, k+1
	}
	below, took := underHundred(text, k)
	k += took
	if k == i {
		return 0, 0
	}
	return thousand + hundred + below, k - i
}

// underHundred reads a number under a hundred in words at k.
func underHundred(text func(int) string, k int) (value, n int) {
	t := text(k)
	m, ok := numberWords[t]
	if !ok || m == 100 {
		return 0, 0
	}
	if ordinalWord(t) {
		return m, 1
	}
	n = 1
	if m == 4 && (text(k+1) == "vingt" || text(k+1) == "vingts") {
		m, n = 80, 2
	}
	if m < 10 || m > 10 && m < 20 {
		return m, n
	}
	if m >= 20 && text(k+n) == "et" && (text(k+n+1) == "un" || text(k+n+1) == "une" || text(k+n+1) == "onze" && m == 60) {
		if text(k+n+1) == "onze" {
			return m + 11, n + 2
		}
		return m + 1, n + 2
	}
	u, ok := numberWords[text(k+n)]
	if text(k+n) == "un" && m >= 20 {
		u, ok = 1, true
	}
	switch {
	case !ok || u == 0 || ordinalWord(text(k+n)) && m == 10:
	case m == 10 && u >= 7 && u <= 9, m >= 20 && u < 10, (m == 60 || m == 80) && u >= 10 && u < 20:
		m, n = m+u, n+1
		if u == 10 { // soixante dix sept
			if v := numberWords[text(k+n)]; v >= 7 && v <= 9 {
				m, n = m+v, n+1
			}
		}
	}
	return m, n
}
