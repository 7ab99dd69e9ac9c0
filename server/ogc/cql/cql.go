// Package cql reads filters in CQL2 text (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN
// and IS NULL on properties, joined by AND, OR and NOT, and S_INTERSECTS with a box.
package cql

import (
	"cmp"
	"strings"
)

// Kind is what a property holds.
type Kind uint8

const (
	Text   Kind = iota
	Number      // int or float64
	Truth       // bool
	Date        // AAAA-MM-JJ, as a string
)

// Box is a rectangle: the west, the south, the east and the north, as written.
type Box [4]float64

// Subject is what a filter is asked of. Value returns a property, nil when unknown;
// Meets reports whether the shape has a point in a box.
type Subject interface {
	Value(name string) any
	Meets(Box) bool
}

// truth is a truth of three values: what is compared to an unknown is unknown.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// Filter selects subjects.
type Filter struct{ of func(Subject) truth }

// Match reports whether a subject passes; the unknown does not.
func (f *Filter) Match(s Subject) bool { return f.of(s) == yes }

func and(a, b func(Subject) truth) func(Subject) truth {
	return func(s Subject) truth { return min(a(s), b(s)) }
}

func or(a, b func(Subject) truth) func(Subject) truth {
	return func(s Subject) truth { return max(a(s), b(s)) }
}

func not(a func(Subject) truth) func(Subject) truth { return func(s Subject) truth { return -a(s) } }

// order compares a property to a literal of its kind; ok is false for an unknown.
func order(value, literal any) (int, bool) {
	switch v := value.(type) {
	case string:
		l, ok := literal.(string)
		return cmp.Compare(v, l), ok
	case int:
		l, ok := literal.(float64)
		return cmp.Compare(float64(v), l), ok
	case float64:
		l, ok := literal.(float64)
		return cmp.Compare(v, l), ok
	case bool:
		l, ok := literal.(bool)
		return cmp.Compare(truthOf(v), truthOf(l)), ok
	}
	return 0, false
}

func compare(name, operator string, literal any) func(Subject) truth {
	return func(s Subject) truth {
		c, ok := order(s.Value(name), literal)
		if !ok {
			return unknown
		}
		switch operator {
		case "=":
			return truthOf(c == 0)
		case "<>":
			return truthOf(c != 0)
		case "<":
			return truthOf(c < 0)
		case "<=":
			return truthOf(c <= 0)
		case ">":
			return truthOf(c > 0)
		}
		return truthOf(c >= 0)
	}
}

func like(name, pattern string) func(Subject) truth {
	return func(s Subject) truth {
		v, ok := s.Value(name).(string)
		if !ok {
			return unknown
		}
		return truthOf(fits([]rune(v), []rune(pattern)))
	}
}

// fits reports whether a text is what a pattern says: % stands for any run of characters,
// _ for one, and \ takes the next one as it is.
func fits(text, pattern []rune) bool {
	star, mark := -1, 0
	i, j := 0, 0
	for i < len(text) {
		switch {
		case j < len(pattern) && pattern[j] == '%':
			star, mark = j, i
			j++
			continue
		case j+1 < len(pattern) && pattern[j] == '\\' && pattern[j+1] == text[i]:
			i, j = i+1, j+2
			continue
		case j < len(pattern) && pattern[j] != '\\' && (pattern[j] == '_' || pattern[j] == text[i]):
			i, j = i+1, j+1
			continue
		case star < 0:
			return false
		}
		mark++
		i, j = mark, star+1
	}
	return strings.Trim(string(pattern[j:]), "%") == ""
}
