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

// orToday is the date, or today in Paris.
func (d dateFlag) orToday() geo.Date {
	if d.IsZero() {
		return geo.DateOf(time.Now())
	}
	return d.Date
}

// degrees is a longitude or a latitude, with a dot or a comma.
type degrees float64

const minus = "\u2212" // the true minus sign, which the parser takes for no flag

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *degrees) UnmarshalText(b []byte) error {
	s := strings.Replace(strings.Replace(string(b), minus, "-", 1), ",", ".", 1)
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 180 {
		return fmt.Errorf("attendu des degrés ; vu : %s", s)
	}
	*d = degrees(v)
	return nil
}

var negative = regexp.MustCompile(`^-\d+([.,]\d*)?$`)

// negativeDegrees lets « reverse » and « zones » take -1.5 as an argument.
func negativeDegrees(args []string) []string {
	if !slices.Contains(args, "reverse") && !slices.Contains(args, "zones") {
		return args
	}
	args = slices.Clone(args)
	for i, a := range args {
		if negative.MatchString(a) {
			args[i] = minus + a[1:]
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
