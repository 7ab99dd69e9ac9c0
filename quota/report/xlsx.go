package report

import "io"

func (v *View) XLSX(w io.Writer) error { return nil }
