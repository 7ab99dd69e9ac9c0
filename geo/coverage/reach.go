package coverage

import (
	"math"
	"strconv"
	"strings"

	"perimetre/geo/fault"
)

// Unit is what a cost counts.
type Unit string

const (
	Metres  Unit = "m"
	Minutes Unit = "min"
)

// Reach is how far people are held to go to a site.
type Reach struct {
	Limit float64
	Unit  Unit
}

// ParseReach reads « 1000m », « 1,5km », « 20min », « 1h »; a bare number is metres.
func ParseReach(s string) (Reach, error) {
	t := strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(s, ",", ".")), ""))
	number := strings.TrimRight(t, "abcdefghijklmnopqrstuvwxyzè")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return Reach{}, wrongReach(s)
	}
	switch t[len(number):] {
	case "", "m", "mètres", "metres":
		return Reach{v, Metres}, nil
	case "km":
		return Reach{v * 1000, Metres}, nil
	case "min", "mn", "minutes":
		return Reach{v, Minutes}, nil
	case "h":
		return Reach{v * 60, Minutes}, nil
	}
	return Reach{}, wrongReach(s)
}

func wrongReach(s string) error {
	return &fault.Error{Kind: fault.Usage, Message: "portée illisible", Expected: "une distance (1000m, 1,5km) ou une durée (20min)", Seen: "« " + s + " »"}
}

// String returns how ParseReach reads it: « 1000m », « 20min ».
func (r Reach) String() string {
	return strconv.FormatFloat(r.Limit, 'f', -1, 64) + string(r.Unit)
}
