package quota

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/bound"
	"perimetre/ingest/table"
	"perimetre/ingest/yamlfile"
	"perimetre/quota/outcome"
)

//go:embed rules/*.yml
var ruleFiles embed.FS

// DefaultRule is the one used when none is named.
const DefaultRule = "cej-qpv-40"

// Rules names the rules that come with the product.
func Rules() []string {
	entries, _ := ruleFiles.ReadDir("rules")
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yml")
	}
	return names
}

// LoadRule reads a rule that comes with the product, by name, or a user's YAML
// file. A wrong file is a fault that names its line.
func LoadRule(nameOrPath string) (*Rule, error) {
	file, b, err := RuleText(nameOrPath)
	if err != nil {
		return nil, err
	}
	return ParseRule(file, b)
}

// RuleText returns the YAML of a rule, and the file that faults name.
func RuleText(nameOrPath string) (file string, b []byte, err error) {
	if nameOrPath == "" {
		nameOrPath = DefaultRule
	}
	if slices.Contains(Rules(), nameOrPath) {
		file = "rules/" + nameOrPath + ".yml"
		b, err = ruleFiles.ReadFile(file)
		return file, b, err
	}
	b, err = bound.ReadFile(nameOrPath, yamlfile.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, &fault.Error{Kind: fault.NotFound, Message: "règle introuvable", Expected: "un fichier YAML ou " + strings.Join(Rules(), ", "), Seen: nameOrPath}
	}
	if err != nil {
		return "", nil, fault.Wrap(fault.Input, err, "règle illisible")
	}
	return nameOrPath, b, nil
}

// ParseRule reads a rule; file names it in faults.
func ParseRule(file string, b []byte) (*Rule, error) {
	text := yamlfile.File{Name: file, Text: b, Kind: fault.Input, Message: "la règle n’est pas du YAML lisible", Expected: "des clés et des valeurs ; un texte qui contient « : » se met entre guillemets"}
	root, err := text.Root()
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, &fault.Error{Kind: fault.Input, File: file, Message: "la règle est vide", Expected: "au moins id, name et zonings"}
	}
	sum := sha256.Sum256(withoutSources(b, root))
	p := ruleParser{file: file, rule: &Rule{
		Counting: Entries, Unlocatable: AsUndecided, Outcomes: Oriented{Grouping: outcome.Default()},
		Thresholds: Thresholds{State: 5, Public: 11}, Fingerprint: hex.EncodeToString(sum[:8]),
	}}
	p.mapping(root, ruleKeys)
	r := p.rule
	if p.err == nil && (r.ID == "" || r.Name == "" || len(r.Zonings) == 0) {
		p.fail(root, "", "les clés id, name et zonings", "une règle sans l’une d’elles")
	}
	if p.err != nil {
		return nil, p.err
	}
	return r, nil
}

// withoutSources returns the text of a rule without its block of sources: who said what
// of a target changes nothing in how people are counted, so that naming one more source
// does not set aside the bordereaux counted before.
func withoutSources(b []byte, root *yaml.Node) []byte {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != "sources" {
			continue
		}
		lines := bytes.SplitAfter(b, []byte("\n"))
		from, to := root.Content[i].Line-1, len(lines)
		if i+2 < len(root.Content) {
			to = root.Content[i+2].Line - 1
		}
		return bytes.Join(slices.Delete(lines, from, to), nil)
	}
	return b
}

// ruleParser walks the YAML tree and keeps the first fault, with its line.
type ruleParser struct {
	file string
	rule *Rule
	err  error
}

func (p *ruleParser) fail(n *yaml.Node, key, expected, seen string) {
	if p.err == nil {
		p.err = fault.At(p.file, n.Line, key, expected, seen)
	}
}

// mapping hands each key to its reader; an unknown or repeated key is refused.
func (p *ruleParser) mapping(n *yaml.Node, keys map[string]func(*ruleParser, *yaml.Node, string)) {
	if n.Kind != yaml.MappingNode {
		p.fail(n, "", "des clés parmi "+keyNames(keys), shown(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && p.err == nil; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := keys[key.Value]
		switch {
		case !ok:
			p.fail(key, key.Value, "une clé parmi "+keyNames(keys), key.Value)
		case seen[key.Value]:
			p.fail(key, key.Value, "chaque clé une seule fois", key.Value+" répétée")
		default:
			seen[key.Value] = true
			read(p, value, key.Value)
		}
	}
}

type keyReaders = map[string]func(*ruleParser, *yaml.Node, string)

// ruleKeys are the keys of a rule file. It is filled by init, for its readers
// name other tables of keys.
var ruleKeys keyReaders

func init() {
	text := func(set func(*Rule, string)) func(*ruleParser, *yaml.Node, string) {
		return func(p *ruleParser, n *yaml.Node, key string) { set(p.rule, p.text(n, key)) }
	}
	date := func(set func(*Rule, geo.Date)) func(*ruleParser, *yaml.Node, string) {
		return func(p *ruleParser, n *yaml.Node, key string) { set(p.rule, p.date(n, key)) }
	}
	number := func(set func(*Rule, int)) func(*ruleParser, *yaml.Node, string) {
		return func(p *ruleParser, n *yaml.Node, key string) { set(p.rule, p.number(n, key)) }
	}
	ruleKeys = keyReaders{
		"id":   text(func(r *Rule, s string) { r.ID = s }),
		"name": text(func(r *Rule, s string) { r.Name = s }),
		"programme": func(p *ruleParser, n *yaml.Node, _ string) {
			p.mapping(n, keyReaders{
				"name": text(func(r *Rule, s string) { r.Programme = s }),
				"values": func(p *ruleParser, n *yaml.Node, key string) {
					for _, v := range p.list(n, key) {
						p.rule.Values = append(p.rule.Values, table.Words(p.text(v, key)))
					}
				},
			})
		},
		"zonings": func(p *ruleParser, n *yaml.Node, key string) {
			for _, v := range p.list(n, key) {
				z := p.oneOf(v, key, string(geo.QPV), string(geo.FRR), string(geo.ZRR))
				p.rule.Zonings = append(p.rule.Zonings, geo.Zoning(z))
			}
		},
		"counting": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.Counting = Counting(p.oneOf(n, key, string(Entries), string(FollowUp)))
		},
		"renewals": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.KeepRenewals = p.oneOf(n, key, "excluded", "included") == "included"
		},
		"ages": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.Ages = &Ages{}
			p.mapping(n, keyReaders{
				"min":      number(func(r *Rule, v int) { r.Ages.Min = v }),
				"max":      number(func(r *Rule, v int) { r.Ages.Max = v }),
				"max_rqth": number(func(r *Rule, v int) { r.Ages.MaxRQTH = v }),
			})
			a := p.rule.Ages
			a.MaxRQTH = max(a.MaxRQTH, a.Max)
			if a.Max < a.Min {
				p.fail(n, key, "max au moins égal à min", strconv.Itoa(a.Max)+" < "+strconv.Itoa(a.Min))
			}
		},
		"targets": func(p *ruleParser, n *yaml.Node, key string) { p.rule.Targets = p.targets(n, key) },
		"unit_targets": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.UnitTargets = map[string][]Target{}
			if n.Kind != yaml.MappingNode {
				p.fail(n, key, "code de Mission Locale : liste d’objectifs", shown(n))
				return
			}
			for i := 0; i+1 < len(n.Content); i += 2 {
				p.rule.UnitTargets[n.Content[i].Value] = p.targets(n.Content[i+1], n.Content[i].Value)
			}
		},
		"unlocatable": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.Unlocatable = Unlocatable(p.oneOf(n, key, string(AsUndecided), string(AsOut), string(Excluded)))
		},
		"thresholds": func(p *ruleParser, n *yaml.Node, _ string) {
			p.mapping(n, keyReaders{
				"own":          number(func(r *Rule, v int) { r.Thresholds.Own = v }),
				"state_totals": number(func(r *Rule, v int) { r.Thresholds.StateTotals = v }),
				"state":        number(func(r *Rule, v int) { r.Thresholds.State = v }),
				"public":       number(func(r *Rule, v int) { r.Thresholds.Public = v }),
			})
		},
		"outcomes": func(p *ruleParser, n *yaml.Node, _ string) { p.outcomes(n) },
		"review": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.Review = p.oneOf(n, key, "mois", "trimestre", "semestre", "année")
		},
		"source":       text(func(r *Rule, s string) { r.Source = s }),
		"sources":      func(p *ruleParser, n *yaml.Node, key string) { p.sources(n, key) },
		"valid_from":   date(func(r *Rule, d geo.Date) { r.ValidFrom = d }),
		"valid_to":     date(func(r *Rule, d geo.Date) { r.ValidTo = d }),
		"confirmed_on": date(func(r *Rule, d geo.Date) { r.ConfirmedOn = d }),
		"simulation":   func(p *ruleParser, n *yaml.Node, key string) { p.simulation(n, key) },
	}
}

func (p *ruleParser) targets(n *yaml.Node, key string) []Target {
	var out []Target
	for _, item := range p.list(n, key) {
		var t Target
		p.mapping(item, keyReaders{
			"share": func(p *ruleParser, n *yaml.Node, key string) { t.Share = p.fraction(n, key) },
			"from":  func(p *ruleParser, n *yaml.Node, key string) { t.From = p.date(n, key) },
			"to":    func(p *ruleParser, n *yaml.Node, key string) { t.To = p.date(n, key) },
		})
		if t.Share.IsZero() {
			p.fail(item, key, "une clé share", shown(item))
		}
		if len(out) > 0 {
			if last := out[len(out)-1]; last.To.IsZero() || !t.From.After(last.To) {
				p.fail(item, key, "des objectifs qui se suivent sans se recouvrir, par date", "un objectif du "+t.From.String()+" après un objectif jusqu’au "+last.To.String())
			}
		}
		if !t.To.IsZero() && t.To.Before(t.From) {
			p.fail(item, key, "to après from", t.From.String()+" – "+t.To.String())
		}
		out = append(out, t)
	}
	return out
}

// outcomes reads which people a rule counts, which groups of situations are oriented to
// work, and the situations that it groups otherwise than the product.
func (p *ruleParser) outcomes(n *yaml.Node) {
	group := func(n *yaml.Node) outcome.Group {
		g, err := outcome.ParseGroup(n.Value)
		if err != nil {
			p.fail(n, "outcomes", "emploi_durable, formation, autre, aucune ou inconnue", shown(n))
		}
		return g
	}
	p.mapping(n, keyReaders{
		"counted": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.Outcomes.Alone = p.oneOf(n, key, "entrees", "orientes") == "orientes"
		},
		"oriented": func(p *ruleParser, n *yaml.Node, key string) {
			p.rule.Outcomes.Oriented = nil
			for _, v := range p.list(n, key) {
				p.rule.Outcomes.Oriented = append(p.rule.Outcomes.Oriented, group(v))
			}
		},
		"groups": func(p *ruleParser, n *yaml.Node, key string) {
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				for _, v := range p.list(n.Content[i+1], key) {
					p.rule.Outcomes.Add(p.text(v, key), group(n.Content[i]))
				}
			}
		},
	})
}

func (p *ruleParser) sources(n *yaml.Node, key string) {
	for _, item := range p.list(n, key) {
		var s Source
		into := func(to *string) func(*ruleParser, *yaml.Node, string) {
			return func(p *ruleParser, n *yaml.Node, key string) { *to = p.text(n, key) }
		}
		p.mapping(item, keyReaders{"on": into(&s.On), "by": into(&s.By), "said": into(&s.Said), "in": into(&s.In)})
		if s.On == "" || s.By == "" || s.Said == "" {
			p.fail(item, key, "les clés on, by et said", shown(item))
		}
		if _, err := time.Parse("2006", s.On); err != nil {
			if _, err := geo.ParseDate(s.On); err != nil {
				p.fail(item, key, "on : une date AAAA-MM-JJ, ou une année", "« "+s.On+" »")
			}
		}
		p.rule.Sources = append(p.rule.Sources, s)
	}
}

func (p *ruleParser) simulation(n *yaml.Node, key string) {
	s := &Simulation{Unit: "€"}
	p.mapping(n, keyReaders{
		"reference": func(p *ruleParser, n *yaml.Node, key string) { s.Reference = p.text(n, key) },
		"unit":      func(p *ruleParser, n *yaml.Node, key string) { s.Unit = p.text(n, key) },
		"tiers": func(p *ruleParser, n *yaml.Node, key string) {
			for _, item := range p.list(n, key) {
				var t Tier
				p.mapping(item, keyReaders{
					"from":   func(p *ruleParser, n *yaml.Node, key string) { t.From = p.fraction(n, key) },
					"amount": func(p *ruleParser, n *yaml.Node, key string) { t.Amount = int64(p.number(n, key)) },
				})
				if k := len(s.Tiers); t.From.IsZero() || k > 0 && s.Tiers[k-1].From.rat().Cmp(t.From.rat()) >= 0 {
					p.fail(item, key, "des paliers from croissants", shown(item))
				}
				s.Tiers = append(s.Tiers, t)
			}
		},
	})
	if s.Reference == "" || len(s.Tiers) == 0 {
		p.fail(n, key, "une clé reference et des tiers : une simulation cite sa source", shown(n))
	}
	p.rule.Simulation = s
}

func (p *ruleParser) text(n *yaml.Node, key string) string {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
		p.fail(n, key, "un texte", shown(n))
	}
	return strings.TrimSpace(n.Value)
}

func (p *ruleParser) number(n *yaml.Node, key string) int {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		p.fail(n, key, "un nombre entier", shown(n))
	}
	return v
}

func (p *ruleParser) date(n *yaml.Node, key string) geo.Date {
	if n.Tag == "!!null" {
		return geo.Date{}
	}
	d, err := geo.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		p.fail(n, key, "une date AAAA-MM-JJ", shown(n))
	}
	return d
}

func (p *ruleParser) fraction(n *yaml.Node, key string) Fraction {
	f, err := ParseFraction(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		p.fail(n, key, "une part de 0 à 1 : 40 % ou 0.4", shown(n))
	}
	return f
}

func (p *ruleParser) oneOf(n *yaml.Node, key string, values ...string) string {
	if n.Kind != yaml.ScalarNode || !slices.Contains(values, n.Value) {
		p.fail(n, key, strings.Join(values, ", "), shown(n))
	}
	return n.Value
}

func (p *ruleParser) list(n *yaml.Node, key string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		p.fail(n, key, "une liste", shown(n))
		return nil
	}
	return n.Content
}

func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		return "« " + n.Value + " »"
	case yaml.SequenceNode:
		return "une liste"
	}
	return "des clés"
}

func keyNames(keys keyReaders) string {
	names := make([]string, 0, len(keys))
	for k := range keys {
		names = append(names, k)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
