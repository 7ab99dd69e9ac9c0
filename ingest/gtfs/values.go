package gtfs

import (
	"strconv"
	"strings"
	"time"

	"perimetre/geo"
)

// clock reads 7:05:00 or 25:10:00 in seconds; ok is false for another text.
func clock(s string) (seconds int32, ok bool) {
	h, rest, ok1 := strings.Cut(s, ":")
	m, sec, ok2 := strings.Cut(rest, ":")
	if !ok1 || !ok2 {
		return 0, false
	}
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	seconds64, err3 := strconv.Atoi(sec)
	if err1 != nil || err2 != nil || err3 != nil || hours < 0 || hours > 99 || minutes < 0 || minutes > 59 || seconds64 < 0 || seconds64 > 59 {
		return 0, false
	}
	return int32(hours*3600 + minutes*60 + seconds64), true
}

// date reads 20240513.
func date(s string) (geo.Date, bool) {
	t, err := time.Parse("20060102", s)
	if err != nil {
		return geo.Date{}, false
	}
	return geo.Date{Year: int16(t.Year()), Month: uint8(t.Month()), Day: uint8(t.Day())}, true
}
