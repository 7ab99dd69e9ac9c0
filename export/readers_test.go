package export

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The libraries by which other programs read workbooks read ours.
func TestOthersReadOurWorkbooks(t *testing.T) {
	dir, err := filepath.Abs("../bench/workbooks")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "exceljs")); err != nil {
		t.Skip("ExcelJS et SheetJS absents : « npm ci » dans bench/workbooks")
	}
	rows := [][]string{
		{"Matricule", "Adresse", "longitude", "Note"},
		{"A1", "12 rue de l'Église", "3.05", ""},
		{"02100", " deux  espaces\nligne", "", "é <&> \"q\""},
		{"'=1+1", "rue n° 5", "-61.5", "😀"},
	}
	path := filepath.Join(t.TempDir(), "o.xlsx")
	w, err := Create(path, Options{Numbers: []string{"longitude"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("node", filepath.Join(dir, "read.mjs"), path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var got [][]string
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if d := cmp.Diff(rows, got); d != "" {
			t.Errorf("%s: %s", []string{"ExcelJS", "SheetJS"}[i], d)
		}
	}
}
