package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// received is a Mission Locale's line in the list of bordereaux.
type received struct {
	Unit   string     `json:"unit"`
	Name   string     `json:"name"`
	ID     string     `json:"id,omitempty"` // empty: nothing received
	SentAt *time.Time `json:"sent_at"`
	SentBy string     `json:"sent_by,omitempty"`
}

// listBordereaux tells who has sent and who has not, among those that one sees.
func (s *Server) listBordereaux(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	p := httpio.Query(r)
	q, err := s.question(r, p)
	if err != nil {
		return err
	}
	if q.period.ID == "" {
		if q.period, err = s.latestPeriod(r.Context(), q.rule.ID); err != nil {
			return err
		}
	}
	if q.rule, err = s.rule(r.Context(), q.rule.ID, q.period); err != nil {
		return err
	}
	kept, err := s.store.Bordereaux(r.Context(), q.rule.ID, q.period.ID)
	if err != nil {
		return err
	}
	// One made with an earlier version of the rule counts nothing: it is awaited again.
	kept = slices.DeleteFunc(kept, func(b store.Bordereau) bool {
		var of struct {
			RuleHash string `json:"rule_hash"`
		}
		return json.Unmarshal(b.Body, &of) != nil || of.RuleHash != q.rule.Fingerprint
	})
	pack := s.packs.Acquire()
	defer pack.Release()
	who := principalOf(r)
	out := []received{}
	missing := []string{}
	for _, u := range pack.Units() {
		if !who.Sees(u.Code) {
			continue
		}
		line := received{Unit: u.Code, Name: u.Name}
		if i := slices.IndexFunc(kept, func(b store.Bordereau) bool { return b.Unit == u.Code }); i >= 0 {
			line.ID, line.SentAt, line.SentBy = kept[i].ID, &kept[i].SentAt, kept[i].SentBy
		} else {
			missing = append(missing, u.Code)
		}
		out = append(out, line)
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"rule": q.rule.ID, "period": q.period.ID, "expected": len(out), "received": len(out) - len(missing), "missing": missing, "units": out})
}

// sendBody asks for a bordereau: made of one's own rows, or read from a file that
// the command line wrote.
type sendBody struct {
	Unit       string          `json:"unit"`
	Rule       string          `json:"rule"`
	Period     string          `json:"period"`
	Perimeters []string        `json:"perimeters"` // blocks besides that of the perimeters in force
	Bordereau  json.RawMessage `json:"bordereau"`
}

func (s *Server) sendBordereau(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.SendBordereau); err != nil {
		return err
	}
	var body sendBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(body.Unit)
	if err != nil {
		return err
	}
	b, err := s.bordereauOf(r, unit, body)
	if err != nil {
		return err
	}
	kept, err := s.keepBordereau(r.Context(), unit, b, principalOf(r))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, received{Unit: unit, ID: kept.ID, SentAt: &kept.SentAt, SentBy: kept.SentBy})
}

// bordereauOf makes or checks the bordereau that a Mission Locale asks to send.
func (s *Server) bordereauOf(r *http.Request, unit string, body sendBody) (*quota.Bordereau, error) {
	if len(body.Bordereau) > 0 && string(body.Bordereau) != "null" {
		return quota.ParseBordereau("bordereau", body.Bordereau)
	}
	p := httpio.Params{Values: map[string][]string{"rule": {body.Rule}, "period": {body.Period}, "unit": {unit}}}
	q, err := s.question(r, &p)
	if err != nil {
		return nil, err
	}
	if q.period.ID == "" {
		return nil, httpio.Refused("period : la période est attendue, comme 2024-T3")
	}
	return s.bordereau(r.Context(), unit, q.rule, q.period, body.Perimeters)
}

// bordereau counts the rows of a Mission Locale, a block for each perimeter asked
// for after that of the perimeters in force.
func (s *Server) bordereau(ctx context.Context, unit string, rule *quota.Rule, period quota.Period, perimeters []string) (*quota.Bordereau, error) {
	pack := s.packs.Acquire()
	defer pack.Release()
	o, err := s.options(pack, period)
	if err != nil {
		return nil, err
	}
	var files []*quota.Flagged
	var sums []string
	told := map[string]bool{} // a version in force all along the period says what is in force
	for _, perimeter := range append([]string{""}, perimeters...) {
		if perimeter != "" && !slices.Contains(pack.Perimeters(), perimeter) {
			return nil, httpio.Refused("perimeters : version absente du référentiel")
		}
		if perimeter != "" && told[quota.InForce] && files[0].InForceIs(perimeter, rule, o) {
			continue // the rows need not be decided again to say the same
		}
		f, sum, err := s.flagged(ctx, pack, unit, rule, perimeter)
		if err != nil {
			return nil, err
		}
		regime := f.Regime(rule, o)
		if told[regime] {
			continue
		}
		told[regime] = true
		files, sums = append(files, f), append(sums, sum)
	}
	b, err := quota.NewBordereau(files, rule, o, s.cfg.Version, sums)
	if err == nil && len(b.Units) == 0 {
		err = fault.New(fault.NotFound, "aucune entrée à compter dans cette période")
	}
	return b, err
}

// keepBordereau keeps a bordereau of a Mission Locale: it holds nobody else's counts.
func (s *Server) keepBordereau(ctx context.Context, unit string, b *quota.Bordereau, by *access.Principal) (store.Bordereau, error) {
	if len(b.Units) != 1 || b.Units[0].Code != unit {
		return store.Bordereau{}, fault.New(fault.Input, "un bordereau ne porte que les chiffres de la Mission Locale qui l’envoie")
	}
	if b.MaskedUnder > 0 {
		return store.Bordereau{}, fault.New(fault.Input, "ce bordereau n’a pas ses petits nombres : envoyer celui que la Mission Locale a établi")
	}
	var text bytes.Buffer
	if err := b.Write(&text); err != nil {
		return store.Bordereau{}, err
	}
	kept := store.Bordereau{Unit: unit, Rule: b.Rule, Period: b.Period.ID, Body: text.Bytes(), SentBy: by.Name}
	return kept, s.store.Together(ctx, func(t *store.Store) error {
		if err := t.Send(ctx, &kept); err != nil {
			return err
		}
		return t.Record(ctx, by.Entry("bordereau envoyé", unit, kept.ID, 1))
	})
}

// ownBordereau finds the bordereau that the path names, when one may see it.
func (s *Server) ownBordereau(r *http.Request) (store.Bordereau, error) {
	b, err := s.store.Bordereau(r.Context(), mux.Vars(r)["id"])
	if err == nil && !principalOf(r).Sees(b.Unit) {
		err = fault.New(fault.NotFound, "bordereau introuvable")
	}
	return b, err
}

// getBordereau gives a bordereau that one may see: as it was sent to its Mission
// Locale, without its small numbers to the services de l'État.
func (s *Server) getBordereau(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	b, err := s.ownBordereau(r)
	if err != nil {
		return err
	}
	body := b.Body
	if !slices.Contains(principalOf(r).Units, b.Unit) {
		if body, err = s.seenByState(r.Context(), &b); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(body)
	return err
}

// seenByState writes what the services de l'État see of a bordereau.
func (s *Server) seenByState(ctx context.Context, b *store.Bordereau) ([]byte, error) {
	parsed, err := quota.ParseBordereau("bordereau "+b.Unit, b.Body)
	if err != nil {
		return nil, err
	}
	rule, err := s.rule(ctx, b.Rule, parsed.Period.Period())
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = rule.Sight(quota.StatePartners).Bordereau(parsed).Write(&text)
	return text.Bytes(), err
}

// sentCounts are a unit's counts in a bordereau, under the perimeters in force.
type sentCounts struct {
	ID     string     `json:"id,omitempty"` // empty: not sent, the rows of now
	SentAt *time.Time `json:"sent_at"`
	*countsOf
}

func countsSent(b *store.Bordereau) (*sentCounts, error) {
	parsed, err := quota.ParseBordereau("bordereau "+b.Unit, b.Body)
	if err != nil {
		return nil, err
	}
	return &sentCounts{b.ID, &b.SentAt, countsIn(parsed, b.Unit)}, nil
}

func countsIn(b *quota.Bordereau, unit string) *countsOf {
	x, ok := b.Stand(unit, "")
	if !ok {
		return &countsOf{Code: unit}
	}
	n := x.In + x.Out + x.Undecided
	return &countsOf{Code: unit, Entries: &n, In: &x.In, Out: &x.Out, Undecided: &x.Undecided}
}

// bordereauDifference tells what a bordereau says otherwise than the one that its
// Mission Locale sent before, and, to the Mission Locale, what its rows say today:
// a late import restates a closed quarter.
func (s *Server) bordereauDifference(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadFigures); err != nil {
		return err
	}
	ctx, who := r.Context(), principalOf(r)
	b, err := s.ownBordereau(r)
	if err != nil {
		return err
	}
	out := struct {
		Rule     string      `json:"rule"`
		Period   string      `json:"period"`
		Unit     string      `json:"unit"`
		Sent     *sentCounts `json:"sent"`
		Previous *sentCounts `json:"previous"` // null: the first one
		Live     *sentCounts `json:"live"`     // null: to the services de l'État, or without rows
		// RowsRemoved tells that rows of the period may have gone with age.
		RowsRemoved bool `json:"rows_removed"`
	}{Rule: b.Rule, Period: b.Period, Unit: b.Unit}
	if out.Sent, err = countsSent(&b); err != nil {
		return err
	}
	was, again, err := s.store.Replaced(ctx, &b)
	if err == nil && again {
		out.Previous, err = countsSent(&was)
	}
	if err != nil {
		return err
	}
	if slices.Contains(who.Units, b.Unit) {
		live, err := s.bordereauOf(r, b.Unit, sendBody{Rule: b.Rule, Period: b.Period})
		switch {
		case err == nil:
			out.Live = &sentCounts{countsOf: countsIn(live, b.Unit)}
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		x, err := s.settlement(ctx)
		if err != nil {
			return err
		}
		if p, err := quota.ParsePeriod(b.Period); err == nil {
			out.RowsRemoved = x.removed(b.Unit, p, time.Now())
		}
	}
	return httpio.WriteJSON(w, http.StatusOK, out)
}
