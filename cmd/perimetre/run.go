package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"perimetre/batch"
	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
)

type runCmd struct {
	trialFlag
	Plan    string `arg:"" name:"plan" help:"Plan YAML : entrée, colonnes, règle, rapports, seuils."`
	Summary string `placeholder:"FICHIER" help:"Écrit aussi le bilan dans ce fichier."`
}

// summaryName is the file of the run's account, in the folder of its outputs.
const summaryName = "bilan.json"

// runSummary is what a run did, and how it differs from the one before.
type runSummary struct {
	Flag     batch.Summary `json:"flag"`
	Entries  int           `json:"entries"`
	Rejected int           `json:"rejected"`
	// Difference is this run less the previous one, null for the first.
	Difference *runDifference `json:"difference"`
	Alerts     []string       `json:"alerts"`
}

type runDifference struct {
	Rows   int            `json:"rows"`
	Status map[string]int `json:"result_status"`
	Faults map[string]int `json:"result_faults"`
	QPV    map[string]int `json:"qpv_statut"`
}

// Run flags the plan's file, computes its quota and writes its reports into a
// new folder, which takes the place of the previous one whole.
func (c runCmd) Run(ctx context.Context, g *Globals, std streams) error {
	p, err := readPlan(c.Plan)
	if err != nil {
		return err
	}
	if len(p.Pack) > 0 {
		g.Pack = p.Pack
	}
	if !c.DryRun {
		if err := restoreOutput(p.Output); err != nil {
			return err
		}
	}
	work, err := atomicfile.TempDir(filepath.Dir(p.Output), "."+filepath.Base(p.Output)+".tmp-")
	if err != nil {
		return &fault.Error{Kind: fault.Input, File: p.Output, Message: "impossible d’écrire à côté de ce dossier", Err: err}
	}
	defer work.Remove() // gone once in place
	sum, err := c.fill(ctx, g, std, p, work.Path)
	if err != nil {
		return err
	}
	log := g.messages(std.err)
	if c.DryRun {
		c.say(g, std, "les rapports iraient dans "+p.Output)
		return review(log, sum.Alerts)
	}
	if err := putInPlace(work.Path, p.Output); err != nil {
		return err
	}
	if c.Summary != "" {
		b, err := os.ReadFile(filepath.Join(p.Output, summaryName))
		if err != nil {
			return fault.Wrap(fault.Internal, err, "bilan illisible")
		}
		err = writeWhole(c.Summary, std.out, func(w io.Writer) error { _, err := w.Write(b); return err })
		if err != nil {
			return err
		}
	}
	log.Info("Rapports dans " + p.Output)
	return review(log, sum.Alerts)
}

// review tells the thresholds that a run passed, and ends with the first.
func review(log *slog.Logger, alerts []string) error {
	for _, a := range alerts {
		log.Warn(a)
	}
	if len(alerts) > 0 {
		return fault.New(fault.Review, "%s", alerts[0])
	}
	return nil
}

// fill writes every output of the plan into a folder.
func (c runCmd) fill(ctx context.Context, g *Globals, std streams, p *plan, dir string) (*runSummary, error) {
	flagged := filepath.Join(dir, p.flaggedName())
	account := filepath.Join(dir, summaryName)
	err := p.flagCommand(flagged, account).Run(ctx, g, std)
	if err != nil {
		return nil, err
	}
	var sum runSummary
	if err := readJSON(account, &sum.Flag); err != nil {
		return nil, err
	}
	q := p.quotaCommand(flagged)
	in, err := q.read(std, g)
	if err != nil {
		return nil, err
	}
	res, err := in.result()
	if err != nil {
		return nil, err
	}
	reports, err := in.reports(res, nil)
	if err != nil {
		return nil, err
	}
	for _, format := range p.Reports {
		if format == "bordereau" {
			b, err := in.bordereau()
			if err != nil {
				return nil, err
			}
			if err := writeWhole(filepath.Join(dir, "bordereau.json"), nil, b.Write); err != nil {
				return nil, err
			}
			continue
		}
		name := "quota." + format
		if format == "table" {
			name = "quota.txt"
		}
		if err := writeWhole(filepath.Join(dir, name), nil, reports[format]); err != nil {
			return nil, err
		}
	}
	sum.Entries, sum.Rejected = res.Total.N(), rejections(res)
	var previous *runSummary
	var before runSummary
	if err := readJSON(filepath.Join(p.Output, summaryName), &before); err == nil {
		previous = &before
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if sum.Alerts, err = p.alerts(g, &sum, previous); err != nil {
		return nil, err
	}
	if previous != nil {
		a, b := sum.Flag, previous.Flag
		sum.Difference = &runDifference{a.Rows - b.Rows, less(a.Status, b.Status), less(a.Faults, b.Faults), less(a.QPV, b.QPV)}
	}
	return &sum, writeWhole(account, nil, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(sum)
	})
}

// alerts returns the thresholds that the run passed, in French.
func (p *plan) alerts(g *Globals, sum, previous *runSummary) ([]string, error) {
	out := []string{}
	t := p.Thresholds
	if n, rows := sum.Flag.QPV[string(residency.Undecided)], sum.Flag.Rows; t.MaxUndecided.past(n, rows) {
		out = append(out, fmt.Sprintf("Dossiers à vérifier : %s sur %s, plus que le seuil de %s.", french.Integer(n), french.Integer(rows), t.MaxUndecided))
	}
	if previous != nil {
		if drop := previous.Flag.Rows - sum.Flag.Rows; drop > 0 && t.MaxDrop.past(drop, previous.Flag.Rows) {
			out = append(out, fmt.Sprintf("Lignes : %s de moins que les %s de la fois précédente, plus que le seuil de %s.", french.Integer(drop), french.Integer(previous.Flag.Rows), t.MaxDrop))
		}
	}
	if t.MaxPackAge == nil {
		return out, nil
	}
	pack, err := g.openPack()
	if err != nil {
		return nil, err
	}
	defer pack.Close()
	oldest := slices.MinFunc(pack.Manifests, func(a, b data.Manifest) int { return a.BuiltAt.Compare(b.BuiltAt) }).BuiltAt
	if days := int(p.AsOf.orToday().Time().Sub(geo.DateOf(oldest).Time()).Hours() / 24); days > *t.MaxPackAge {
		out = append(out, fmt.Sprintf("Référentiel géographique : construit il y a %d jours, plus que le seuil de %d.", days, *t.MaxPackAge))
	}
	return out, nil
}

func less(a, b map[string]int) map[string]int {
	out := map[string]int{}
	for k, n := range a {
		out[k] = n - b[k]
	}
	for k, n := range b {
		if _, ok := a[k]; !ok {
			out[k] = -n
		}
	}
	return out
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return &fault.Error{Kind: fault.Corrupt, File: path, Message: "bilan illisible", Err: err}
	}
	return nil
}

// aside returns where the previous outputs stand while the new ones take their place.
func aside(output string) string {
	return filepath.Join(filepath.Dir(output), "."+filepath.Base(output)+".precedent")
}

// restoreOutput puts back outputs that a killed run left aside.
func restoreOutput(output string) error {
	if _, err := os.Stat(output); err == nil {
		return os.RemoveAll(aside(output))
	}
	if _, err := os.Stat(aside(output)); err != nil {
		return nil
	}
	return atomicfile.Rename(aside(output), output)
}

// putInPlace replaces a folder by another, whole: at no time is it half written.
func putInPlace(work, output string) error {
	if err := os.Chmod(work, 0o755); err != nil {
		return fault.Wrap(fault.Internal, err, "droits de %s", work)
	}
	if err := atomicfile.Rename(output, aside(output)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Input, err, "%s : remplacement impossible", output)
	}
	if err := atomicfile.Rename(work, output); err != nil {
		return fault.Wrap(fault.Input, err, "%s : écriture impossible", output)
	}
	return os.RemoveAll(aside(output))
}
