package api

import (
	"net/http"
	"strings"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
)

// quota answers with the figures, in the shape of « perimetre quota ».
func (s *API) quota(w http.ResponseWriter, r *http.Request) error {
	p := httpio.Query(r)
	details := p.Bool("details", false)
	q, err := s.Figures.Question(r.Context(), access.Who(r), figures.AskOf(p, figures.InEnglish), p.Bad...)
	if err != nil {
		return err
	}
	body, err := s.Figures.Answer(r.Context(), access.Who(r), q, details)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(body)
	return err
}

// quotaReport returns the figures as a file: a page that prints, a workbook, a table.
func (s *API) quotaReport(w http.ResponseWriter, r *http.Request) error {
	p := httpio.Query(r)
	format := p.OneOf("format", figures.ReportFormats...)
	public := p.Bool("public", false)
	if format == "" {
		format = figures.ReportFormats[0]
	}
	if id := p.Text("frozen"); id != "" {
		if err := p.Err(); err != nil {
			return err
		}
		report, err := s.Figures.FrozenReport(r.Context(), access.Who(r), id, format)
		if err != nil {
			return err
		}
		return sendReport(w, report)
	}
	q, err := s.Figures.Question(r.Context(), access.Who(r), figures.AskOf(p, figures.InEnglish), p.Bad...)
	if err != nil {
		return err
	}
	if public {
		q.Reader = quota.Everybody
	}
	report, err := s.Figures.Report(r.Context(), access.Who(r), q, format)
	if err != nil {
		return err
	}
	return sendReport(w, report)
}

// tables returns the tables of a Mission Locale: indicators by zoning and by what its files
// tell of people.
func (s *API) tables(w http.ResponseWriter, r *http.Request) error {
	p := httpio.Query(r)
	format := p.OneOf("format", figures.CrossFormats...)
	set, err := s.Figures.Crosstabs(r.Context(), access.Who(r), figures.CrossAskOf(p, figures.InEnglish), p.Bad...)
	if err != nil {
		return err
	}
	if format == "" {
		format = figures.CrossFormats[0]
	}
	report, err := figures.CrossReport(set, format)
	if err != nil {
		return err
	}
	return sendReport(w, report)
}

// sendReport answers with a file of figures: a page is shown, the others are downloaded.
func sendReport(w http.ResponseWriter, report *figures.Report) error {
	h := w.Header()
	h.Set("Content-Type", report.Kind)
	if strings.HasPrefix(report.Kind, "text/html") {
		// The page is whole in itself: its style stands in it, nothing else runs.
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals; frame-ancestors 'none'")
	} else {
		h.Set("Content-Disposition", `attachment; filename="`+report.Name+`"`)
	}
	_, err := w.Write(report.Body)
	return err
}

// ruleAnswer is a rule as the API gives it.
type ruleAnswer struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Programme   string         `json:"programme"`
	Counting    quota.Counting `json:"counting"`
	HasTarget   bool           `json:"has_target"`
	Source      string         `json:"source"`
	ConfirmedOn geo.Date       `json:"confirmed_on"`
	Stale       bool           `json:"stale"` // not confirmed for 12 months
	Periods     []string       `json:"periods"`
}

func (s *API) listRules(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	out := []ruleAnswer{}
	for _, name := range s.Figures.RuleNames() {
		rule, err := s.Figures.Rule(r.Context(), name, quota.Period{})
		if err != nil {
			return err
		}
		periods, err := s.Figures.Periods(r.Context(), rule.ID)
		if err != nil {
			return err
		}
		out = append(out, ruleAnswer{name, rule.Name, rule.Programme, rule.Counting, rule.HasTarget(), rule.Source, rule.ConfirmedOn, rule.Stale(geo.Today()), periods})
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"rules": out})
}
