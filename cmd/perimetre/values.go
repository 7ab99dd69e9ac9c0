package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"perimetre/geo"
	"perimetre/ingest/table"
)

// dateFlag is a civil date, JJ/MM/AAAA or AAAA-MM-JJ; zero when not given.
type dateFlag struct{ geo.Date }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *dateFlag) UnmarshalText(b []byte) (err error) {
	if d.Date, err = table.ParseDate(string(b)); err == nil && d.IsZero() {
		err = fmt.Errorf("date attendue : JJ/MM/AAAA ou AAAA-MM-JJ")
	}
	return err
}

// orToday returns the date, or today in Paris.
func (d dateFlag) orToday() geo.Date {
	if d.IsZero() {
		return geo.DateOf(time.Now())
	}
	return d.Date
}

// metres is a distance, with or without its unit: "150", "150m", "2km".
type metres float64

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *metres) UnmarshalText(b []byte) error {
	s, by := strings.ReplaceAll(strings.TrimSpace(string(b)), ",", "."), 1.0
	if head, ok := strings.CutSuffix(s, "km"); ok {
		s, by = head, 1000
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "m")), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
		return fmt.Errorf("attendu une distance en mètres, comme 150m ; vu : %s", b)
	}
	*m = metres(v * by)
	return nil
}

var negative = regexp.MustCompile(`^-\d+([.,]\d*)?([,;]-?\d+([.,]\d*)?)?$`)

// negativeDegrees lets « reverse » and « zones » take -1.5 as an argument.
func negativeDegrees(args []string) []string {
	if !slices.Contains(args, "reverse") && !slices.Contains(args, "zones") {
		return args
	}
	args = slices.Clone(args)
	for i, a := range args {
		if negative.MatchString(a) {
			args[i] = minus + strings.ReplaceAll(a[1:], "-", minus)
		}
	}
	return args
}

// tenth rounds to one decimal.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// comma writes a number with at most two decimals and a decimal comma.
func comma(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64), ".", ",", 1)
}
