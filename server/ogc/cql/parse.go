package cql

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// deepest bounds how far parentheses and NOT nest.
const deepest = 50

// Parse reads a filter on properties of known kinds. Its error names, in French, what was
// expected and where.
func Parse(text string, kinds map[string]Kind) (f *Filter, err error) {
	p := parser{kinds: kinds}
	defer func() {
		if e := recover(); e != nil {
			said, ok := e.(refusal)
			if !ok {
				panic(e)
			}
			f, err = nil, said
		}
	}()
	p.cut(text)
	of := p.disjunction(0)
	if p.at < len(p.words) {
		p.refuse("la fin, AND ou OR")
	}
	return &Filter{of}, nil
}

type refusal string

// Error implements error.
func (r refusal) Error() string { return string(r) }

// word is a token: its text, and where it stands, in characters from 1.
type word struct {
	text   string
	column int
	quoted bool // a text between quotes, which are taken off
}

type parser struct {
	kinds map[string]Kind
	words []word
	at    int
}

var lexer = regexp.MustCompile(`^(?:'(?:[^']|'')*'|"[^"]*"|[\p{L}_][\p{L}\p{N}_.:-]*|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|<>|<=|>=|[=<>(),])`)

func (p *parser) cut(text string) {
	column := 1
	for {
		trimmed := strings.TrimLeft(text, " \t\r\n")
		column += len(text) - len(trimmed)
		if text = trimmed; text == "" {
			return
		}
		t := lexer.FindString(text)
		if t == "" {
			panic(refusal(fmt.Sprintf("colonne %d : signe inattendu, vu « %.10s »", column, text)))
		}
		w := word{text: t, column: column}
		if t[0] == '\'' {
			w.text, w.quoted = strings.ReplaceAll(t[1:len(t)-1], "''", "'"), true
		}
		p.words = append(p.words, w)
		text, column = text[len(t):], column+len([]rune(t))
	}
}

func (p *parser) refuse(expected string) {
	if p.at >= len(p.words) {
		panic(refusal("attendu à la fin : " + expected))
	}
	w := p.words[p.at]
	panic(refusal(fmt.Sprintf("colonne %d : attendu : %s, vu « %s »", w.column, expected, w.text)))
}

// took takes a keyword or a sign, in any case.
func (p *parser) took(t string) bool {
	if p.at < len(p.words) && !p.words[p.at].quoted && strings.EqualFold(p.words[p.at].text, t) {
		p.at++
		return true
	}
	return false
}

func (p *parser) need(t string) {
	if !p.took(t) {
		p.refuse(t)
	}
}

func (p *parser) disjunction(depth int) func(Subject) truth {
	of := p.conjunction(depth)
	for p.took("OR") {
		of = or(of, p.conjunction(depth))
	}
	return of
}

func (p *parser) conjunction(depth int) func(Subject) truth {
	of := p.term(depth)
	for p.took("AND") {
		of = and(of, p.term(depth))
	}
	return of
}

func (p *parser) term(depth int) func(Subject) truth {
	switch {
	case depth > deepest:
		p.refuse("moins de parenthèses")
	case p.took("NOT"):
		return not(p.term(depth + 1))
	case p.took("("):
		of := p.disjunction(depth + 1)
		p.need(")")
		return of
	case p.took("TRUE"):
		return func(Subject) truth { return yes }
	case p.took("FALSE"):
		return func(Subject) truth { return no }
	case p.took("S_INTERSECTS"):
		return p.intersects()
	}
	return p.predicate()
}

// intersects reads « (geom, BBOX(ouest, sud, est, nord)) ».
func (p *parser) intersects() func(Subject) truth {
	p.need("(")
	if !p.took("geom") && !p.took("geometry") {
		p.refuse("geom")
	}
	p.need(",")
	p.need("BBOX")
	p.need("(")
	var b Box
	for i := range b {
		if i > 0 {
			p.need(",")
		}
		v, ok := p.literal(Number).(float64)
		if !ok {
			p.refuse("un nombre")
		}
		b[i] = v
	}
	p.need(")")
	p.need(")")
	return func(s Subject) truth { return truthOf(s.Meets(b)) }
}

func (p *parser) predicate() func(Subject) truth {
	if p.at >= len(p.words) || p.words[p.at].quoted {
		p.refuse("une propriété")
	}
	name := strings.Trim(p.words[p.at].text, `"`)
	kind, ok := p.kinds[name]
	if !ok {
		p.refuse("une propriété de la collection")
	}
	p.at++
	if p.took("IS") {
		wanted := !p.took("NOT")
		p.need("NULL")
		return func(s Subject) truth { return truthOf((s.Value(name) == nil) == wanted) }
	}
	for _, o := range []string{"=", "<>", "<=", ">=", "<", ">"} {
		if p.took(o) {
			return compare(name, o, p.literal(kind))
		}
	}
	turned := p.took("NOT")
	var of func(Subject) truth
	switch {
	case kind == Text && p.took("LIKE"):
		of = like(name, p.literal(Text).(string))
	case p.took("BETWEEN"):
		low := p.literal(kind)
		p.need("AND")
		of = and(compare(name, ">=", low), compare(name, "<=", p.literal(kind)))
	case p.took("IN"):
		p.need("(")
		of = compare(name, "=", p.literal(kind))
		for p.took(",") {
			of = or(of, compare(name, "=", p.literal(kind)))
		}
		p.need(")")
	default:
		p.refuse("=, <>, <, <=, >, >=, LIKE, BETWEEN, IN ou IS NULL")
	}
	if turned {
		return not(of)
	}
	return of
}

var dateText = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// literal reads a value of a kind.
func (p *parser) literal(kind Kind) any {
	if p.at >= len(p.words) {
		p.refuse("une valeur")
	}
	w := p.words[p.at]
	switch kind {
	case Number:
		if v, err := strconv.ParseFloat(w.text, 64); err == nil && !w.quoted {
			p.at++
			return v
		}
		p.refuse("un nombre")
	case Truth:
		if p.took("TRUE") {
			return true
		}
		if p.took("FALSE") {
			return false
		}
		p.refuse("TRUE ou FALSE")
	case Date:
		call := p.took("DATE")
		if call {
			p.need("(")
		}
		if p.at >= len(p.words) || !p.words[p.at].quoted || !dateText.MatchString(p.words[p.at].text) {
			p.refuse("une date, DATE('2024-01-01')")
		}
		text := p.words[p.at].text
		p.at++
		if call {
			p.need(")")
		}
		return text
	}
	if !w.quoted {
		p.refuse("un texte entre apostrophes")
	}
	p.at++
	return w.text
}
