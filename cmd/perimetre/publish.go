package main

import (
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/quota"
)

// publish writes the reports of several periods, or of one beside what is out already,
// protected together: no number hidden in one is found from the others.
func (in *quotaInputs) publish(g *Globals, std streams) error {
	c, log := in.cmd, g.messages(std.err)
	ids := strings.Split(c.Period, ",")
	if len(ids) > 1 && (c.Output == "" || c.Output == "-") && c.Format != "table" {
		return &fault.Error{Kind: fault.Usage, Message: "plusieurs périodes demandent un nom de fichier", Expected: "-o rapport." + c.Format + ", qui donne rapport-2024-T1." + c.Format + "…"}
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
		if err := in.publishOne(g, std, res, p.Veil(res, sight), len(results) > 1); err != nil {
			return err
		}
	}
	if c.Published == "" {
		return nil
	}
	// Last: what it lists is out.
	return c.whole(g, std, c.Published, p.After(before).Write)
}

// publishOne writes one period's report; among several, the file's name tells the period.
func (in *quotaInputs) publishOne(g *Globals, std streams, res *quota.Result, veil *quota.Veil, several bool) error {
	reports, err := in.reports(res, veil)
	if err != nil {
		return err
	}
	path := in.cmd.Output
	if several && path != "" && path != "-" {
		ext := filepath.Ext(path)
		path = strings.TrimSuffix(path, ext) + "-" + strings.ReplaceAll(res.Period.ID, "..", "-a-") + ext
	}
	return in.cmd.whole(g, std, path, reports[in.cmd.Format])
}
