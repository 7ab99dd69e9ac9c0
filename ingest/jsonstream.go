package ingest

import (
	"encoding/json"
	"io"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// Bytes of one value of a JSON file that is read value by value: the outlines of a
// région take some megabytes.
const (
	maxValue = 16 << 20
	maxProps = 1 << 20 // of the properties of a feature
)

// jsonStream reads a document of JSON one value at a time, each bounded.
type jsonStream struct {
	d     *document
	dec   *json.Decoder
	items *bound.Items
}

func newJSONStream(d *document) *jsonStream {
	items := bound.NewItems(d.name, "objet JSON", d, maxValue)
	return &jsonStream{d: d, dec: json.NewDecoder(items), items: items}
}

func (s *jsonStream) token() (json.Token, error) {
	s.items.Next()
	t, err := s.dec.Token()
	if err != nil {
		return nil, s.d.brokenJSON(err)
	}
	return t, nil
}

func (s *jsonStream) value() (json.RawMessage, error) {
	s.items.Next()
	var raw json.RawMessage
	if err := s.dec.Decode(&raw); err != nil {
		return nil, s.d.brokenJSON(err)
	}
	return raw, nil
}

// object calls visit for each key of an object; visit reads its value.
func (s *jsonStream) object(visit func(key string) error) error {
	if _, err := s.token(); err != nil {
		return err
	}
	for s.dec.More() {
		t, err := s.token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if err := visit(key); err != nil {
			return err
		}
	}
	_, err := s.token()
	return err
}

// array calls yield for each value of an array; ok is false for any other value.
func (s *jsonStream) array(yield func(json.RawMessage) error) (ok bool, err error) {
	t, err := s.token()
	if err != nil || t != json.Delim('[') {
		return false, err
	}
	for s.dec.More() {
		item, err := s.value()
		if err == nil {
			err = yield(item)
		}
		if err != nil {
			return true, err
		}
	}
	_, err = s.token()
	return true, err
}

// eachItem reads a JSON array one value at a time.
func eachItem(d *document, yield func(json.RawMessage) error) error {
	_, err := newJSONStream(d).array(yield)
	return err
}

func (d *document) brokenJSON(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return d.broken(io.ErrUnexpectedEOF)
	}
	if _, ok := err.(*json.SyntaxError); ok {
		return &fault.Error{Kind: fault.Input, File: d.name, Message: "JSON illisible", Err: err}
	}
	return d.broken(err)
}
