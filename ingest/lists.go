package ingest

import (
	"fmt"
	"io"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// ListFile is a list of communes with their status in a zoning.
type ListFile struct {
	Zoning geo.Zoning // FRR or ZRR, by the statuses met
	Status map[string]geo.ListStatus
	Column string   // heading of the column of statuses
	AsOf   geo.Date // the date in the heading, zero without one
	Counts map[geo.ListStatus]int
	// Warnings are for the reader of a manifest, in French.
	Warnings []string
}

// Region counts the statuses of the communes of some départements.
func (l *ListFile) Region(departements ...string) map[geo.ListStatus]int {
	in := map[string]bool{}
	for _, d := range departements {
		in[d] = true
	}
	counts := map[geo.ListStatus]int{}
	for code, s := range l.Status {
		if in[geo.DepartementOf(code)] {
			counts[s]++
		}
	}
	return counts
}

// CommuneList reads the list of FRR or of ZRR, CSV, XLSX or ODS, as it is served: the
// columns of codes and of statuses are known by what they hold. An unknown status
// is a fault that names its line and column.
func CommuneList(path string) (ListFile, error) {
	d, err := openDocument(path, ".csv", ".xlsx", ".ods", ".csv.gz")
	if err != nil {
		return ListFile{}, err
	}
	defer d.Close()
	r, err := table.OpenReader(d.name, d, table.Options{})
	if err != nil {
		return ListFile{}, asBroken(d, err)
	}
	defer r.Close()
	var sample []table.Row
	held := 0
	for len(sample) < 500 && held < 4<<20 {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return ListFile{}, asBroken(d, err)
		}
		if row.Kind == table.Data {
			sample = append(sample, row.Clone())
			for _, c := range row.Cells {
				held += len(c) + 16
			}
		}
	}
	code, status, zoning := listColumns(r.Header, sample)
	if code < 0 || status < 0 {
		return ListFile{}, &fault.Error{Kind: fault.Input, File: d.name, Line: r.HeaderLine, Message: "liste de communes méconnaissable",
			Expected: "une colonne de codes INSEE et une de statuts (« FRR socle », « FRR+ », « Non classée »… ou « C - », « NC - », « P - »)",
			Seen:     strings.Join(nonEmpty(r.Header), ", ")}
	}
	l := ListFile{Zoning: zoning, Status: map[string]geo.ListStatus{}, Counts: map[geo.ListStatus]int{}, Column: r.Header[status], AsOf: dateWithin(r.Header[status])}
	repeated := 0
	add := func(row table.Row) error {
		c := strings.ToUpper(table.PadPostcode(row.Cells[code]))
		if !isINSEE(c) {
			return fault.At(d.name, row.Line, r.Header[code], "un code INSEE de cinq caractères", "« "+row.Cells[code]+" »")
		}
		_, s, ok := parseStatus(row.Cells[status])
		if !ok {
			return fault.At(d.name, row.Line, r.Header[status], "un statut connu", "« "+row.Cells[status]+" »")
		}
		if old, twice := l.Status[c]; twice {
			if old != s {
				return &fault.Error{Kind: fault.Input, File: d.name, Line: row.Line, Message: "la commune " + c + " a deux statuts", Seen: string(old) + " et " + string(s)}
			}
			repeated++
			return nil
		}
		l.Status[c] = s
		l.Counts[s]++
		return nil
	}
	for _, row := range sample {
		if err := add(row); err != nil {
			return ListFile{}, err
		}
	}
	if err := eachRow(r, add); err != nil {
		return ListFile{}, asBroken(d, err)
	}
	l.Warnings = append(append(l.Warnings, r.Notices...), r.Warnings()...)
	if repeated > 0 {
		l.Warnings = append(l.Warnings, fmt.Sprintf("%d commune(s) répétée(s) avec le même statut", repeated))
	}
	return l, nil
}

// listColumns finds, by what most of its cells hold, the column of INSEE codes
// and the column of statuses; -1 without one.
func listColumns(header []string, sample []table.Row) (code, status int, zoning geo.Zoning) {
	code, status = -1, -1
	for i := range header {
		codes, statuses, filled := 0, 0, 0
		var frr, zrr int
		for _, row := range sample {
			v := row.Cells[i]
			if strings.TrimSpace(v) == "" {
				continue
			}
			filled++
			if c := strings.ToUpper(table.PadPostcode(v)); isINSEE(c) {
				codes++
			}
			if z, _, ok := parseStatus(v); ok {
				statuses++
				switch z {
				case geo.FRR:
					frr++
				case geo.ZRR:
					zrr++
				}
			}
		}
		if code < 0 && filled > 0 && codes*10 >= filled*9 {
			code = i
		}
		if status < 0 && filled > 0 && statuses*10 >= filled*9 {
			status = i
			zoning = geo.FRR
			if zrr > frr || zrr == frr && strings.Contains(strings.ToUpper(header[i]), "ZRR") {
				zoning = geo.ZRR
			}
		}
	}
	return code, status, zoning
}

// parseStatus reads a status of FRR or of ZRR; zoning is empty for one that both
// may write.
func parseStatus(s string) (zoning geo.Zoning, status geo.ListStatus, ok bool) {
	n := strings.ToLower(strings.Join(strings.Fields(table.Clean(s)), " "))
	head, _, _ := strings.Cut(n, " ")
	switch {
	case n == "":
		return "", "", false
	case head == "nc":
		return geo.ZRR, geo.StatusNo, true
	case head == "c":
		return geo.ZRR, geo.StatusYes, true
	case head == "p":
		return geo.ZRR, geo.StatusPartial, true
	case strings.HasPrefix(n, "non class"), n == "non":
		return "", geo.StatusNo, true
	case strings.Contains(n, "partiel"):
		z := geo.FRR
		if strings.Contains(n, "zrr") {
			z = geo.ZRR
		}
		return z, geo.StatusPartial, strings.Contains(n, "frr") || z == geo.ZRR
	case strings.Contains(n, "frr") && (strings.Contains(n, "bénéficiaire") || strings.Contains(n, "beneficiaire")):
		return geo.FRR, geo.StatusBeneficiary, true
	case strings.Contains(n, "frr+"), strings.Contains(n, "frr +"), strings.Contains(n, "frr plus"):
		return geo.FRR, geo.StatusPlus, true
	case n == "frr", strings.Contains(n, "frr socle"), n == "classée frr", n == "classée en frr":
		return geo.FRR, geo.StatusSocle, true
	case strings.Contains(n, "classée en zrr"), n == "zrr":
		return geo.ZRR, geo.StatusYes, true
	}
	return "", "", false
}

var months = map[string]int{"janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8, "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12}

// dateWithin finds « 10 juillet 2025 » or 10/07/2025 in a heading.
func dateWithin(s string) geo.Date {
	words := strings.Fields(strings.ToLower(table.Clean(s)))
	for i, w := range words {
		if d, err := table.ParseDate(w); err == nil && len(w) >= 8 {
			return d
		}
		if i == 0 || i+1 == len(words) || months[w] == 0 {
			continue
		}
		day := strings.TrimSuffix(words[i-1], "er")
		if d, err := table.ParseDate(fmt.Sprintf("%s/%02d/%s", day, months[w], words[i+1])); err == nil {
			return d
		}
	}
	return geo.Date{}
}
