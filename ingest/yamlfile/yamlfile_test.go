package yamlfile

import (
	"errors"
	"testing"

	"perimetre/geo/fault"
)

// A text that is no YAML is refused with the line where reading stopped.
func TestRoot(t *testing.T) {
	for text, line := range map[string]int{"a: 1\nb: [1,\nc\n": 2, "a:\n\t- x\n": 2, "a: b: c\n": 1, "- x\ny: z\n- u": 2, "a: 'x\n\n": 1} {
		f := File{Name: "r.yml", Text: []byte(text), Kind: fault.Input, Message: "illisible", Expected: "du YAML"}
		_, err := f.Root()
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || e.Line != line || e.File != "r.yml" || e.Kind != fault.Input || e.Expected != "du YAML" {
			t.Errorf("%q: %+v, want line %d", text, err, line)
		}
	}
	f := File{Text: []byte("# rien\n")}
	if n, err := f.Root(); n != nil || err != nil {
		t.Error(n, err)
	}
	f.Text = []byte("a: 1\n")
	if n, err := f.Root(); err != nil || n.Line != 1 || n.Content[0].Value != "a" {
		t.Error(n, err)
	}
}

// An unknown key and a value of another kind are named, with their line.
func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		"n: 1\nregle: x\n": "p.yml, ligne 2 : plan refusé ; attendu : n ; vu : clé inconnue « regle »",
		"\nn: abc\n":       "p.yml, ligne 2 : plan refusé ; attendu : n ; vu : « abc »",
		"":                 "",
		"n: 3":             "",
	} {
		f := File{Name: "p.yml", Text: []byte(text), Kind: fault.Input, Message: "plan refusé", Expected: "n"}
		var v struct {
			N int `yaml:"n"`
		}
		err := f.Decode(&v)
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
