package report

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strings"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/quota"
)

// ReadDocument reads figures that View.JSON wrote.
func ReadDocument(b []byte) (*Document, error) {
	var d Document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "chiffres illisibles")
	}
	return &d, nil
}

// Meeting is what the sheets of a quarterly meeting say: figures in a document, live or
// frozen, and who was expected to send some.
type Meeting struct {
	Title, Period, Counting, Perimeter, Source, Pack, Engine string
	// State is « provisoire » or « arrêté au 02/10/2024 »; Detail says of whom and when.
	State, Detail string
	Drawn         string
	// Expected are the units of the meeting, in the order in which they are shown; those
	// without figures have sent nothing.
	Expected []Expected
	// Observations are by code of unit, "" for the observations of all.
	Observations map[string]string
	Figures      *Document
}

// Expected is a unit of a meeting.
type Expected struct{ Code, Name string }

// Sheet is one unit's page, or the whole on the first page.
type Sheet struct {
	Line
	Received     bool
	Verdict      string   // quota's word for it; "" when hidden or not received
	Sentence     string   // the answer, in one sentence
	Reserves     []string // names of the doubts that mark the figures
	Observations string
	Chart        template.HTML
}

// Sheets returns the page of each unit, received or not, and the figures of those
// received together.
func (m *Meeting) Sheets() (sheets []Sheet, total Sheet) {
	at := map[string]*DocumentUnit{}
	for i := range m.Figures.Units {
		at[m.Figures.Units[i].Code] = &m.Figures.Units[i]
	}
	expected := m.Expected
	for i := range m.Figures.Units { // who has sent figures without being expected is shown too
		if u := &m.Figures.Units[i]; !m.expects(u.Code) {
			expected = append(expected[:len(expected):len(expected)], Expected{u.Code, u.name()})
		}
	}
	doubts := m.Figures.doubts()
	for _, e := range expected {
		u := at[e.Code]
		if u == nil {
			sheets = append(sheets, Sheet{Line: Line{Code: e.Code, Name: e.Name, N: "–", In: "–", Out: "–", Undecided: "–", Share: "–", Range: "–", Target: "–", VerdictText: "Non reçu"},
				Sentence: "Le bordereau de la période n’est pas reçu.", Observations: m.said(e.Code)})
			continue
		}
		s := u.sheet(doubts[e.Code])
		s.Beside, s.Pace = m.Figures.beside(e.Code), m.Figures.pace(e.Code)
		if e.Name != "" {
			s.Name = e.Name
		}
		s.Received, s.Observations = true, m.said(e.Code)
		sheets = append(sheets, s)
	}
	total = m.Figures.Total.sheet(nil)
	total.Beside, total.Pace = m.Figures.beside(m.Figures.Total.Code), m.Figures.pace(m.Figures.Total.Code)
	total.Name, total.Received, total.Observations = "Ensemble", true, m.said("")
	return sheets, total
}

func (m *Meeting) expects(code string) bool {
	for _, e := range m.Expected {
		if e.Code == code {
			return true
		}
	}
	return false
}

// Lengths in characters of the observations that a unit's page holds beside the rest, and
// that the synthesis holds beside the table of a dozen units or more.
const mostSaid, mostSaidBesideMany = 900, 350

func (m *Meeting) said(code string) string {
	most := mostSaid
	if code == "" && len(m.Expected) > 12 {
		most = mostSaidBesideMany
	}
	r := []rune(m.Observations[code])
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most])) + "… (suite dans l’état arrêté)"
}

func (u *DocumentUnit) name() string {
	if u.Name != nil {
		return *u.Name
	}
	return u.Code
}

// sheet words a unit of a document. What a reader does not see is « • ».
func (u *DocumentUnit) sheet(doubts []quota.Doubt) Sheet {
	number := func(n *int) string {
		if n == nil {
			return hidden
		}
		return french.Integer(*n)
	}
	s := Sheet{Line: Line{
		Code: u.Code, Name: u.name(), N: number(u.Entries), In: number(u.In), Out: number(u.Out), Undecided: number(u.Undecided), Share: hidden, Range: hidden, Target: "–",
		VerdictText: "Caché", Expected: "–", Short: "–", Missing: "–", MissingMix: "–", Flip: "–",
	}}
	s.Hidden = u.Entries == nil || u.In == nil || u.Out == nil || u.Undecided == nil
	if u.Target != nil {
		s.TargetShare, s.HasTarget, s.Target = *u.Target, true, french.Chosen(*u.Target, 2)
	}
	if u.ExpectedShare != nil {
		s.Expected = french.Percent(*u.ExpectedShare)
	}
	if !s.Hidden {
		a := quota.Assessment{Count: quota.Count{In: *u.In, Out: *u.Out, Undecided: *u.Undecided}}
		s.Share, s.Range = shareText(a), rangeText(a)
		s.Low, s.HasShare = a.ShareMin()
		s.High, _ = a.ShareMax()
	}
	if u.Verdict != nil {
		s.Verdict = *u.Verdict
		s.Line.Verdict = quota.Verdict(*u.Verdict)
		s.VerdictText, s.Sign = VerdictText(s.Line.Verdict)
		if u.VerdictAuto != nil && *u.VerdictAuto != *u.Verdict {
			s.Auto, _ = VerdictText(quota.Verdict(*u.VerdictAuto))
		}
	}
	if u.Reread != nil {
		s.Reread = u.Reread.String()
	}
	if u.Target != nil && !s.Hidden && *u.Entries > 0 {
		// Residents alone always reach a target under 100 %, if it is one.
		common := u.Missing != nil || *u.Target >= 1
		s.Missing, s.MissingMix = missingText(common, u.Missing), missingText(common, u.MissingAtMix)
		if u.Short != nil {
			s.Short = french.Integer(*u.Short)
		}
	}
	if u.Flip != nil {
		s.Flip = french.Integer(u.Flip.ToReach) + " oui ou " + french.Integer(u.Flip.ToMiss) + " non"
	}
	for _, d := range doubts {
		s.Doubts = append(s.Doubts, french.Capital(d.Name()))
		if d.Grave() {
			s.Reserved, s.Reserves = true, append(s.Reserves, d.Name())
		}
	}
	s.Sentence = s.VerdictText + french.Thin + ": " + s.Share
	if s.HasTarget {
		s.Sentence += ", objectif " + s.Target
	}
	s.Sentence += "."
	if s.HasShare {
		one := &View{Title: s.Name, Headline: s.Sentence}
		s.Chart = template.HTML(strings.ReplaceAll(string(one.chart([]Line{s.Line})), "chart-", "chart-"+template.HTMLEscapeString(u.Code)+"-")) // an identifier a page
	}
	return s
}

// doubts returns what is doubtful of each unit's figures, by code.
func (d *Document) doubts() map[string][]quota.Doubt {
	out := map[string][]quota.Doubt{}
	if d.Details != nil {
		for _, x := range d.Details.Doubts {
			out[x.Code] = append(out[x.Code], x.Doubt)
		}
	}
	return out
}

// beside says the count of a unit that the rule does not take, or nothing.
func (d *Document) beside(code string) string {
	if d.Details == nil {
		return ""
	}
	for _, b := range d.Details.Outcomes {
		if b.Code == code {
			return b.text()
		}
	}
	return ""
}

// pace says what remains to do by the end of the period, as the figures were drawn.
func (d *Document) pace(code string) string {
	if d.Details == nil {
		return ""
	}
	for _, p := range d.Details.Pace {
		if p.Code == code {
			return paceText(&quota.Pace{Period: p.Period}, d.Period)
		}
	}
	return ""
}

//go:embed fiches.gohtml
var fichesSource string

var fichesPage = template.Must(template.New("fiches").Parse(fichesSource))

// mostOnSynthesis is the number of units whose bars fit on the first page with the table.
const mostOnSynthesis = 20

// Fiches writes the sheets of a meeting as a page that prints on A4: the synthesis, then
// one page a unit, each with the state and the place of the signatures.
func (m *Meeting) Fiches(w io.Writer) error {
	sheets, total := m.Sheets()
	var verdicts, missing []string
	var lines []Line
	var doubts []string // in the order met
	doubted := map[string][]string{}
	for i := range sheets {
		s := &sheets[i]
		if !s.Received {
			missing = append(missing, s.Name)
			continue
		}
		verdicts = append(verdicts, s.Verdict)
		lines = append(lines, s.Line)
		for _, d := range s.Reserves {
			if doubted[d] == nil {
				doubts = append(doubts, d)
			}
			doubted[d] = append(doubted[d], s.Name)
		}
	}
	// Rows bear a star and each sheet its own doubts: the synthesis names a few.
	for i, d := range doubts {
		who := few(doubted[d], 4)
		if n := len(doubted[d]); n == len(verdicts) && n > 1 {
			who = "toutes"
		}
		doubts[i] = d + " (" + who + ")"
	}
	if len(sheets) > mostOnSynthesis && len(missing) > 0 {
		missing = []string{few(missing, 8)}
	}
	var chart template.HTML
	if len(lines) > 0 && len(sheets) <= mostOnSynthesis {
		chart = (&View{Title: m.Title, Headline: french.Verdicts(len(sheets), verdicts)}).chart(lines)
	}
	return fichesPage.Execute(w, struct {
		*Meeting
		Sheets            []Sheet
		Total             Sheet
		Summary, Received string
		Missing, Reserved []string
		Chart             template.HTML
		Many              bool
	}{m, sheets, total, french.Verdicts(len(sheets), verdicts), french.Received(len(verdicts), len(sheets)), missing, doubts, chart, len(sheets) > mostOnSynthesis})
}
