package figures

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Meeting returns what the sheets of a question say today: every Mission Locale that the
// principal sees, received or not.
func (s *Service) Meeting(ctx context.Context, who *access.Principal, q Question) (*report.Meeting, error) {
	res, err := s.Quota(ctx, who, q)
	if err != nil {
		return nil, err
	}
	q.Period = res.Period
	o := report.Options{Reader: q.Reader, Details: true, Engine: s.Version}
	view := report.NewView(res, o)
	var b bytes.Buffer
	if err := view.JSON(&b, o); err != nil {
		return nil, err
	}
	d, err := report.ReadDocument(b.Bytes())
	if err != nil {
		return nil, err
	}
	m := &report.Meeting{
		Title: view.Title, Period: view.Period, Counting: view.Counting, Perimeter: view.Perimeter, Source: view.Source, Pack: view.Pack, Engine: s.Version,
		State: "provisoire", Drawn: view.Drawn, Figures: d,
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	for _, u := range pack.Units() {
		if q.Unit == u.Code || q.Unit == "" && who.Sees(u.Code) {
			m.Expected = append(m.Expected, report.Expected{Code: u.Code, Name: u.Name})
		}
	}
	m.Observations, err = s.observations(ctx, who, q, nil)
	return m, err
}

// FrozenMeeting returns what the sheets of a frozen state say: the state alone.
func (s *Service) FrozenMeeting(ctx context.Context, who *access.Principal, id string) (*report.Meeting, *State, error) {
	f, err := s.State(ctx, who, id)
	if err != nil {
		return nil, nil, err
	}
	d, err := f.Document()
	if err != nil {
		return nil, nil, err
	}
	m := &report.Meeting{
		Title: f.Title, Period: report.PeriodText(d.Period), Counting: f.Counting, Perimeter: f.Under, Source: f.Source, Pack: strings.ReplaceAll(f.Pack, "|", ", "), Engine: s.Version,
		State: f.Stamp(), Detail: "« " + f.Name + " », par " + f.FrozenBy, Drawn: f.Drawn, Figures: d, Observations: maps.Clone(f.UnitObservations),
	}
	if m.Title == "" { // frozen before states kept it
		m.Title, m.Counting, m.Drawn = f.Rule, "entrées", french.Date(d.AsOf)
	}
	if m.Observations == nil {
		m.Observations = map[string]string{}
	}
	m.Observations[""] = f.Observations
	if f.SupersededBy != "" {
		m.Detail += ", remplacé depuis par un autre état"
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	for _, code := range f.expected(d) {
		m.Expected = append(m.Expected, report.Expected{Code: code, Name: pack.UnitName(code)})
	}
	return m, f, nil
}

// Stamp returns what stands on every page of a frozen state: « arrêté au 02/10/2024 ».
func (f *State) Stamp() string {
	return "arrêté au " + french.Date(geo.DateOf(f.FrozenAt.In(geo.Paris)))
}

// expected returns the Missions Locales of a state: those that it names, or, of a state
// of before, those that had sent and those that had not.
func (f *Frozen) expected(d *report.Document) []string {
	if len(f.Expected) > 0 {
		return f.Expected
	}
	out := slices.Clone(f.Missing)
	for i := range d.Units {
		out = append(out, d.Units[i].Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sheets returns the sheets of a question as a page that prints. The audit log tells it.
func (s *Service) sheets(ctx context.Context, who *access.Principal, q Question) (*Report, error) {
	m, err := s.Meeting(ctx, who, q)
	if err != nil {
		return nil, err
	}
	return s.fiches(ctx, who, m, q.Unit, m.Figures.Period.ID)
}

func (s *Service) fiches(ctx context.Context, who *access.Principal, m *report.Meeting, unit, period string) (*Report, error) {
	var b bytes.Buffer
	err := m.Fiches(&b)
	if err == nil {
		err = who.Record(ctx, s.Store, "rapport fiches", unit, period, 1)
	}
	if err != nil {
		return nil, err
	}
	return &Report{"text/html; charset=utf-8", reportName("fiches", period, "html"), b.Bytes()}, nil
}

// FrozenReport returns a frozen state as a file of one of ReportFormats: its figures
// alone, whatever was received since.
func (s *Service) FrozenReport(ctx context.Context, who *access.Principal, id, format string) (*Report, error) {
	m, f, err := s.FrozenMeeting(ctx, who, id)
	if err != nil {
		return nil, err
	}
	switch format {
	case "html", "fiches":
		return s.fiches(ctx, who, m, f.Owner, f.Period)
	case "json":
		return &Report{"application/json; charset=utf-8", reportName("etat", f.Period, format), f.Figures}, nil
	}
	var b bytes.Buffer
	kind := "text/csv; charset=utf-8"
	if format == "xlsx" {
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	out, err := export.Create("-", export.Options{Stdout: &b, Workbook: format == "xlsx"})
	if err == nil {
		if err = f.WriteTable(out); err == nil {
			err = out.Close()
		}
	}
	if err == nil {
		err = who.Record(ctx, s.Store, "rapport "+format, f.Owner, f.Period, 1)
	}
	if err != nil {
		return nil, err
	}
	return &Report{kind, reportName("etat", f.Period, format), b.Bytes()}, nil
}

// Observation is what a Mission Locale says of its figures before they are frozen.
type Observation struct {
	Text string    `json:"text"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// observationSetting names the settings that keep observations, before the rule, the
// period and the code of the Mission Locale.
const observationSetting = "observation/"

func observationName(rule, period, unit string) string {
	return observationSetting + rule + "/" + period + "/" + unit
}

// Observe keeps what a Mission Locale says of its figures of a period, in place of what
// it said before; empty takes it back. Once they are frozen it is too late.
func (s *Service) Observe(ctx context.Context, who *access.Principal, a Ask, text string) error {
	if err := who.May(access.SendBordereau); err != nil {
		return err
	}
	q, err := s.question(ctx, who, a)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	switch {
	case q.Period.ID == "":
		return httpio.Refused("period : la période est attendue, comme 2024-T3")
	case len(text) > mostObservations:
		return httpio.Refused("observation : 5 000 caractères au plus")
	}
	if frozen, err := s.frozenOver(ctx, q); err != nil {
		return err
	} else if frozen != nil {
		return fault.New(fault.Conflict, "les chiffres de la période sont déjà arrêtés (« %s », %s)", frozen.Name, frozen.Stamp())
	}
	b, err := json.Marshal(Observation{Text: text, By: who.Name, At: time.Now().UTC()})
	if err != nil {
		return err
	}
	return access.Recorded(ctx, s.Store, who.Entry("observation avant l’arrêté", q.Unit, q.Period.ID, 1), func(t *store.Store) error {
		return t.Set(ctx, observationName(q.Rule.ID, q.Period.ID, q.Unit), string(b))
	})
}

// frozenOver returns the State's state in force that holds a Mission Locale's figures of a
// question, or nil.
func (s *Service) frozenOver(ctx context.Context, q Question) (*State, error) {
	list, err := s.Store.FrozenStates(ctx, "")
	for i := range list { // the last frozen first
		var body Frozen
		if list[i].Rule == q.Rule.ID && list[i].Period == q.Period.ID && json.Unmarshal(list[i].Body, &body) == nil && slices.Contains(body.Expected, q.Unit) {
			state := stateOf(&list[i], &body)
			return &state, err
		}
	}
	return nil, err
}

// OwnLine returns what the services de l'État froze of a Mission Locale's figures: the
// state and its line alone; nil when they have frozen nothing, a nil line when nothing had
// been received.
func (s *Service) OwnLine(ctx context.Context, who *access.Principal, q Question) (*State, *report.DocumentUnit, error) {
	if err := mayCount(who, q.Unit); err != nil {
		return nil, nil, err
	}
	f, err := s.frozenOver(ctx, q)
	if f == nil || err != nil {
		return nil, nil, err
	}
	d, err := f.Document()
	if err != nil {
		return nil, nil, err
	}
	state := *f
	state.Frozen = nil // the others' lines are not one's own
	for i := range d.Units {
		if d.Units[i].Code == q.Unit {
			return &state, &d.Units[i], nil
		}
	}
	return &state, nil, nil
}

// Observed returns what a Mission Locale of the principal's said of its figures; zero for
// nothing.
func (s *Service) Observed(ctx context.Context, who *access.Principal, q Question) (o Observation, err error) {
	if err := mayCount(who, q.Unit); err != nil {
		return o, err
	}
	text, err := s.Store.Setting(ctx, observationName(q.Rule.ID, q.Period.ID, q.Unit))
	if err != nil || text == "" {
		return o, err
	}
	return o, json.Unmarshal([]byte(text), &o)
}

// observations returns, by code, what the Missions Locales that the principal sees said
// of a question's figures, and over it what is written in their place.
func (s *Service) observations(ctx context.Context, who *access.Principal, q Question, over map[string]string) (map[string]string, error) {
	said, codes, err := kept[Observation](ctx, s.Store, observationName(q.Rule.ID, q.Period.ID, ""))
	out := map[string]string{}
	for i, code := range codes {
		if who.Sees(code) && said[i].Text != "" {
			out[code] = said[i].Text
		}
	}
	maps.Copy(out, over)
	return out, err
}

// Observations returns what the Missions Locales that a principal sees said of a
// question's figures, by code.
func (s *Service) Observations(ctx context.Context, who *access.Principal, q Question) (map[string]string, error) {
	if err := who.May(access.ReadFigures); err != nil {
		return nil, err
	}
	return s.observations(ctx, who, q, nil)
}

// Stage is how far the meeting of a period has come.
type Stage string

// The stages, in order.
const (
	Running     Stage = "en_cours"     // bordereaux are awaited
	Complete    Stage = "transmis"     // every Mission Locale has sent
	Discussed   Stage = "observations" // some have written what they say of it
	FrozenStage Stage = "arrete"
)

// StageOf returns the stage of a question's figures.
func (s *Service) StageOf(ctx context.Context, who *access.Principal, q Question, r *Returns) (Stage, error) {
	id, err := s.inForce(ctx, who, q)
	if err != nil || id != "" {
		return FrozenStage, err
	}
	said, err := s.Observations(ctx, who, q)
	switch {
	case len(said) > 0:
		return Discussed, err
	case r.Expected > 0 && r.Received == r.Expected:
		return Complete, err
	}
	return Running, err
}
