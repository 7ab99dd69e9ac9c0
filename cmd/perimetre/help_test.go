package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// exec runs a command line and gives its exit code and its two outputs.
func exec(args ...string) (code int, out, err string) {
	var o, e bytes.Buffer
	code = run(args, streams{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

// The parser speaks French, whatever is mistyped.
func TestMistypedCommandLines(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"nimporte", "argument inattendu : nimporte"},
		{"versio", "argument inattendu : versio ; peut-être « version »"},
		{"version --quie", "option inconnue : --quie ; peut-être « --quiet »"},
		{"version --nimporte", "option inconnue : --nimporte"},
		{"version --log xml", "--log : attendu l’une des valeurs « texte », « json » ; vu : « xml »"},
		{"version --log", "--log : valeur manquante ; vu : fin de ligne"},
		{"data", "attendu l’un de : « sources »"},
	} {
		code, out, err := exec(strings.Fields(c.args)...)
		if code != 2 || out != "" || !strings.Contains(err, c.want) || !strings.Contains(err, "Voir « perimetre") {
			t.Errorf("%s: code %d, output %q, message %q, want %q", c.args, code, out, err, c.want)
		}
	}
	if _, _, err := exec("--log", "json", "nimporte"); !strings.HasPrefix(err, "{") {
		t.Errorf("--log json: %q", err)
	}
}

// No English of the parser stays in the help of any command.
func TestHelpIsFrench(t *testing.T) {
	english := regexp.MustCompile(`\b(Usage:|Flags|Commands|Arguments:|Show|help for|more information|Run|STRING|INT)\b`)
	_, all, _ := exec("--help")
	if !strings.Contains(all, "Commandes :") || !strings.Contains(all, "Affiche cette aide.") {
		t.Errorf("help:\n%s", all)
	}
	for _, line := range strings.Split(all, "\n") {
		if !strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "   ") || strings.HasPrefix(line, "  -") {
			continue
		}
		command, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
		args := []string{}
		for _, w := range strings.Fields(command) {
			if w[0] == '<' || w[0] == '[' {
				break
			}
			args = append(args, w)
		}
		code, out, _ := exec(append(args, "--help")...)
		if code != 0 || !strings.HasPrefix(out, "Usage : perimetre "+strings.Join(args, " ")) {
			t.Errorf("%v --help: code %d\n%s", args, code, out)
		}
		if m := english.FindString(out); m != "" {
			t.Errorf("%v --help says %q", args, m)
		}
	}
	if code, out, err := exec(); code != 2 || out != "" || !strings.HasPrefix(err, "Usage : perimetre") {
		t.Errorf("no argument: code %d, %q", code, out)
	}
}
