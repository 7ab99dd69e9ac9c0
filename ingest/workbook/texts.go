package workbook

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"sort"
	"strconv"
	"unicode/utf8"
)

// texts holds the shared texts in long chunks: a string of its own for each would
// take several times as much.
type texts struct {
	chunks []string
	starts []uint32 // of each chunk
	ends   []uint32 // of each text
	open   []byte   // the chunk being filled
	at     uint32   // bytes so far
}

const chunkBytes = 1 << 20

func (t *texts) add(s []byte) {
	if len(t.open)+len(s) > chunkBytes {
		t.seal()
	}
	t.open = append(t.open, s...)
	t.at += uint32(len(s))
	t.ends = append(t.ends, t.at)
}

func (t *texts) seal() {
	if len(t.open) > 0 {
		t.starts = append(t.starts, t.at-uint32(len(t.open)))
		t.chunks = append(t.chunks, string(t.open))
		t.open = t.open[:0]
	}
}

// get returns a text by its number; ok is false past the last.
func (t *texts) get(i int) (s string, ok bool) {
	if i < 0 || i >= len(t.ends) {
		return "", false
	}
	from, to := uint32(0), t.ends[i]
	if i > 0 {
		from = t.ends[i-1]
	}
	if from == to {
		return "", true
	}
	c := sort.Search(len(t.starts), func(c int) bool { return t.starts[c] > from }) - 1
	return t.chunks[c][from-t.starts[c] : to-t.starts[c]], true
}

// readTexts reads the shared texts: each is one run or several, without the
// phonetic ones.
func (b *Book) readTexts(key string) error {
	p, err := b.openPart(key, b.limit)
	if err != nil || p == nil {
		return err
	}
	defer p.Close()
	var text richText
	for {
		t, err := p.token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := text.token(b, t); err != nil {
			return err
		}
		e, ok := t.(xml.EndElement)
		if !ok || e.Name.Local != "si" {
			continue
		}
		if len(b.texts.ends) == maxShared || int(b.texts.at)+len(text.bytes) > maxTexts {
			return b.excess("classeur de trop de textes", fmt.Sprintf("%d textes et %d Mio de textes au plus", maxShared, maxTexts>>20))
		}
		b.texts.add(text.take())
	}
	b.texts.seal()
	b.texts.open = nil
	return nil
}

// richText gathers the text of <si> or <is>.
type richText struct {
	bytes    []byte
	in       bool // within <t>
	phonetic int  // depth of <rPh>
}

func (r *richText) token(b *Book, t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "t":
			r.in = true
		case "rPh":
			r.phonetic++
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "t":
			r.in = false
		case "rPh":
			r.phonetic = max(0, r.phonetic-1)
		}
	case xml.CharData:
		if r.in && r.phonetic == 0 {
			if len(r.bytes)+len(t) > maxToken {
				return b.excess("texte de cellule trop long", fmt.Sprintf("%d Kio au plus", maxToken>>10))
			}
			r.bytes = append(r.bytes, t...)
		}
	}
	return nil
}

// take returns the text, valid until the next token, and starts another.
func (r *richText) take() []byte {
	text := unescape(r.bytes)
	r.bytes, r.in, r.phonetic = r.bytes[:0], false, 0
	return text
}

// unescape reads _xHHHH_, by which SpreadsheetML writes the characters that XML may
// not hold (ECMA-376, 22.9.2.19), in place.
func unescape(b []byte) []byte {
	i := bytes.Index(b, []byte("_x"))
	if i < 0 {
		return b
	}
	out := b[:i]
	for i < len(b) {
		if len(b)-i >= 7 && b[i] == '_' && b[i+1] == 'x' && b[i+6] == '_' {
			if v, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16); err == nil && (v < 0xd800 || v > 0xdfff) {
				out = utf8.AppendRune(out, rune(v)) // 3 bytes at most in the place of 7
				i += 7
				continue
			}
		}
		out = append(out, b[i])
		i++
	}
	return out
}
