package report_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"perimetre/quota"
	"perimetre/quota/report"
)

// meeting is a quarter for which 6 of 16 Missions Locales sent figures, one of them with
// more observations than a page holds.
func meeting(t *testing.T) *report.Meeting {
	t.Helper()
	r, _ := cohort(t)
	var b bytes.Buffer
	o := report.Options{Details: true, Engine: "test"}
	view := report.NewView(r, o)
	if err := view.JSON(&b, o); err != nil {
		t.Fatal(err)
	}
	d, err := report.ReadDocument(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	m := &report.Meeting{
		Title: view.Title, Period: view.Period, Counting: view.Counting, Perimeter: view.Perimeter, Source: view.Source, Pack: view.Pack, Engine: "test", Drawn: view.Drawn,
		State: "arrêté au 02/10/2024", Detail: "« T3 », par Ana", Figures: d, Observations: map[string]string{"": "Vu en réunion.", r.Units[1].Code: strings.Repeat("Une observation. ", 300)},
	}
	for _, u := range r.Units {
		m.Expected = append(m.Expected, report.Expected{Code: u.Code, Name: u.Name})
	}
	for i := len(m.Expected); i < 16; i++ {
		m.Expected = append(m.Expected, report.Expected{Code: fmt.Sprintf("5980%d", i), Name: fmt.Sprintf("Mission Locale n° %d", i)})
	}
	return m
}

func TestFichesHoldEachUnitAndTheState(t *testing.T) {
	m := meeting(t)
	var b bytes.Buffer
	if err := m.Fiches(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if n := len(regexp.MustCompile(`<article class="fiche" data-unit="[^"]+"`).FindAllString(page, -1)); n != 16 {
		t.Errorf("%d sheets, want 16", n)
	}
	for text, want := range map[string]int{`data-received="false"`: 9, "7 reçus sur 16": 16 + 4, "arrêté au 02/10/2024": 2 * 17, "Une observation.": 53, "(suite dans l’état arrêté)": 1, "provisoire": 0} {
		if n := strings.Count(page, text); n != want {
			t.Errorf("%q stands %d times, want %d", text, n, want)
		}
	}
	if i, j := strings.Index(page, `class="synthese`), strings.Index(page, `class="fiche"`); i < 0 || i > j {
		t.Error("the synthesis does not come first")
	}
	// A sheet shows the same figures as the table.
	sheets, total := m.Sheets()
	if s := sheets[1]; s.Name != "Arrondissement de Béthune" || s.N != "80" || s.In != "21" || s.Sentence != "Non atteint\u202f: de 26,3\u202f% à 27,5\u202f%, objectif 40\u202f%." {
		t.Errorf("sheet: %+v", sheets[1])
	}
	if total.N != "493" {
		t.Errorf("total: %+v", total.Line)
	}
}

// full is a meeting of n units that all sent figures under every doubt, with as many
// observations as a page holds.
func full(t *testing.T, n int) *report.Meeting {
	t.Helper()
	m := meeting(t)
	doubted := slices.IndexFunc(m.Figures.Units, func(u report.DocumentUnit) bool { return *u.Entries > 50 })
	like, doubt := m.Figures.Units[doubted], m.Figures.Details.Doubts[0]
	m.Figures.Details.Doubts = nil
	m.Expected, m.Figures.Units, m.Observations = nil, nil, map[string]string{"": strings.Repeat("Une observation. ", 300)}
	for i := range n {
		u := like
		name := fmt.Sprintf("Mission Locale du Val d’Escaut n° %d", i+1)
		u.Code, u.Name = fmt.Sprintf("5980%02d", i), &name
		for _, d := range []quota.Doubt{quota.RenewalsKept, quota.ProgrammeTaken, quota.DatesInvalid, quota.AgeUnchecked, quota.AddressOld} {
			x := doubt
			x.Code, x.Doubt = u.Code, d
			m.Figures.Details.Doubts = append(m.Figures.Details.Doubts, x)
		}
		m.Figures.Units = append(m.Figures.Units, u)
		m.Expected = append(m.Expected, report.Expected{Code: u.Code, Name: name})
		m.Observations[u.Code] = m.Observations[""]
	}
	return m
}

// Chromium prints one page a unit and one for the synthesis, each with the state and the
// place of the signatures; whatever the font of the machine, nothing is cut.
func TestFichesPrintOnAsManyPages(t *testing.T) {
	chromium, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		chromium, err = exec.LookPath("chromium")
	}
	if err != nil {
		t.Skip("chromium is not installed")
	}
	const narrow, wide = "", "font-family: \"DejaVu Sans\", Verdana !important"
	for _, c := range []struct {
		name     string
		meeting  *report.Meeting
		received string
		units    int
		style    string
		pages    int
	}{
		{"quarter", meeting(t), "7 reçus sur 16", 16, narrow, 17},
		{"quarter-wide", meeting(t), "7 reçus sur 16", 16, wide, 17},
		{"one", full(t, 1), "1 reçu sur 1", 1, narrow, 2},
		{"sixteen", full(t, 16), "16 reçus sur 16", 16, narrow, 17},
		{"region", full(t, 42), "42 reçus sur 42", 42, narrow, 43},
		{"region-wide", full(t, 42), "42 reçus sur 42", 42, wide, 44},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			page, pdf := filepath.Join(dir, "fiches.html"), filepath.Join(dir, "fiches.pdf")
			var b bytes.Buffer
			if err := c.meeting.Fiches(&b); err != nil {
				t.Fatal(err)
			}
			html := strings.Replace(b.String(), "</style>", "* { "+c.style+" }</style>", 1)
			if err := os.WriteFile(page, []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+pdf, "file://"+page)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("chromium: %v\n%s", err, out)
			}
			info, err := exec.Command("pdfinfo", pdf).Output()
			if err != nil {
				t.Fatal(err)
			}
			text, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			if out := os.Getenv("PERIMETRE_FICHES"); out != "" {
				os.Rename(pdf, filepath.Join(out, c.name+".pdf"))
			}
			if !regexp.MustCompile(`Page size:.*A4`).Match(info) {
				t.Errorf("want A4:\n%s", info)
			}
			pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
			if len(pages) > c.pages || len(pages) < c.units+1 {
				t.Errorf("%d pages, want %d", len(pages), c.pages)
			}
			// What the sheets hold is all on paper.
			for what, want := range map[string]int{"Date et signature": 2 * (c.units + 1), "arrêté au 02/10/2024": 2 * (c.units + 1), c.received: c.units + 2} {
				if n := strings.Count(string(text), what); n < want {
					t.Errorf("%q stands %d times, want %d", what, n, want)
				}
			}
			if len(pages) != c.units+1 {
				return
			}
			for i, p := range pages {
				if !strings.Contains(p, "arrêté au 02/10/2024") || !strings.Contains(p, "Date et signature") || !strings.Contains(p, c.received) {
					t.Errorf("page %d lacks the state, the signatures or what was received:\n%s", i+1, p)
				}
			}
		})
	}
}
