package data

import (
	"fmt"
	"strings"

	"perimetre/french"
	"perimetre/geo/fault"
)

// Counts say what became of the lines of an address file, by reason.
type Counts struct {
	Kept       int `json:"kept"` // records that the index was given
	Numbers    int `json:"numbers"`
	Streets    int `json:"streets"` // without a number
	Localities int `json:"localities"`

	ZeroNumber int `json:"number_zero"`       // kept as the street
	NoNumber   int `json:"number_99999"`      // kept as the street
	Far        int `json:"far_from_commune"`  // kept: a person's look is asked for
	NoPoint    int `json:"no_point"`          // house numbers left out
	Duplicates int `json:"duplicates"`        // same street, number and suffix: left out
	Merged     int `json:"further_positions"` // of a number: the best one kept
	Unreadable int `json:"unreadable"`        // left out
	Elsewhere  int `json:"elsewhere"`         // of a territory not asked for, or given by another file: left out

	compared int    // points whose commune has a contour
	example  string // of a point far from its commune
}

// farMetres is how far out of the contour of its commune a point is far from it.
const farMetres = 500

// misplaced returns the fault of a file whose points are mostly far from their commune;
// early, only once there are enough of them.
func (c *Counts) misplaced(path string, early bool) error {
	if c.Far*2 <= c.compared || early && c.Far < 1000 {
		return nil
	}
	return &fault.Error{Kind: fault.Input, File: path, Message: fmt.Sprintf("%s points sur %s sont à plus de %d m de leur commune", french.Integer(c.Far), french.Integer(c.compared), farMetres),
		Expected: "des coordonnées WGS84 en degrés, la longitude dans lon et la latitude dans lat", Seen: c.example}
}

// String returns the line of the counts, in French.
func (c *Counts) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s et %s lus", french.Count(c.Numbers, "numéro", "numéros"), french.Count(c.Streets, "voie", "voies"), french.Count(c.Localities, "lieu-dit", "lieux-dits"))
	var kept, left []string
	for _, r := range []struct {
		n    int
		why  string
		list *[]string
	}{
		{c.ZeroNumber, "numéro 0", &kept}, {c.NoNumber, "numéro 99999", &kept}, {c.Far, "loin de leur commune", &kept},
		{c.NoPoint, "sans coordonnées", &left}, {c.Duplicates, "en double", &left}, {c.Merged, "autres positions d’un numéro", &left},
		{c.Unreadable, "illisibles", &left}, {c.Elsewhere, "d’un autre territoire ou déjà donnés par un autre fichier", &left},
	} {
		if r.n > 0 {
			*r.list = append(*r.list, r.why+" : "+french.Integer(r.n))
		}
	}
	if len(kept) > 0 {
		b.WriteString(" ; gardés sans numéro ou à vérifier (" + strings.Join(kept, ", ") + ")")
	}
	if len(left) > 0 {
		b.WriteString(" ; écartés (" + strings.Join(left, ", ") + ")")
	} else {
		b.WriteString(" ; rien d’écarté")
	}
	return b.String()
}
