package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
	"perimetre/ingest/table"
	"perimetre/ingest/yamlfile"
	"perimetre/quota"
)

// plan is what « run » does, as a YAML file writes it. Paths are from the file's
// folder.
type plan struct {
	Input     string   `yaml:"input"`
	Output    string   `yaml:"output"` // a folder
	Pack      []string `yaml:"pack"`
	Profile   string   `yaml:"profile"`
	Map       []string `yaml:"map"`
	Decisions string   `yaml:"decisions"`
	Perimeter string   `yaml:"perimeter"`
	Date      string   `yaml:"date"`
	Known     dateFlag `yaml:"known"`
	AsOf      dateFlag `yaml:"as_of"`
	// DropAddress is on unless it says no: a report needs no address.
	DropAddress *bool `yaml:"drop_address"`

	Rule        string   `yaml:"rule"`
	Period      string   `yaml:"period"`
	Counting    string   `yaml:"counting"`
	Unlocatable string   `yaml:"unlocatable"`
	Unit        string   `yaml:"unit"`
	Units       string   `yaml:"units"`
	Territory   string   `yaml:"territory"`
	Population  string   `yaml:"population"`
	Against     string   `yaml:"against"`
	Role        string   `yaml:"role"`
	Reports     []string `yaml:"reports"`

	Thresholds struct {
		MaxUndecided threshold `yaml:"max_undecided"`
		MaxDrop      threshold `yaml:"max_drop_vs_previous"`
		MaxPackAge   *int      `yaml:"max_pack_age_days"`
	} `yaml:"thresholds"`
}

// planFormats are the reports that a plan may ask for.
var planFormats = []string{"table", "json", "csv", "xlsx", "html", "bordereau"}

// readPlan reads and checks a plan. A wrong one is a fault that names its line.
func readPlan(path string) (*plan, error) {
	b, err := bound.ReadFile(path, yamlfile.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &fault.Error{Kind: fault.NotFound, File: path, Message: "plan introuvable"}
	}
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "plan illisible")
	}
	p := &plan{}
	text := yamlfile.File{Name: path, Text: b, Kind: fault.Input, Message: "plan refusé", Expected: "input, output, pack, rule, period, reports, thresholds… (voir le guide)"}
	if err := text.Decode(p); err != nil {
		return nil, err
	}
	bad := func(key, expected, seen string) error {
		return fault.At(path, lineOf(b, key), key, expected, seen)
	}
	if len(p.Reports) == 0 {
		p.Reports = []string{"json", "html", "xlsx"}
	}
	for _, r := range p.Reports {
		if !slices.Contains(planFormats, r) {
			return nil, bad("reports", strings.Join(planFormats, ", "), "« "+r+" »")
		}
	}
	if p.Period != "" {
		if _, err := quota.ParsePeriod(p.Period); err != nil {
			return nil, bad("period", "2024-T3, 2024 ou 2024-T1..2024-T3", "« "+p.Period+" »")
		}
	}
	for _, choice := range []struct {
		key, value string
		among      []string
	}{
		{"counting", p.Counting, []string{"", "entrees", "suivis"}},
		{"unlocatable", p.Unlocatable, []string{"", "undecided", "out", "excluded"}},
		{"role", p.Role, []string{"", "unite", "etat", "public"}},
	} {
		if !slices.Contains(choice.among, choice.value) {
			return nil, bad(choice.key, strings.Join(choice.among[1:], ", "), "« "+choice.value+" »")
		}
	}
	if p.Input == "" || p.Output == "" {
		return nil, bad("input", "les clés input et output", "un plan sans l’une d’elles")
	}
	p.from(filepath.Dir(path))
	return p, nil
}

// from makes paths start at the plan's folder. A rule or a profile that comes
// with the product keeps its name.
func (p *plan) from(dir string) {
	for _, f := range []*string{&p.Input, &p.Output, &p.Decisions, &p.Units, &p.Territory, &p.Population, &p.Against} {
		if *f != "" && !filepath.IsAbs(*f) {
			*f = filepath.Join(dir, *f)
		}
	}
	for i, f := range p.Pack {
		if !filepath.IsAbs(f) {
			p.Pack[i] = filepath.Join(dir, f)
		}
	}
	for _, f := range []*string{&p.Rule, &p.Profile} {
		if ext := filepath.Ext(*f); (ext == ".yml" || ext == ".yaml") && !filepath.IsAbs(*f) {
			*f = filepath.Join(dir, *f)
		}
	}
}

// flaggedName returns the flagged file's: the input's format is kept.
func (p *plan) flaggedName() string {
	if strings.EqualFold(filepath.Ext(p.Input), ".xlsx") {
		return "signale.xlsx"
	}
	return "signale.csv"
}

// flagCommand returns the plan's « flag ».
func (p *plan) flagCommand(output, summary string) *flagCmd {
	return &flagCmd{
		tableFlags:  tableFlags{In: []string{p.Input}, Output: output, Map: p.Map, Profile: p.Profile, Summary: summary},
		decideFlags: defaultDecideFlags(),
		Date:        p.Date, Known: p.Known, Perimeter: p.Perimeter, Decisions: p.Decisions,
		DropAddress: p.DropAddress == nil || *p.DropAddress,
	}
}

// quotaCommand returns the plan's « quota » on the flagged file.
func (p *plan) quotaCommand(flagged string) quotaCmd {
	var columns []string // of the address, they may be gone
	for _, m := range p.Map {
		if f, _, _ := strings.Cut(m, "="); slices.Contains(quotaFields, table.Field(strings.TrimSpace(f))) {
			columns = append(columns, m)
		}
	}
	if p.Date != "" {
		columns = append(columns, string(table.EntryDate)+"="+p.Date)
	}
	return quotaCmd{
		Inputs: []string{flagged}, Rule: p.Rule, Period: p.Period, Counting: p.Counting, Unlocated: p.Unlocatable, Unit: p.Unit,
		Map: columns, Profile: p.Profile, Units: p.Units, Territory: p.Territory, Population: p.Population, Against: p.Against,
		Role: p.Role, AsOf: p.AsOf,
	}
}

// quotaFields are the columns that a quota reads of the user's.
var quotaFields = []table.Field{
	table.Person, table.Unit, table.Programme, table.EntryDate, table.Renewal, table.FirstEntry, table.CEJEnd, table.FlagQPV, table.BirthDate, table.RQTH, table.AddressDate, table.Outcome,
}

// threshold is a number, "200", or a share, "15 %"; absent, nothing passes it.
type threshold struct {
	text  string
	value *big.Rat
	share bool
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *threshold) UnmarshalYAML(n *yaml.Node) error {
	s, share := strings.CutSuffix(strings.TrimSpace(n.Value), "%")
	v, ok := new(big.Rat).SetString(strings.Replace(strings.TrimSpace(s), ",", ".", 1))
	if n.Kind != yaml.ScalarNode || !ok || v.Sign() < 0 {
		return fmt.Errorf("line %d: un nombre ou une part comme 15 %%, vu « %s »", n.Line, n.Value)
	}
	t.text, t.value, t.share = strings.TrimSpace(n.Value), v, share
	return nil
}

// String returns the threshold as written.
func (t threshold) String() string { return t.text }

// past reports whether n of all is over the threshold.
func (t threshold) past(n, all int) bool {
	if t.value == nil || all == 0 {
		return false
	}
	v := big.NewRat(int64(n), 1)
	if t.share {
		v = big.NewRat(100*int64(n), int64(all))
	}
	return v.Cmp(t.value) > 0
}

// lineOf returns the line of a key, from 1; 1 where it is absent.
func lineOf(b []byte, key string) int {
	for i, l := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), key+":") {
			return i + 1
		}
	}
	return 1
}

// defaultDecideFlags returns the options of « flag » when none is given.
func defaultDecideFlags() decideFlags {
	return decideFlags{BandBuilding: 15, BandParcel: 20, BandCoarse: 25, MinConfidence: -1}
}
