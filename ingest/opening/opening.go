// Package opening reads when a site receives people, as French sites and OpenStreetMap
// write it, into half-days a week and hours.
package opening

import (
	"strconv"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Schedule is when a site receives people.
type Schedule struct {
	HalfDays float64 // half-days a week
	// Week is the part of the weeks of a month, from 0 to 1, in which it is open each
	// day, Monday first, in the morning and in the afternoon; all zero when the pattern
	// tells no days.
	Week        [7][2]float64
	Hours       [7][2]Hours // of the half-days of Week that it is open
	Appointment bool        // by appointment, only or also
}

// Hours begin and end a half-day, in minutes of the day.
type Hours struct {
	From, To int
	Assumed  bool // the pattern names the half-day and not the hours
}

// usualHours stand for the hours that a pattern does not tell.
var usualHours = [2]Hours{{9 * 60, 12 * 60, true}, {14 * 60, 17 * 60, true}}

// noon parts the morning of hours that go on all day from the afternoon.
const noon = 13 * 60

// Parse reads an opening pattern: « lundi au vendredi 9h-12h 14h-17h »,
// « lun-ven 9:00-12:00 », « 2e et 4e mardi 14:00-17:00 », « un jeudi sur deux
// matin », « mercredi après-midi, vendredi », « sur rendez-vous », « 3 demi-journées
// par semaine », or a number of half-days a week. An hour range counts for the
// morning when its middle is before 13:00, for both halves when it runs from noon
// or before to 15:00 or after; a day without hours counts for two. One half-day a
// month is 0.25 a week. Hours as OpenStreetMap writes them are read too. A text that it cannot
// read is a fault of kind Input.
func Parse(s string) (Schedule, error) {
	p := parser{text: s}
	if pattern, ok := osmPattern(s); ok {
		s = pattern
	}
	p.tokens = tokens(s)
	var o Schedule
	if len(p.tokens) == 0 {
		return o, p.wrong()
	}
	if v, err := table.ParseNumber(s); err == nil {
		if v < 0 || v > 14 {
			return o, p.wrong()
		}
		o.HalfDays = v
		return o, nil
	}
	var week calendar
	read := false
	for p.i < len(p.tokens) {
		switch {
		case p.skip(",", ";", ".", "et", "ou", "puis", "/", "uniquement", "seulement", "ouvert", "aussi", ":"):
		case p.appointment():
			o.Appointment, read = true, true
		case p.count(&o), p.days(&week):
			read = true
		default:
			return Schedule{}, p.wrong()
		}
	}
	if !read {
		return Schedule{}, p.wrong()
	}
	o.HalfDays, o.Week, o.Hours = min(14, o.HalfDays+week.halfDays()), week.share, week.hours
	return o, nil
}

// calendar holds, for each day of the week and each half, in what part of the weeks
// of a month (4) the site is open, and at what hours.
type calendar struct {
	share [7][2]float64
	hours [7][2]Hours
}

func (c *calendar) halfDays() (n float64) {
	for _, d := range c.share {
		n += d[0] + d[1]
	}
	return n
}

// open adds a share of the weeks, never past all of them. Hours told several times
// run from the first to the last; To is 0 in a half that is closed.
func (c *calendar) open(days []int, halves [2]Hours, share float64) {
	for _, d := range days {
		for h, x := range halves {
			if x.To == 0 {
				continue
			}
			c.share[d][h] = min(1, c.share[d][h]+share)
			if was := c.hours[d][h]; was.To > 0 && (x.Assumed || !was.Assumed) {
				x = Hours{min(was.From, x.From), max(was.To, x.To), was.Assumed && x.Assumed}
			}
			c.hours[d][h] = x
		}
	}
}

type parser struct {
	tokens []string
	i      int
	text   string
}

func (p *parser) wrong() error {
	return &fault.Error{Kind: fault.Input, Message: "horaires illisibles",
		Expected: "par exemple « lundi au vendredi 9h-12h 14h-17h », « 2e et 4e mardi 14:00-17:00 », « sur rendez-vous » ou un nombre de demi-journées par semaine",
		Seen:     "« " + p.text + " »"}
}

func (p *parser) peek(n int) string {
	if p.i+n < len(p.tokens) {
		return p.tokens[p.i+n]
	}
	return ""
}

func (p *parser) skip(words ...string) bool {
	for _, w := range words {
		if p.peek(0) == w {
			p.i++
			return true
		}
	}
	return false
}

// phrase takes words that follow each other.
func (p *parser) phrase(words ...string) bool {
	for n, w := range words {
		if p.peek(n) != w {
			return false
		}
	}
	p.i += len(words)
	return true
}

func (p *parser) appointment() bool {
	start := p.i
	p.skip("sur", "avec", "prise")
	p.skip("prise")
	p.skip("de")
	if p.skip("rendezvous", "rdv") || p.phrase("rendez", "vous") || p.phrase("rendez", "-", "vous") {
		return true
	}
	p.i = start
	return false
}

// count reads « 3 demi-journées par semaine », « 1 jour par mois ».
func (p *parser) count(o *Schedule) bool {
	start := p.i
	n, err := table.ParseNumber(p.peek(0))
	if err != nil {
		if n = map[string]float64{"une": 1, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5}[p.peek(0)]; n == 0 {
			return false
		}
	}
	p.i++
	switch {
	case p.phrase("demi", "-", "journees") || p.phrase("demi", "-", "journee") || p.phrase("demi", "journees") || p.phrase("demi", "journee"):
	case p.skip("jours", "jour", "journees", "journee"):
		n *= 2
	default:
		p.i = start
		return false
	}
	switch {
	case p.phrase("par", "semaine") || p.phrase("/", "semaine") || p.phrase("hebdomadaires") || p.phrase("hebdomadaire"):
	case p.phrase("par", "mois") || p.phrase("/", "mois") || p.phrase("mensuelles") || p.phrase("mensuelle"):
		n /= 4
	case p.phrase("par", "quinzaine") || p.phrase("tous", "les", "15", "jours"):
		n /= 2
	}
	if n > 14 {
		p.i = start
		return false
	}
	o.HalfDays += n
	return true
}

// days reads one group: which weeks, which days, which hours.
func (p *parser) days(week *calendar) bool {
	start := p.i
	p.skip("le", "les", "du", "chaque", "tous", "toutes")
	p.skip("les")
	share, ordinals := p.ordinals()
	if !ordinals && p.skip("un", "1") {
		share = 0.5 // « un mardi sur deux »
	}
	days := p.dayList()
	if len(days) == 0 {
		p.i = start
		return false
	}
	oneOfTwo := share == 0.5 && !ordinals
	told := p.weeks(&share, ordinals)
	p.skip(":", ",")
	halves := p.hours()
	told = p.weeks(&share, ordinals) || told
	if oneOfTwo && !told { // « un mardi » says neither which nor how often
		p.i = start
		return false
	}
	week.open(days, halves, share)
	return true
}

// weeks reads, before or after the hours, on which weeks the days are meant.
func (p *parser) weeks(share *float64, ordinals bool) bool {
	switch {
	case p.phrase("de", "chaque", "mois") || p.phrase("du", "mois") || p.phrase("par", "mois") || p.phrase("de", "mois"):
		if !ordinals {
			*share = 0.25
		}
	case p.phrase("sur", "deux") || p.phrase("sur", "2") || p.phrase("tous", "les", "15", "jours") || p.phrase("par", "quinzaine") ||
		p.phrase("semaines", "paires") || p.phrase("semaines", "impaires") || p.phrase("semaine", "paire") || p.phrase("semaine", "impaire"):
		*share = 0.5
	default:
		return false
	}
	return true
}

// ordinals reads « 2e et 4e », « premier », « dernier »; share is the part of the
// weeks of a month that they make.
func (p *parser) ordinals() (share float64, ok bool) {
	for {
		at := p.i
		if ok {
			p.skip("et", ",", "/", "-")
			p.skip("le")
		}
		switch p.peek(0) {
		case "1er", "1ere", "2e", "2eme", "2nd", "3e", "3eme", "4e", "4eme", "5e", "5eme", "premier", "premiere", "deuxieme", "second", "troisieme", "quatrieme", "dernier", "derniere":
			p.i++
			share += 0.25
			ok = true
			continue
		}
		p.i = at
		if !ok {
			return 1, false
		}
		return min(1, share), true
	}
}

var dayNumbers = map[string]int{
	"lundi": 0, "lundis": 0, "lun": 0, "lu": 0, "mardi": 1, "mardis": 1, "mar": 1, "ma": 1, "mercredi": 2, "mercredis": 2, "mer": 2, "me": 2,
	"jeudi": 3, "jeudis": 3, "jeu": 3, "je": 3, "vendredi": 4, "vendredis": 4, "ven": 4, "ve": 4, "samedi": 5, "samedis": 5, "sam": 5, "sa": 5,
	"dimanche": 6, "dimanches": 6, "dim": 6, "di": 6,
}

// dayList reads « lundi au vendredi », « lun-ven », « mardi, jeudi et samedi »,
// « jours ».
func (p *parser) dayList() []int {
	if p.skip("jours") {
		p.phrase("ouvrables")
		p.phrase("ouvres")
		return []int{0, 1, 2, 3, 4}
	}
	var days []int
	for {
		at := p.i
		if len(days) > 0 {
			p.skip("et", ",", "/", "&")
		}
		p.skip("le", "les", "du")
		d, ok := dayNumbers[p.peek(0)]
		if !ok {
			p.i = at
			return days
		}
		p.i++
		p.skip(".")
		days = append(days, d)
		at = p.i
		if p.skip("au", "a", "-") {
			if to, ok := dayNumbers[p.peek(0)]; ok && to > d {
				p.i++
				p.skip(".")
				for d++; d <= to; d++ {
					days = append(days, d)
				}
				continue
			}
			p.i = at
		}
	}
}

// hours reads hour ranges and « matin », « après-midi », « journée »; none is the
// whole day. To is 0 in a half that is closed.
func (p *parser) hours() (halves [2]Hours) {
	some := false
	add := func(h int, x Hours) {
		if was := halves[h]; was.To > 0 {
			x = Hours{min(was.From, x.From), max(was.To, x.To), was.Assumed && x.Assumed}
		}
		halves[h] = x
	}
	for {
		at := p.i
		if some {
			p.skip("et", ",", "/", "puis", "-", ";")
		}
		p.skip("le", "la", "toute", "en")
		p.skip("la")
		switch {
		case p.skip("matin", "matins", "matinee"):
			add(0, usualHours[0])
		case p.phrase("apres", "-", "midi") || p.phrase("apres", "midi") || p.phrase("am") || p.phrase("apresmidi"):
			add(1, usualHours[1])
		case p.phrase("journee", "continue") || p.phrase("journee"):
			add(0, usualHours[0])
			add(1, usualHours[1])
		default:
			from, to, ok := p.hourRange()
			if !ok {
				p.i = at
				if !some {
					return usualHours
				}
				return halves
			}
			switch {
			case from <= 12*60 && to >= 15*60:
				add(0, Hours{From: from, To: noon})
				add(1, Hours{From: noon, To: to})
			case from+to < 2*noon:
				add(0, Hours{From: from, To: to})
			default:
				add(1, Hours{From: from, To: to})
			}
		}
		some = true
	}
}

// hourRange reads « 9h-12h », « de 9h à 12h », « 14:00-17:00 », in minutes.
func (p *parser) hourRange() (from, to int, ok bool) {
	at := p.i
	p.skip("de", "entre")
	from, ok1 := clock(p.peek(0))
	sep := p.peek(1)
	to, ok2 := clock(p.peek(2))
	if !ok1 || !ok2 || sep != "-" && sep != "a" && sep != "et" || to <= from {
		p.i = at
		return 0, 0, false
	}
	p.i += 3
	return from, to, true
}

// clock reads 9h, 9h30, 9:30, 09:30:00 in minutes.
func clock(s string) (int, bool) {
	i := strings.IndexAny(s, "h:")
	if i < 1 || i > 2 {
		return 0, false
	}
	h, err := strconv.Atoi(s[:i])
	m := 0
	if rest := s[i+1:]; rest != "" && err == nil {
		if len(rest) > 3 && rest[2] == ':' {
			rest = rest[:2]
		}
		m, err = strconv.Atoi(rest)
	}
	return h*60 + m, err == nil && h >= 0 && h <= 24 && m >= 0 && m < 60
}

// tokens cuts a pattern into words, numbers, hours and signs, in lower case
// without accents.
func tokens(s string) []string {
	s = table.Fold(table.Clean(s))
	s = strings.NewReplacer("–", "-", "—", "-", "−", "-", "’", " ", "'", " ", "→", "-", "h ", "h ", "1 er", "1er", "2 e ", "2e ", "\n", " ; ", "(", " ", ")", " ", "r.d.v.", "rdv", "r-v", "rdv").Replace(s)
	var tokens []string
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case isWordByte(c):
			j := i
			for j < len(s) && (isWordByte(s[j]) || (s[j] == ':' || s[j] == ',' && isDigits(s[i:j])) && j+1 < len(s) && s[j+1] >= '0' && s[j+1] <= '9' && s[j-1] >= '0' && s[j-1] <= '9') {
				j++
			}
			tokens = append(tokens, s[i:j])
			i = j
		default:
			tokens = append(tokens, s[i:i+1])
			i++
		}
	}
	return tokens
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isWordByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80 }
