package figures

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
)

// Answer returns the figures of a question as JSON, in the shape of « perimetre quota ». The
// audit log records it when they are a Mission Locale's own.
func (s *Service) Answer(ctx context.Context, who *access.Principal, q Question, details bool) (json.RawMessage, error) {
	res, err := s.Quota(ctx, who, q)
	if err != nil {
		return nil, err
	}
	body, err := s.document(res, q.Reader, details)
	if err != nil {
		return nil, err
	}
	if q.Unit != "" {
		err = who.Record(ctx, s.Store, "calcul d’un quota", q.Unit, res.Period.ID, 1)
	}
	return body, err
}

// document returns a quota as JSON.
func (s *Service) document(res *quota.Result, reader quota.Reader, details bool) (json.RawMessage, error) {
	var b bytes.Buffer
	o := report.Options{Reader: reader, Details: details, Engine: s.Version}
	err := report.NewView(res, o).JSON(&b, o)
	return b.Bytes(), err
}

// ReportFormats are the formats of a report; the first is the one of who names none.
var ReportFormats = []string{"html", "csv", "xlsx", "json", "fiches"}

// Report is figures as a file.
type Report struct {
	Kind string // content type
	Name string // of the file
	Body []byte
}

// Report returns the figures of a question as a file of one of ReportFormats: a page that
// prints, a table, a workbook, a document. The audit log records it.
func (s *Service) Report(ctx context.Context, who *access.Principal, q Question, format string) (*Report, error) {
	if format == "fiches" {
		return s.sheets(ctx, who, q)
	}
	res, err := s.Quota(ctx, who, q)
	if err != nil {
		return nil, err
	}
	o := report.Options{Reader: q.Reader, Engine: s.Version}
	if q.Reader == quota.Everybody {
		if o.Veil, err = s.publicVeil(ctx, who, q, res); err != nil {
			return nil, err
		}
	}
	view := report.NewView(res, o)
	view.State = "provisoire" // a period that has ended is not frozen for all that
	var b bytes.Buffer
	kind := "application/json; charset=utf-8"
	switch format {
	case "csv":
		kind, err = "text/csv; charset=utf-8", view.CSV(&b)
	case "xlsx":
		kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", view.XLSX(&b)
	case "json":
		err = view.JSON(&b, o)
	default:
		kind, err = "text/html; charset=utf-8", view.HTML(&b)
	}
	if err == nil {
		err = who.Record(ctx, s.Store, "rapport "+format, q.Unit, res.Period.ID, 1)
	}
	if err != nil {
		return nil, err
	}
	return &Report{kind, reportName("quota", res.Period.ID, format), b.Bytes()}, nil
}

func reportName(what, period, format string) string {
	return what + "-" + strings.ReplaceAll(period, "..", "-a-") + "." + format
}
