package quota

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Period is a run of whole civil days, From and To included. Quarters are civil
// quarters in Europe/Paris.
type Period struct {
	ID       string   `json:"id"` // "2024-T3", "2024", "2024-T1..2024-T3"
	From, To geo.Date `json:"-"`
}

// ParsePeriod reads a quarter "2024-T3", a year "2024", or a run of them
// "2024-T1..2024-T3".
func ParsePeriod(s string) (Period, error) {
	first, last, run := strings.Cut(strings.TrimSpace(s), "..")
	from, ok := parseSpan(first)
	to := from
	if run && ok {
		to, ok = parseSpan(last)
	}
	if !ok || to.To.Before(from.From) {
		return Period{}, &fault.Error{Kind: fault.Usage, Message: "période illisible", Expected: "2024-T3, 2024 ou 2024-T1..2024-T3", Seen: s}
	}
	if run && from.ID != to.ID {
		return Period{ID: from.ID + ".." + to.ID, From: from.From, To: to.To}, nil
	}
	return from, nil
}

func parseSpan(s string) (Period, bool) {
	year, quarter, hasQuarter := strings.Cut(strings.ToUpper(strings.TrimSpace(s)), "-")
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 || y < 1900 {
		return Period{}, false
	}
	if !hasQuarter {
		return Year(y), true
	}
	if len(quarter) != 2 || (quarter[0] != 'T' && quarter[0] != 'Q') || quarter[1] < '1' || quarter[1] > '4' {
		return Period{}, false
	}
	return Quarter(y, int(quarter[1]-'0')), true
}

// Year returns a civil year.
func Year(y int) Period {
	return Period{ID: fmt.Sprintf("%04d", y), From: day(y, 1, 1), To: day(y, 12, 31)}
}

// Quarter returns a civil quarter, q from 1 to 4.
func Quarter(y, q int) Period {
	last := time.Date(y, time.Month(3*q)+1, 0, 0, 0, 0, 0, time.UTC)
	return Period{ID: fmt.Sprintf("%04d-T%d", y, q), From: day(y, 3*q-2, 1), To: day(y, 3*q, last.Day())}
}

// QuarterOf returns the quarter that holds a date.
func QuarterOf(d geo.Date) Period { return Quarter(int(d.Year), (int(d.Month)+2)/3) }

// Spanning returns the shortest period of whole quarters, or of whole years where
// they fill them, that holds both dates.
func Spanning(first, last geo.Date) Period {
	from, to := QuarterOf(first), QuarterOf(last)
	if from.ID == to.ID {
		return from
	}
	if first.Year == last.Year {
		return Year(int(first.Year))
	}
	return Period{ID: from.ID + ".." + to.ID, From: from.From, To: to.To}
}

// YearBefore returns the same period a year earlier.
func (p Period) YearBefore() Period {
	from, to := p.From, p.To
	from.Year--
	to.Year--
	first, last := QuarterOf(from), QuarterOf(to)
	switch {
	case first == last:
		return first
	case from == day(int(from.Year), 1, 1) && to == day(int(from.Year), 12, 31):
		return Year(int(from.Year))
	}
	return Period{ID: first.ID + ".." + last.ID, From: from, To: to}
}

// Contains reports whether a date is in the period.
func (p Period) Contains(d geo.Date) bool { return !d.Before(p.From) && !d.After(p.To) }

// Closed reports whether the period was over on a date.
func (p Period) Closed(asOf geo.Date) bool { return asOf.After(p.To) }

// Days returns the number of days of the period.
func (p Period) Days() int { return daysBetween(p.From, p.To) + 1 }

// MarshalJSON writes {"id","from","to"}, dates as AAAA-MM-JJ.
func (p Period) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"id":%q,"from":%q,"to":%q}`, p.ID, p.From, p.To), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Period) UnmarshalJSON(b []byte) error {
	var read struct {
		ID       string
		From, To geo.Date
	}
	err := json.Unmarshal(b, &read)
	*p = Period{read.ID, read.From, read.To}
	return err
}

func day(y, m, d int) geo.Date {
	return geo.Date{Year: int16(y), Month: uint8(m), Day: uint8(d)}
}

// DaysBy returns how many days of the period had passed on a day, that day included: 0
// before it starts, all of them once it has ended.
func (p Period) DaysBy(on geo.Date) int {
	if on.After(p.To) {
		on = p.To
	}
	return max(0, daysBetween(p.From, on)+1)
}

func daysBetween(a, b geo.Date) int { return int(b.Time().Sub(a.Time()).Hours() / 24) }

// ageOn returns the number of whole years from a birth to a date: who is born on
// 29 February turns a year older on 1 March.
func ageOn(birth, on geo.Date) int {
	age := int(on.Year) - int(birth.Year)
	if on.Month < birth.Month || on.Month == birth.Month && on.Day < birth.Day {
		age--
	}
	return age
}
