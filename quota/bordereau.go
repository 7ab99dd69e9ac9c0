package quota

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota/outcome"
)

// bordereauFormat names the file and its version.
const bordereauFormat = "perimetre/bordereau/1"

// Bordereau is what a Mission Locale sends: counts alone. It holds no row, no
// address, no identifier and no birth date.
type Bordereau struct {
	Format   string   `json:"format"`
	Rule     string   `json:"rule"`
	RuleHash string   `json:"rule_hash"`
	Period   span     `json:"period"`
	Counting Counting `json:"counting"`
	AsOf     geo.Date `json:"as_of"`
	Engine   string   `json:"engine"`
	// SHA256 is the hash of each flagged file behind the counts.
	SHA256 []string `json:"sha256"`
	// MaskedUnder is the least number of people in the finer cells that are shown, where
	// others were hidden from the reader (Sight.Bordereau); 0 in a bordereau as it was sent.
	MaskedUnder int             `json:"masked_under,omitempty"`
	Units       []BordereauUnit `json:"units"`

	file string
}

type span struct {
	ID   string   `json:"id"`
	From geo.Date `json:"from"`
	To   geo.Date `json:"to"`
}

// Period returns the period of the span.
func (s span) Period() Period { return Period(s) }

// BordereauUnit is one unit's counts, a block for each perimeter version.
type BordereauUnit struct {
	Code   string  `json:"code"`
	Name   string  `json:"name,omitempty"`
	Blocks []Block `json:"blocks"`
}

// Block is a unit's counts under one choice of perimeters. Perimeter is the
// version asked for, or "en_vigueur" for those in force at each entry.
type Block struct {
	Perimeter string          `json:"perimeter"`
	Versions  []string        `json:"versions"` // met in the rows
	Packs     []string        `json:"packs"`
	Entries   int             `json:"entries"`
	Parts     []BordereauPart `json:"parts"`
	Breakdown
	Rejected map[Reason]int `json:"rejected,omitempty"`
}

// BordereauPart is a count under one target, null without one.
type BordereauPart struct {
	Target string   `json:"target"`
	From   geo.Date `json:"from"`
	To     geo.Date `json:"to"`
	Count
	hidden hiddenCounts // numbers that are 0 here and null in JSON
}

// maskedPart is a part with some numbers null.
type maskedPart struct {
	Target      string   `json:"target"`
	From        geo.Date `json:"from"`
	To          geo.Date `json:"to"`
	In          int      `json:"in"`
	Out         int      `json:"out"`
	Undecided   int      `json:"undecided"`
	Unlocatable masked   `json:"unlocatable"`
	DecidedIn   masked   `json:"decided_in"`
	DecidedOut  masked   `json:"decided_out"`
	DecidedNone masked   `json:"decided_none"`
}

// masked is a number, or null.
type masked struct {
	n    int
	null bool
}

func (m masked) MarshalJSON() ([]byte, error) {
	if m.null {
		return []byte("null"), nil
	}
	return json.Marshal(m.n)
}

func (m *masked) UnmarshalJSON(b []byte) error {
	*m = masked{null: string(b) == "null"}
	if m.null {
		return nil
	}
	return json.Unmarshal(b, &m.n)
}

// MarshalJSON writes null for the numbers that are hidden.
func (p BordereauPart) MarshalJSON() ([]byte, error) {
	c, h := p.Count, p.hidden
	return json.Marshal(maskedPart{
		Target: p.Target, From: p.From, To: p.To, In: c.In, Out: c.Out, Undecided: c.Undecided, Unlocatable: masked{c.Unlocatable, h.Unlocatable},
		DecidedIn: masked{c.DecidedIn, h.DecidedIn}, DecidedOut: masked{c.DecidedOut, h.DecidedOut}, DecidedNone: masked{c.DecidedNone, h.DecidedNone},
	})
}

// UnmarshalJSON reads a number that is null as hidden.
func (p *BordereauPart) UnmarshalJSON(b []byte) error {
	var m maskedPart
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*p = BordereauPart{
		Target: m.Target, From: m.From, To: m.To, Count: Count{m.In, m.Out, m.Undecided, m.Unlocatable.n, m.DecidedIn.n, m.DecidedOut.n, m.DecidedNone.n},
		hidden: hiddenCounts{m.Unlocatable.null, m.DecidedIn.null, m.DecidedOut.null, m.DecidedNone.null},
	}
	return nil
}

// InForce names the block of the perimeters in force at each entry.
const InForce = "en_vigueur"

// NewBordereau reduces flagged files to counts. Files of the same people flagged under several
// perimeters become a block each: the receiver can replay.
func NewBordereau(files []*Flagged, rule *Rule, o Options, engine string, sha256 []string) (*Bordereau, error) {
	if o.Period.ID == "" {
		o.Period = spanOf(files, rule, o.AsOf)
	}
	b := &Bordereau{
		Format: bordereauFormat, Rule: rule.ID, RuleHash: rule.Fingerprint, Counting: rule.Counting, AsOf: o.AsOf, Engine: engine,
		Period: span{o.Period.ID, o.Period.From, o.Period.To}, SHA256: sha256,
	}
	groups, names := byRegime(files, rule, o)
	units := map[string]*BordereauUnit{}
	for _, name := range names {
		c := countRows(groups[name], rule, o.Period, o.Units)
		for _, t := range c.tallies(rule) {
			u := units[t.Code]
			if u == nil {
				u = &BordereauUnit{Code: t.Code, Name: t.Name}
				units[t.Code] = u
			}
			u.Blocks = append(u.Blocks, c.block(name, t))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(units)) {
		u := units[code]
		for _, k := range u.Blocks {
			if len(u.Blocks) != len(names) || k.Entries != u.Blocks[0].Entries {
				return nil, &fault.Error{
					Kind: fault.Input, Message: "les fichiers signalés sous plusieurs périmètres ne portent pas les mêmes personnes pour la Mission Locale " + code,
					Expected: "le même fichier, signalé une fois par périmètre",
				}
			}
		}
		b.Units = append(b.Units, *u)
	}
	return b, nil
}

// Regime names the perimeters under which the counted rows of a file were flagged: a
// version asked for, or those in force at each entry, also where both say the same.
func (f *Flagged) Regime(rule *Rule, o Options) string {
	if g := countRows([]*Flagged{f}, rule, o.Period, o.Units).regimes(); len(g) > 0 && g[0].forced != "" {
		return g[0].forced
	}
	return InForce
}

// InForceIs reports whether the perimeters in force at the entries that a rule may
// count over the options' period are all of one version: the same people under that
// version are then the people under the perimeters in force.
func (f *Flagged) InForceIs(version string, rule *Rule, o Options) bool {
	for _, k := range countRows([]*Flagged{f}, rule, o.Period, o.Units).candidates {
		if perimeterInForce(k.row) != version {
			return false
		}
	}
	return true
}

// byRegime groups files by the perimeters under which they were flagged, those
// in force first.
func byRegime(files []*Flagged, rule *Rule, o Options) (map[string][]*Flagged, []string) {
	groups := map[string][]*Flagged{}
	for _, f := range files {
		name := f.Regime(rule, o)
		groups[name] = append(groups[name], f)
	}
	names := slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		if (a == InForce) != (b == InForce) {
			if a == InForce {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return groups, names
}

func (c *Counted) block(name string, t Tally) Block {
	k := Block{Perimeter: name, Versions: c.Perimeters, Packs: c.Packs, Entries: t.Sum().N(), Rejected: map[Reason]int{}}
	if b := c.Breakdown[t.Code]; b != nil {
		k.Breakdown = *b
	}
	for _, p := range t.Parts {
		k.Parts = append(k.Parts, BordereauPart{Target: p.Share.String(), From: p.From, To: p.To, Count: p.Count})
	}
	for _, r := range c.Rejected {
		if r.Unit == t.Code {
			k.Rejected[r.Reason] += r.Count
		}
	}
	return k
}

// Write writes the bordereau as indented JSON.
func (b *Bordereau) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(b)
}

// ReadBordereau reads and checks a bordereau.
func ReadBordereau(path string) (*Bordereau, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, &fault.Error{Kind: fault.NotFound, File: path, Message: "bordereau introuvable"}
	}
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "bordereau illisible")
	}
	return ParseBordereau(filepath.Base(path), data)
}

// ParseBordereau reads a bordereau; file names it in faults. Counts that do not
// add up are refused.
func ParseBordereau(file string, data []byte) (*Bordereau, error) {
	var b Bordereau
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: file, Message: "bordereau illisible", Expected: "le JSON de « perimetre quota --bordereau »", Err: err}
	}
	bad := func(expected, seen string) error {
		return &fault.Error{Kind: fault.Input, File: file, Message: "bordereau refusé", Expected: expected, Seen: seen}
	}
	p, err := ParsePeriod(b.Period.ID)
	switch {
	case b.Format != bordereauFormat:
		return nil, bad("format "+bordereauFormat, "« "+b.Format+" »")
	case err != nil || p.From != b.Period.From || p.To != b.Period.To:
		return nil, bad("une période civile et ses dates", b.Period.ID+" du "+b.Period.From.String()+" au "+b.Period.To.String())
	case b.Counting != Entries && b.Counting != FollowUp:
		return nil, bad("counting : entrees ou suivis", "« "+string(b.Counting)+" »")
	case b.Rule == "" || len(b.Units) == 0:
		return nil, bad("une règle et au moins une Mission Locale", "aucune")
	}
	for _, u := range b.Units {
		for _, k := range u.Blocks {
			n := 0
			for _, part := range k.Parts {
				c := part.Count
				n += c.N()
				if min(c.In, c.Out, c.Undecided, c.Unlocatable, c.DecidedIn, c.DecidedOut, c.DecidedNone) < 0 || c.DecidedIn > c.In ||
					c.DecidedOut > c.Out || c.DecidedNone > c.Undecided || c.Unlocatable > c.Undecided {
					return nil, bad("des comptes qui se tiennent", "Mission Locale "+u.Code)
				}
				if _, err := part.share(); err != nil {
					return nil, bad("un objectif comme 40 %", "« "+part.Target+" »")
				}
			}
			if err := k.Outcomes.Check(outcome.Sum{In: k.sum().In, Out: k.sum().Out, Undecided: k.sum().Undecided}); err != nil {
				return nil, bad("des situations à la sortie qui se tiennent", "Mission Locale "+u.Code)
			}
			if n != k.Entries {
				return nil, bad("entries égal à la somme des parts", "Mission Locale "+u.Code)
			}
		}
		if len(u.Blocks) == 0 {
			return nil, bad("au moins un bloc par Mission Locale", u.Code)
		}
	}
	b.file = file
	return &b, nil
}

func (p BordereauPart) share() (Fraction, error) {
	if p.Target == "" {
		return Fraction{}, nil
	}
	return ParseFraction(p.Target)
}
