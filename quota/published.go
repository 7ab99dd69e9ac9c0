package quota

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// publishedFormat names the file and its version.
const publishedFormat = "perimetre/publication/1"

// Published is what came out before, with the numbers that were hidden: whoever publishes
// keeps it, so that a later figure does not reveal them, and shows it to nobody.
type Published struct {
	Format   string             `json:"format"`
	Notice   string             `json:"notice"`
	Releases []PublishedRelease `json:"releases"`
}

// PublishedRelease is one result that came out.
type PublishedRelease struct {
	Rule      string          `json:"rule"`
	Period    span            `json:"period"`
	AsOf      geo.Date        `json:"as_of"`
	Threshold int             `json:"threshold"`
	Lines     []PublishedLine `json:"lines"`
}

// PublishedLine is a line with all its counts, and what was hidden of it.
type PublishedLine struct {
	Level      Level    `json:"level"` // 0 a unit, 1 a département, 2 a region, 3 the whole
	Code       string   `json:"code"`
	Counts     [4]int   `json:"counts"`  // entries, in, out, to check
	Decided    [2]int   `json:"decided"` // by a person: in, out
	Hidden     []string `json:"hidden,omitempty"`
	Verdict    Verdict  `json:"verdict"`
	Auto       Verdict  `json:"verdict_auto"`
	Need       int      `json:"need"`
	Share      [2]int64 `json:"share,omitzero"` // the target, where it is one share of the entries
	HidVerdict bool     `json:"hid_verdict,omitempty"`
	HidAuto    bool     `json:"hid_auto,omitempty"`
}

// columnNames are the columns as JSON writes them.
var columnNames = [columnCount]string{"entries", "in", "out", "undecided"}

const publishedNotice = "Contient les nombres cachés : à garder par qui publie, à ne communiquer à personne."

// ReadPublished reads what came out before; a file that does not exist holds nothing.
func ReadPublished(path string) (*Published, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "liste des publications illisible")
	}
	var p Published
	bad := func(seen string, err error) error {
		return &fault.Error{Kind: fault.Input, File: path, Message: "liste des publications illisible", Expected: "le fichier que « perimetre quota --published » a écrit", Seen: seen, Err: err}
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, bad("", err)
	}
	if p.Format != publishedFormat {
		return nil, bad("format « "+p.Format+" »", nil)
	}
	for _, r := range p.Releases {
		if q, err := ParsePeriod(r.Period.ID); err != nil || q.From != r.Period.From || q.To != r.Period.To {
			return nil, bad("période « "+r.Period.ID+" »", nil)
		}
		for _, l := range r.Lines {
			c := l.Counts
			if min(c[0], c[1], c[2], c[3]) < 0 || c[0] != c[1]+c[2]+c[3] || l.Level > LevelTotal || slices.ContainsFunc(l.Hidden, func(c string) bool { return !slices.Contains(columnNames[:], c) }) {
				return nil, bad("des comptes qui ne se tiennent pas, ligne "+l.Code, nil)
			}
		}
	}
	return &p, nil
}

// Write writes the list as indented JSON.
func (p *Published) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

// releases returns what protects results with the releases before them: every release of
// their rule, and each release of another rule that counts the same people over the same period.
func (p *Published) releases(results []*Result) (out []release) {
	if p == nil {
		return nil
	}
	for _, r := range p.Releases {
		m := &Mask{Threshold: r.Threshold, hidden: map[maskKey]bool{}, verdicts: map[lineKey]bool{}, auto: map[lineKey]bool{}}
		x := release{period: r.Period.Period(), past: m}
		for _, l := range r.Lines {
			key := lineKey{l.Level, l.Code}
			x.lines = append(x.lines, releaseLine{key: key, n: l.Counts, decided: l.Decided, verdict: l.Verdict, auto: l.Auto, need: l.Need, share: Fraction{l.Share[0], l.Share[1]}})
			for _, name := range l.Hidden {
				m.hidden[maskKey{key, Column(slices.Index(columnNames[:], name))}] = true
			}
			m.verdicts[key], m.auto[key] = l.HidVerdict, l.HidAuto
		}
		if r.Rule == results[0].Rule.ID || slices.ContainsFunc(results, func(n *Result) bool {
			return n.Period.From == r.Period.From && n.Period.To == r.Period.To && newRelease(n).same(x)
		}) {
			out = append(out, x)
		}
	}
	return out
}

// After returns the list of what is out once a publication is: before, then its results.
func (p *Publication) After(before *Published) *Published {
	out := &Published{Format: publishedFormat, Notice: publishedNotice}
	if before != nil {
		out.Releases = slices.Clone(before.Releases)
	}
	for i, r := range p.releases {
		if r.result == nil {
			continue
		}
		x := PublishedRelease{Rule: r.result.Rule.ID, Period: span(r.period), AsOf: r.result.AsOf, Threshold: p.Threshold}
		for _, l := range r.lines {
			line := PublishedLine{
				Level: l.key.level, Code: l.key.code, Counts: l.n, Decided: l.decided, Verdict: l.verdict, Auto: l.auto, Need: l.need, Share: [2]int64{l.share.Num, l.share.Den},
				HidVerdict: p.masks[i].HidesVerdict(l.key.level, l.key.code), HidAuto: p.masks[i].HidesAuto(l.key.level, l.key.code),
			}
			for c := range columnCount {
				if p.masks[i].Hidden(l.key.level, l.key.code, c) {
					line.Hidden = append(line.Hidden, columnNames[c])
				}
			}
			x.Lines = append(x.Lines, line)
		}
		if n := len(out.Releases); n > 0 && out.Releases[n-1].same(x) {
			continue // written again as it was
		}
		out.Releases = append(out.Releases, x)
	}
	return out
}

func (r PublishedRelease) same(o PublishedRelease) bool {
	return r.Rule == o.Rule && r.Period == o.Period && slices.EqualFunc(r.Lines, o.Lines, func(a, b PublishedLine) bool {
		return a.Level == b.Level && a.Code == b.Code && a.Counts == b.Counts && slices.Equal(a.Hidden, b.Hidden)
	})
}
