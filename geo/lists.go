package geo

import (
	"bytes"
	"slices"
	"sort"

	"perimetre/geo/fault"
)

// Dates of the zonings of rural communes. FRR replaced ZRR on 1 July 2024
// (loi 2023-1322, art. 73); FRR+ exists since 1 January 2025; the communes that
// lost ZRR keep its benefits to the end of 2027 (loi 2025-127, art. 99).
var (
	zrrEnd         = MustDate("2024-06-30")
	frrStart       = MustDate("2024-07-01")
	frrPlusStart   = MustDate("2025-01-01")
	beneficiaryEnd = MustDate("2027-12-31")
)

// list answers for a zoning made of lists.
func (z *Zonings) list(zoning Zoning, q Question, p location) ListFact {
	if zoning == FRR && q.On.Before(frrStart) || zoning == ZRR && q.On.After(zrrEnd) {
		return ListFact{Status: StatusNone}
	}
	for _, v := range z.lists {
		if v.Zoning == zoning && v.answers(q, p, &v.complete) {
			return ListFact{&v.Version, v.table.status(p, q.On)}
		}
	}
	return ListFact{Status: StatusUncertain}
}

// onDate returns what a status written in a list means on a date.
func (s ListStatus) onDate(on Date) ListStatus {
	switch s {
	case StatusPlus:
		if on.Before(frrPlusStart) {
			return StatusSocle
		}
	case StatusBeneficiary:
		if on.After(beneficiaryEnd) {
			return StatusNo
		}
	case StatusPartBeneficiary:
		if on.After(beneficiaryEnd) {
			return StatusNo
		}
		return StatusPartial
	}
	return s
}

// statusTable is a list of communes with their status, as it stands in a file:
// records of a code of five bytes and a status, sorted by code.
type statusTable struct {
	records []byte
	closed  bool // names every commune, so that an absent one is unknown
}

const statusRecord = 6

// listStatuses are the statuses that a list may hold, by their byte in a record.
var listStatuses = [...]ListStatus{StatusNo, StatusYes, StatusSocle, StatusPlus, StatusBeneficiary, StatusPartial, StatusPartBeneficiary}

func newStatusTable(list map[string]ListStatus) (statusTable, error) {
	codes := make([]string, 0, len(list))
	for code := range list {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	var t statusTable
	for _, code := range codes {
		i := slices.Index(listStatuses[:], list[code])
		if i < 0 || len(code) != statusRecord-1 {
			return t, fault.New(fault.Input, "liste de communes : code %q, statut %q", code, list[code])
		}
		t.closed = t.closed || list[code] == StatusNo
		t.records = append(append(t.records, code...), byte(i))
	}
	return t, nil
}

func (t *statusTable) get(code string) (ListStatus, bool) {
	if len(code) != statusRecord-1 {
		return "", false
	}
	n := len(t.records) / statusRecord
	i := sort.Search(n, func(i int) bool { return string(t.records[i*statusRecord:][:statusRecord-1]) >= code })
	if i == n || !bytes.HasPrefix(t.records[i*statusRecord:], []byte(code)) {
		return "", false
	}
	return listStatuses[t.records[i*statusRecord+statusRecord-1]], true
}

// status returns the place's on a date. A former commune that the list knows settles
// it; without one, the commune and the communes that merged into it since the
// list was made must agree, else it is StatusPartial.
func (t *statusTable) status(p location, on Date) ListStatus {
	if p.code == "" {
		return StatusUncertain
	}
	if p.old != "" && p.old != p.code {
		if s, ok := t.get(p.old); ok {
			return s.onDate(on)
		}
	}
	var agreed ListStatus
	add := func(code string) {
		s, ok := t.get(code)
		if !ok {
			return
		}
		if s = s.onDate(on); agreed == "" {
			agreed = s
		} else if agreed != s {
			agreed = StatusPartial
		}
	}
	add(p.code)
	for _, f := range p.former {
		if f.Code != p.code {
			add(f.Code)
		}
	}
	switch {
	case agreed != "":
		return agreed
	case t.closed:
		return StatusUncertain
	}
	return StatusNo
}

// valid reports whether records read from a file are well formed.
func (t *statusTable) valid() bool {
	if len(t.records)%statusRecord != 0 {
		return false
	}
	for i := 0; i < len(t.records); i += statusRecord {
		if int(t.records[i+statusRecord-1]) >= len(listStatuses) ||
			i > 0 && bytes.Compare(t.records[i-statusRecord:i-1], t.records[i:i+statusRecord-1]) >= 0 {
			return false
		}
	}
	return true
}
