package geo

import (
	"fmt"
	"time"
	_ "time/tzdata" // Europe/Paris on a machine without a zone database
)

// Date is a civil date. The zero Date means "no date": open, or unknown.
type Date struct {
	Year       int16
	Month, Day uint8
}

// Paris is the time zone in which civil dates and quarters are counted.
var Paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // tzdata is embedded
	}
	return l
}()

// DateOf returns the civil date of an instant in Paris.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Paris).Date()
	return Date{int16(y), uint8(m), uint8(d)}
}

// Today returns the civil date of now in Paris.
func Today() Date { return DateOf(time.Now()) }

// ParseDate reads an ISO date, AAAA-MM-JJ; a day that does not exist is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q : attendu AAAA-MM-JJ", s)
	}
	return Date{int16(t.Year()), uint8(t.Month()), uint8(t.Day())}, nil
}

// MustDate is ParseDate for constants; it panics on a wrong date.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero reports whether the date is absent.
func (d Date) IsZero() bool { return d == Date{} }

// Compare is negative, zero or positive as d is before, at or after e.
func (d Date) Compare(e Date) int { return d.number() - e.number() }

func (d Date) number() int { return int(d.Year)<<9 | int(d.Month)<<5 | int(d.Day) }

// Before reports whether d is before e.
func (d Date) Before(e Date) bool { return d.number() < e.number() }

// After reports whether d is after e.
func (d Date) After(e Date) bool { return d.number() > e.number() }

// Time is midnight UTC of the date, for arithmetic on days.
func (d Date) Time() time.Time {
	return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, time.UTC)
}

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date {
	t := d.Time().AddDate(0, 0, n)
	return Date{int16(t.Year()), uint8(t.Month()), uint8(t.Day())}
}

// String is AAAA-MM-JJ, empty for the absent date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes AAAA-MM-JJ, empty for the absent date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads AAAA-MM-JJ, or nothing for the absent date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}
