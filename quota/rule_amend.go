package quota

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Amendment is what changes in a rule from a day on. What was asked before that day
// stays as it was.
type Amendment struct {
	From geo.Date
	To   geo.Date // last day of the rule; zero: open
	// Share is asked of every unit, save the ones in Units, by code. The zero share
	// asks nothing any more.
	Share       Fraction
	Units       map[string]Fraction
	Source      string
	ConfirmedOn geo.Date
	Simulation  *Simulation // nil: none
}

// Amend rewrites a rule's YAML, with the targets that hold before the amendment's day closed
// on its eve.
func Amend(file string, text []byte, a Amendment) ([]byte, error) {
	rule, err := ParseRule(file, text)
	if err != nil {
		return nil, err
	}
	if a.From.IsZero() {
		return nil, fault.New(fault.Input, "le premier jour du nouvel objectif est attendu")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	root := doc.Content[0]
	set(root, "targets", targetsNode(then(rule.Targets, a.From, a.Share)))
	units := &yaml.Node{Kind: yaml.MappingNode}
	codes := slices.Sorted(maps.Keys(a.Units))
	for code := range rule.UnitTargets {
		if _, named := a.Units[code]; !named {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		share, own := a.Units[code]
		if !own {
			share = a.Share
		}
		if list := then(rule.targetsOf(code), a.From, share); len(list) > 0 {
			units.Content = append(units.Content, quoted(code), targetsNode(list))
		}
	}
	set(root, "unit_targets", orNone(units))
	set(root, "source", scalar(a.Source))
	set(root, "confirmed_on", scalar(a.ConfirmedOn.String()))
	set(root, "valid_to", scalar(a.To.String()))
	set(root, "simulation", simulationNode(a.Simulation))
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&doc); err != nil {
		return nil, err
	}
	_, err = ParseRule(file, b.Bytes())
	return b.Bytes(), err
}

// then closes targets on the eve of a day, from which share is asked.
func then(list []Target, from geo.Date, share Fraction) []Target {
	eve := from.AddDays(-1)
	var out []Target
	for _, t := range list {
		if !t.From.IsZero() && !t.From.Before(from) {
			continue
		}
		if t.To.IsZero() || !t.To.Before(from) {
			t.To = eve
		}
		out = append(out, t)
	}
	if !share.IsZero() {
		out = append(out, Target{Share: share, From: from})
	}
	return out
}

// set writes a key of a mapping, in its place when it is there; nil takes it away.
func set(m *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value != key {
			continue
		}
		if value == nil {
			m.Content = slices.Delete(m.Content, i, i+2)
		} else {
			m.Content[i+1] = value
		}
		return
	}
	if value != nil {
		m.Content = append(m.Content, scalar(key), value)
	}
}

// scalar returns a text, nil when empty.
func scalar(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

func orNone(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}

func pairs(keys ...string) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for i := 0; i+1 < len(keys); i += 2 {
		if v := scalar(keys[i+1]); v != nil {
			m.Content = append(m.Content, scalar(keys[i]), v)
		}
	}
	return m
}

func targetsNode(list []Target) *yaml.Node {
	seq := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range list {
		seq.Content = append(seq.Content, pairs("share", t.Share.String(), "from", t.From.String(), "to", t.To.String()))
	}
	return orNone(seq)
}

func simulationNode(s *Simulation) *yaml.Node {
	if s == nil {
		return nil
	}
	m := pairs("reference", s.Reference, "unit", s.Unit)
	m.Style = 0
	tiers := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range s.Tiers {
		tiers.Content = append(tiers.Content, pairs("from", t.From.String(), "amount", strconv.FormatInt(t.Amount, 10)))
	}
	m.Content = append(m.Content, scalar("tiers"), tiers)
	return m
}
