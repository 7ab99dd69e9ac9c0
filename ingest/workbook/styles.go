package workbook

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// Format is how a style shows a number.
type Format struct {
	Date bool // as a date, or an hour
	Pad  int  // with zeros to at least so many digits; 0 for none
}

// Format returns the format of a cell by its style.
func (b *Book) Format(style int) Format {
	if style < 0 || style >= len(b.styles) {
		return Format{}
	}
	return b.styles[style]
}

// readStyles reads the number formats of the styles of cells.
func (b *Book) readStyles(key string) error {
	codes := map[int]Format{}
	var numbers []int // format of each style
	within := false   // cellXfs, not the cellStyleXfs or dxfs that look alike
	err := b.elements(key, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
				codes[id] = parseFormat(attr(e, "formatCode"))
			}
		case "cellXfs":
			within = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			within = false
		case "xf":
			if within {
				id, _ := strconv.Atoi(attr(e, "numFmtId"))
				numbers = append(numbers, id)
			}
		}
		if len(numbers) > maxStyles || len(codes) > maxStyles {
			return b.excess("classeur de trop de styles", fmt.Sprintf("%d styles au plus", maxStyles))
		}
		return nil
	})
	for _, id := range numbers {
		f, ok := codes[id]
		if !ok {
			f = Format{Date: builtinDate(id)}
		}
		b.styles = append(b.styles, f)
	}
	return err
}

// builtinDate tells the formats of dates and hours that every workbook has without
// writing them (ECMA-376, 18.8.30, with the ones of Asian languages).
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// parseFormat reads a format code such as dd/mm/yyyy, [$-40C]d mmmm yyyy;@ or 00000.
func parseFormat(code string) Format {
	section := bare(code)
	low := strings.ToLower(section)
	if strings.HasPrefix(low, "general") || strings.HasPrefix(low, "standard") {
		return Format{}
	}
	if strings.ContainsAny(low, "ymdhsj") {
		return Format{Date: !strings.ContainsAny(low, "#?@")}
	}
	if first := strings.IndexByte(section, '0'); first >= 0 && strings.Trim(section, "0#") == "" {
		if pad := len(section) - first; pad > 1 {
			return Format{Pad: pad}
		}
	}
	return Format{}
}

// bare returns the first section of a format code without its literals, colours,
// languages and fillings; [h], [m] and [s] stay, as hours.
func bare(code string) string {
	var out []byte
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return string(out)
		case '"':
			j := strings.IndexByte(code[i+1:], '"')
			if j < 0 {
				return string(out)
			}
			i += j + 1
		case '\\', '_', '*':
			i++
		case '[':
			j := strings.IndexByte(code[i:], ']')
			if j < 0 {
				return string(out)
			}
			if in := strings.ToLower(code[i+1 : i+j]); in != "" && strings.Trim(in, "hms") == "" {
				out = append(out, in...)
			}
			i += j
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
