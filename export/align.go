package export

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Align writes rows for a terminal: the first column to the left, numbers to the right. ruled
// draws a line under the first row. Every row has as many cells as the first.
func Align(w io.Writer, rows [][]string, ruled bool) {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for k, r := range rows {
		var line strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i == 0 {
				line.WriteString(c + pad)
			} else {
				line.WriteString("  " + pad + c)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
		if k == 0 && ruled {
			total := 0
			for _, w := range widths {
				total += w + 2
			}
			fmt.Fprintln(w, strings.Repeat("─", total-2))
		}
	}
}
