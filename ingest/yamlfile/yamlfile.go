// Package yamlfile reads the YAML files that users write: settings, rules, profiles,
// plans. Its faults name the file and the line, and say in French what was expected.
package yamlfile

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"perimetre/geo/fault"
)

// Most is the length of a file that a person wrote, in bytes, which no honest one passes.
const Most = 1 << 20

// File is a YAML text, and what its faults say.
type File struct {
	Name     string // as faults show it
	Text     []byte
	Kind     fault.Kind // of its faults
	Message  string     // « la règle n’est pas du YAML lisible »
	Expected string
}

// Root returns the top node of a file, or nil if the file holds none.
func (f *File) Root() (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(f.Text, &doc); err != nil {
		return nil, f.fault(err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// Decode reads a file into v, and refuses a key that v has not.
func (f *File) Decode(v any) error {
	d := yaml.NewDecoder(bytes.NewReader(f.Text))
	d.KnownFields(true)
	if err := d.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return f.fault(err)
	}
	return nil
}

// fault names the line of the library's error, or of the first of several, and what it
// found there: a key that is unknown, or a value of another kind.
func (f *File) fault(err error) error {
	e := &fault.Error{Kind: f.Kind, File: f.Name, Message: f.Message, Expected: f.Expected}
	var all *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &all) && len(all.Errors) > 0:
		one = all.Errors[0]
	case errors.As(err, &one):
	default:
		e.Err = err
		return e
	}
	e.Line = one.Mark.Line
	last := 1 + bytes.Count(bytes.TrimRight(f.Text, "\n"), []byte("\n"))
	if opened := one.ContextMark.Line; opened > 0 && e.Line >= last { // a bracket or a quote left open
		e.Line = opened
	}
	if _, after, ok := strings.Cut(one.Message, "field "); ok {
		if key, _, ok := strings.Cut(after, " not found"); ok {
			e.Seen = "clé inconnue « " + key + " »"
		}
	} else if _, after, ok := strings.Cut(one.Message, "`"); ok {
		if value, _, ok := strings.Cut(after, "`"); ok {
			e.Seen = "« " + value + " »"
		}
	}
	return e
}
