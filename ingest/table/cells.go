package table

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"perimetre/french"
	"perimetre/geo"
)

// Clean trims a cell, unwraps ="59000" and turns no-break spaces into spaces.
func Clean(s string) string {
	if hasSpecialSpace(s) {
		s = spaces.Replace(s)
	}
	if s == "" { // or nothing but what has no width
		return s
	}
	if first, last := s[0], s[len(s)-1]; first > ' ' && last > ' ' && first != '=' {
		return s
	}
	s = strings.TrimSpace(s)
	if v, ok := strings.CutPrefix(s, `="`); ok {
		if v, ok = strings.CutSuffix(v, `"`); ok {
			s = strings.TrimSpace(v)
		}
	}
	return s
}

// hasSpecialSpace tells cheaply whether spaces has work to do, or may have.
func hasSpecialSpace(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		switch s[i] {
		case 0xc2:
			if s[i+1] == 0xa0 {
				return true
			}
		case 0xe2:
			if s[i+1] == 0x80 {
				return true
			}
		case 0xef:
			return true
		}
	}
	return false
}

// spaces turns the no-break spaces of French numbers into plain ones, and drops what
// has no width.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2007", " ", "\u2009", " ", "\ufeff", "", "\u200b", "")

var (
	errDate   = errors.New("date attendue : JJ/MM/AAAA ou AAAA-MM-JJ")
	errNoDay  = errors.New("ce jour n’existe pas")
	errNumber = errors.New("nombre attendu")
	errBool   = errors.New("attendu : oui ou non")
)

// ParseDate reads a civil date: JJ/MM/AAAA (also - and . between), JJ/MM/AA
// (00–49 is 2000–2049), AAAA-MM-JJ, AAAAMMJJ, each with an hour or not, or an
// Excel serial (45383 is 2024-04-01). An instant with a zone is dated in Paris.
// An empty cell is the zero date without error; a day that does not exist, as
// 31/02/2024, is an error.
func ParseDate(s string) (geo.Date, error) {
	// The two usual shapes, without detours.
	if len(s) == 10 {
		if s[2] == '/' && s[5] == '/' {
			if d, m, y := digits(s[:2]), digits(s[3:5]), digits(s[6:]); d >= 0 && m >= 0 && y >= 0 {
				return civil(y, m, d)
			}
		} else if s[4] == '-' && s[7] == '-' {
			if y, m, d := digits(s[:4]), digits(s[5:7]), digits(s[8:]); d >= 0 && m >= 0 && y >= 0 {
				return civil(y, m, d)
			}
		}
	}
	t, _, err := ParseTime(s)
	if err != nil || t.IsZero() {
		return geo.Date{}, err
	}
	return geo.DateOf(t), nil
}

// ParseTime reads what ParseDate reads, and keeps the hour, in Paris; clock reports whether
// the cell had one. An empty cell is the zero time without error.
func ParseTime(s string) (t time.Time, clock bool, err error) {
	s = Clean(s)
	if s == "" {
		return time.Time{}, false, nil
	}
	if t, clock, ok := serial(s); ok {
		return t, clock, nil
	}
	if d, ok, err := spelled(s); ok {
		if err != nil {
			return time.Time{}, false, err
		}
		return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, geo.Paris), false, nil
	}
	day, rest := s, ""
	if i := strings.IndexAny(s, " Tt"); i > 0 {
		day, rest = s[:i], strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s[i+1:]), "à"))
	}
	d, err := parseDay(day)
	if err != nil {
		return time.Time{}, false, err
	}
	midnight := time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, geo.Paris)
	if rest == "" {
		return midnight, false, nil
	}
	return parseClock(d, rest)
}

// months are the names of months in dates, folded.
var months = []string{"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"}

// spelled reads « 31 mars 2024 », « 1er avril 2024 »; ok is false for what is no date in
// letters.
func spelled(s string) (d geo.Date, ok bool, err error) {
	w := strings.Fields(strings.ToLower(strings.NewReplacer("é", "e", "û", "u", "É", "e", "Û", "u").Replace(s)))
	if len(w) != 3 || len(w[2]) != 4 {
		return d, false, nil
	}
	month := slices.Index(months, w[1]) + 1
	day, year := digits(strings.TrimSuffix(w[0], "er")), digits(w[2])
	if month == 0 || day < 0 || year < 0 || len(w[0]) > 3 {
		return d, false, nil
	}
	d, err = civil(year, month, day)
	return d, true, err
}

func parseDay(s string) (geo.Date, error) {
	if len(s) == 8 && digits(s) >= 0 {
		return civil(digits(s[:4]), digits(s[4:6]), digits(s[6:]))
	}
	i := strings.IndexAny(s, "/-.")
	if i < 0 {
		return geo.Date{}, errDate
	}
	j := strings.IndexByte(s[i+1:], s[i])
	if j < 0 {
		return geo.Date{}, errDate
	}
	a, b, c := s[:i], s[i+1:i+1+j], s[i+2+j:]
	if len(b) < 1 || len(b) > 2 || digits(a) < 0 || digits(b) < 0 || digits(c) < 0 {
		return geo.Date{}, errDate
	}
	switch {
	case len(a) == 4 && len(c) >= 1 && len(c) <= 2:
		return civil(digits(a), digits(b), digits(c))
	case len(a) >= 1 && len(a) <= 2 && len(c) == 4:
		return civil(digits(c), digits(b), digits(a))
	case len(a) >= 1 && len(a) <= 2 && len(c) == 2:
		y := 2000 + digits(c)
		if y >= 2050 {
			y -= 100
		}
		return civil(y, digits(b), digits(a))
	}
	return geo.Date{}, errDate
}

// parseClock reads 23:59, 23:59:59, 23:59:59.000, 23h59, with Z or ±hh:mm or not.
func parseClock(d geo.Date, s string) (time.Time, bool, error) {
	zone := geo.Paris
	if v, ok := strings.CutSuffix(strings.ToUpper(s), "Z"); ok {
		s, zone = v, time.UTC
	} else if i := strings.LastIndexAny(s, "+-"); i > 0 {
		t, err := time.Parse("-07:00", s[i:])
		if err != nil {
			if t, err = time.Parse("-0700", s[i:]); err != nil {
				return time.Time{}, false, errDate
			}
		}
		s, zone = s[:i], t.Location()
	}
	s = strings.TrimSuffix(strings.NewReplacer("h", ":", "H", ":").Replace(s), ":")
	if i := strings.IndexAny(s, ".,"); i > 0 {
		s = s[:i]
	}
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return time.Time{}, false, errDate
	}
	var hms [3]int
	for i, p := range parts {
		p = strings.TrimSpace(p)
		n := digits(p)
		if n < 0 || len(p) > 2 || n > [...]int{23, 59, 60}[i] {
			return time.Time{}, false, errDate
		}
		hms[i] = n
	}
	t := time.Date(int(d.Year), time.Month(d.Month), int(d.Day), hms[0], hms[1], min(hms[2], 59), 0, zone)
	return t.In(geo.Paris), true, nil
}

// serial reads an Excel serial of the 1900 system: days from 1899-12-30, from
// 1910 to 2099, the fraction being the hour on the clock of the file's author.
func serial(s string) (time.Time, bool, bool) {
	if len(s) < 4 || len(s) > 24 {
		return time.Time{}, false, false
	}
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || v < 3654 || v >= 73051 {
		return time.Time{}, false, false
	}
	seconds := int((v-float64(int(v)))*86400 + 0.5)
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(v)+seconds/86400)
	seconds %= 86400
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, seconds, 0, geo.Paris)
	return t, seconds > 0, true
}

func civil(y, m, d int) (geo.Date, error) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return geo.Date{}, errNoDay
	}
	if d > 28 {
		if t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC); t.Day() != d {
			return geo.Date{}, errNoDay
		}
	}
	return geo.Date{Year: int16(y), Month: uint8(m), Day: uint8(d)}, nil
}

// digits returns the number that s writes in at most nine digits alone, else -1.
func digits(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// ParseNumber reads a number with a decimal comma or dot and any French space
// between its thousands. An empty cell is an error, as is anything else.
func ParseNumber(s string) (float64, error) {
	s = strings.ReplaceAll(Clean(s), " ", "")
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	for i := 0; i < len(s); i++ { // no Inf, NaN, 0x10 or 1_000
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, errNumber
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, errNumber
	}
	return v, nil
}

// ParseBool reads oui, non, vrai, faux, o, n, 1, 0, x in any case; an empty cell
// is false with known false.
func ParseBool(s string) (value, known bool, err error) {
	switch s {
	case "oui", "Oui", "OUI", "1":
		return true, true, nil
	case "non", "Non", "NON", "0":
		return false, true, nil
	case "":
		return false, false, nil
	}
	switch normalise(Clean(s)) {
	case "":
		return false, false, nil
	case "oui", "o", "vrai", "1", "x", "true", "yes", "y", "1 0":
		return true, true, nil
	case "non", "n", "faux", "0", "false", "no", "0 0":
		return false, true, nil
	}
	return false, false, errBool
}

// Renews reports whether a row renews a contract: by its cell of renewals, else by the
// contrary, its cell of first entries. Both empty is a first entry; a cell that says
// neither is an error.
func Renews(renewal, first string) (bool, error) {
	if renewal != "" {
		yes, _, err := ParseBool(renewal)
		if err == nil {
			return yes, nil
		}
		words := normalise(renewal)
		for _, start := range []string{"renouv", "recond", "re entree"} {
			if strings.HasPrefix(words, start) {
				return true, nil
			}
		}
		for _, start := range []string{"initial", "nouve", "premi", "1er", "1ere", "primo", "sans objet"} {
			if strings.HasPrefix(words, start) {
				return false, nil
			}
		}
		return false, err
	}
	yes, known, err := ParseBool(first)
	return known && !yes, err
}

// PadPostcode restores the first 0 of a postcode or of an INSEE code that a spreadsheet ate
// ("2100" is 02100) and drops its decimals ("59000.0") and its wrapping (="59000"). What is no
// such code comes back only cleaned.
func PadPostcode(s string) string {
	s = Clean(s)
	if i := strings.IndexAny(s, ".,"); i > 0 && strings.Trim(s[i+1:], "0") == "" {
		s = s[:i]
	}
	if len(s) == 6 && s[2] == ' ' { // 59 000
		if t := s[:2] + s[3:]; digits(t) >= 0 {
			s = t
		}
	}
	return french.LostZero(s)
}
