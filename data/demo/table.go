package demo

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"perimetre/data/noise"
	"perimetre/geo/fault"
)

// peopleHeader is as an export of the software of Missions Locales has it, with
// an empty column at the end.
var peopleHeader = []string{"N° dossier", "Structure de rattachement", "Code structure", "Antenne", "Conseiller référent", "Dispositif", "Date début CEJ",
	"Date de fin CEJ", "Renouvellement", "Date de naissance", "RQTH", "N° voie", "Libellé voie", "Complément", "Code postal", "Ville", "Code INSEE",
	"Pays", "Situation de logement", "QPV", ""}

// truthHeader names the columns of truth.csv; ligne is the line of jeunes.csv,
// from 1, and the distances are metres to the nearest border, positive inside.
var truthHeader = []string{"ligne", "matricule", "classe", "bruits", "desordre", "code_ml", "date_entree", "voie", "numero", "suffixe", "connu", "unique",
	"insee", "insee_ecrit", "lon", "lat", "qpv_2015", "bord_2015_m", "qpv_2024", "bord_2024_m", "version", "residence"}

// writePeople writes jeunes.csv and truth.csv, and counts the rows.
func (t *territory) writePeople(dir string, n int) (int, error) {
	entries := t.entries(n)
	rng := t.random("colonnes")
	title := func(s string) []string { return append([]string{s}, make([]string, len(peopleHeader)-1)...) }
	rows := [][]string{
		title("TERRITOIRE FICTIF - Extraction du " + french(extraction)),
		title("Jeunes entrés en parcours du " + french(firstEntry) + " au " + french(lastEntry)),
		peopleHeader,
	}
	truths := [][]string{truthHeader}
	for i := range entries {
		e := &entries[i]
		rows = append(rows, e.row(rng))
		truths = append(truths, e.truth(len(rows)))
	}
	total := title("TOTAL")
	total[6] = strconv.Itoa(len(entries))
	rows = append(rows, total)
	if err := writeExport(filepath.Join(dir, "jeunes.csv"), rows); err != nil {
		return 0, err
	}
	_, err := writeTable(dir, "truth.csv", truths)
	return len(entries), err
}

// writeExport writes as the software does: a byte order mark, semicolons, CRLF.
func writeExport(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err == nil {
		_, err = f.WriteString("\ufeff")
		w := csv.NewWriter(f)
		w.Comma, w.UseCRLF = ';', true
		if err == nil {
			err = w.WriteAll(rows)
		}
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", filepath.Base(path))
	}
	return nil
}

// Counsellor is one of those who follow the fictional young people.
const Counsellor = "A. Morvel"

var counsellors = []string{Counsellor, "B. Tarsenne", "C. Delvarou", "D. Isorne", "E. Brivère", "F. Sorelle"}

func (e *entry) row(rng *rand.Rand) []string {
	yes := func(b bool) string {
		if b {
			return "Oui"
		}
		return "Non"
	}
	number, way := "", e.text.Split.Street
	if rng.IntN(100) < 70 {
		number, way = splitNumber(way)
	}
	branch := "Siège"
	if len(e.ml.sites) > 1 && rng.IntN(2) == 0 {
		branch = e.ml.sites[1].name
	}
	end := french(e.end)
	if rng.IntN(10) == 0 {
		end = ""
	}
	return []string{e.id, e.ml.name, e.ml.code, branch, pickOf(rng, counsellors), e.programme, e.written, end, yes(e.renewed), french(e.birth), yes(e.disabled),
		number, way, e.text.Split.Complement, e.text.Split.Postcode, e.text.Split.City, e.cityCode, e.country, e.housing, e.flag(rng), ""}
}

// flag returns the software's own QPV column: right nine times in ten, old otherwise
// or empty.
func (e *entry) flag(rng *rand.Rand) string {
	if !e.placed || rng.IntN(100) < 6 {
		return ""
	}
	v := v2015 // the software still holds the perimeters of 2015
	if rng.IntN(100) < 60 {
		v = inForce(e.on)
	}
	in := e.home.c.within(v, e.home.h.at)
	if rng.IntN(100) < 3 {
		in = !in
	}
	if in {
		return "Oui"
	}
	return "Non"
}

func (e *entry) truth(line int) []string {
	h := e.home
	c := &e.text
	out := []string{strconv.Itoa(line), e.id, string(c.Class), strings.Join(c.Noises, "|"), strings.Join(e.disorder, "|"), e.ml.code, e.on.String()}
	if slices.Contains(e.disorder, "date_invalide") {
		out[6] = ""
	}
	one := func(b bool) string {
		if b {
			return "1"
		}
		return "0"
	}
	if !e.placed {
		residence := "inconnue"
		switch c.Class {
		case noise.Homeless, domiciled, institution:
			residence = "sans_residence"
		case noise.Foreign:
			residence = "etranger"
		}
		return append(out, "", "", "", "0", "0", "", c.Written, "", "", "", "", "", "", inForce(e.on).String(), residence)
	}
	lon, lat := degrees(h.h.at)
	q15, m15 := h.c.dep.place(v2015, h.h.at)
	q24, m24 := h.c.dep.place(v2024, h.h.at)
	return append(out, h.street, strconv.Itoa(h.h.n), h.h.suffix, one(c.Truth.Known && !c.Negative), one(c.Unique), h.c.code, c.Written, lon, lat,
		q15, metres(m15), q24, metres(m24), inForce(e.on).String(), "etablie")
}

func metres(v float64) string {
	if math.IsInf(v, 0) || math.Abs(v) > 5000 {
		return ""
	}
	return fmt.Sprintf("%.1f", v)
}
