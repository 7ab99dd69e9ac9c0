package report_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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

// Chromium prints one page a unit and one for the synthesis, each with the state and the
// place of the signatures.
func TestFichesPrintOnAsManyPages(t *testing.T) {
	chromium, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		chromium, err = exec.LookPath("chromium")
	}
	if err != nil {
		t.Skip("chromium is not installed")
	}
	dir := t.TempDir()
	page, pdf := filepath.Join(dir, "fiches.html"), filepath.Join(dir, "fiches.pdf")
	f, err := os.Create(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := meeting(t).Fiches(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+pdf, "file://"+page)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("chromium: %v\n%s", err, out)
	}
	info, err := exec.Command("pdfinfo", pdf).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`Pages:\s+17\n`).Match(info) || !regexp.MustCompile(`Page size:.*A4`).Match(info) {
		t.Errorf("want 17 pages of A4:\n%s", info)
	}
	text, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
	for i, p := range pages {
		if !strings.Contains(p, "arrêté au 02/10/2024") || !strings.Contains(p, "Date et signature") || !strings.Contains(p, "7 reçus sur 16") {
			t.Errorf("page %d lacks the state, the signatures or what was received:\n%s", i+1, p)
		}
	}
	if out := os.Getenv("PERIMETRE_FICHES"); out != "" {
		os.Rename(pdf, out)
	}
}
