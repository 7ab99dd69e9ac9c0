package main

import (
	"log/slog"
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/quota"
)

// publish writes the reports of several periods, or of one beside what is out already,
// protected together: no number hidden in one is found from the others.
func (in *quotaInputs) publish(std streams, log *slog.Logger) error {
	c := in.cmd
	ids := strings.Split(c.Period, ",")
	if len(ids) > 1 && (c.Output == "" || c.Output == "-") && c.format() != "table" {
		return &fault.Error{Kind: fault.Usage, Message: "plusieurs périodes demandent un nom de fichier", Expected: "-o rapport." + c.format() + ", qui donne rapport-2024-T1." + c.format() + "…"}
	}
	var before *quota.Published
	var err error
	if c.Published != "" {
		if before, err = quota.ReadPublished(c.Published); err != nil {
			return err
		}
	}
	var results []*quota.Result
	for _, id := range ids {
		if id != "" {
			if in.options.Period, err = quota.ParsePeriod(id); err != nil {
				return err
			}
		}
		res, err := in.result()
		if err != nil {
			return err
		}
		results = append(results, res)
	}
	sight := in.rule.Sight(quota.Everybody)
	p, err := quota.Publish(results, sight.Totals, before)
	if err != nil {
		return err
	}
	for _, w := range p.Warnings() {
		log.Warn(w)
	}
	for _, res := range results {
		if err := in.publishOne(std, res, p.Veil(res, sight), len(results) > 1); err != nil {
			return err
		}
	}
	if c.Published == "" {
		return nil
	}
	// Last: what it lists is out.
	return writeWhole(c.Published, std.out, p.After(before).Write)
}

// publishOne writes one period's report; among several, the file's name tells the period.
func (in *quotaInputs) publishOne(std streams, res *quota.Result, veil *quota.Veil, several bool) error {
	reports, err := in.reports(res, veil)
	if err != nil {
		return err
	}
	path := in.cmd.Output
	if several && path != "" && path != "-" {
		ext := filepath.Ext(path)
		path = strings.TrimSuffix(path, ext) + "-" + strings.ReplaceAll(res.Period.ID, "..", "-a-") + ext
	}
	return writeWhole(path, std.out, reports[in.cmd.format()])
}
