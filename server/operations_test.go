package server

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// metricNames matches the names of measures in the expressions of Prometheus, and of
// the routes that they choose.
var metricNames = regexp.MustCompile(`\b(?:perimetre|process|go)_[a-z_]+\b|route="[^"]+"`)

// Every measure that the dashboard and the alerts read is one that the server gives.
func TestDashboardReadsWhatIsMeasured(t *testing.T) {
	w := newWorld(t)
	w.client().get("/search?q=rue+du+lac").want(200)
	given := string(w.client().get("/metrics").want(200).body)
	for _, name := range []string{"perimetre-alertes.yml", "perimetre-grafana.json"} {
		text, err := os.ReadFile("../deploy/" + name)
		if err != nil {
			t.Fatal(err)
		}
		read := string(text)
		if strings.HasSuffix(name, ".json") {
			var board struct {
				Panels []struct {
					Title   string
					Targets []struct{ Expr string }
				}
			}
			if err := json.Unmarshal(text, &board); err != nil {
				t.Fatal(err)
			}
			read = ""
			for _, p := range board.Panels {
				if len(p.Targets) == 0 {
					t.Errorf("%s: the panel %q reads nothing", name, p.Title)
				}
				for _, target := range p.Targets {
					read += target.Expr + "\n"
				}
			}
		}
		found := metricNames.FindAllString(read, -1)
		if len(found) < 6 {
			t.Errorf("%s reads %q only", name, found)
		}
		for _, m := range found {
			if strings.HasPrefix(m, "route=") {
				if !strings.Contains(given, m) {
					t.Errorf("%s reads %s, a route that no measure has", name, m)
				}
			} else if !strings.Contains(given, "\n"+m+"{") && !strings.Contains(given, "\n"+m+" ") {
				t.Errorf("%s reads %s, which /metrics does not give", name, m)
			}
		}
	}
}

func TestAlertRulesAreValid(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Skip("promtool absent (paquet prometheus)")
	}
	if out, err := exec.Command("promtool", "check", "rules", "../deploy/perimetre-alertes.yml").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
