package pages

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/quota"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/web"
)

// quotaMap colours the territories by the distance of their share to the target;
// a share that cannot be told from the target is hatched.
func quotaMap(p *packs.Edition, rows []web.ShareRow) *web.Map {
	byCode := map[string]*web.ShareRow{}
	for i := range rows {
		byCode[rows[i].Code] = &rows[i]
	}
	var box orb.Bound
	any := false
	for _, t := range p.Outlines() { // framed on the territories of the page
		switch {
		case byCode[t.Code] == nil:
		case any:
			box = box.Union(t.Bound)
		default:
			box, any = t.Bound, true
		}
	}
	if !any {
		return nil
	}
	f := canvas.Of(box, 800)
	if f.H > .8*f.W { // the whole is seen at once
		f = canvas.In(box, 800, .8)
	}
	m := &web.Map{ID: "ecart", Title: "Écart à l’objectif, par Mission Locale", Width: f.W, Height: f.H, Text: 15,
		Desc: "Chaque territoire est colorié selon l’écart entre sa part et l’objectif ; le tableau donne les mêmes valeurs."}
	f.ScaleBar(m)
	// Ruled and hatched, missed and unsettled are told apart without colour.
	regions, missed, unsure, absent, lines := web.MapLayer{Class: "region"}, web.MapLayer{Class: "missed"}, web.MapLayer{Class: "unsure"}, web.MapLayer{Class: "absent"}, web.MapLayer{Class: "z-ml"}
	var labels []canvas.Label
	for _, t := range p.Outlines() {
		d := f.Rings(t.Rings)
		if d == "" {
			continue
		}
		row := byCode[t.Code]
		class, title := "c0", t.Name+" : hors de cette page"
		if row != nil {
			class, title = gapClass(row), fmt.Sprintf("%s : %s, %s", row.Name, row.Share, row.VerdictText)
			if class == "c0" {
				absent.Shapes = append(absent.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			}
			switch quota.Verdict(row.Verdict) {
			case quota.Missed:
				missed.Shapes = append(missed.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			case quota.Undetermined:
				unsure.Shapes = append(unsure.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			}
		}
		regions.Shapes = append(regions.Shapes, web.MapShape{Path: d, Class: class, Title: web.French(title)})
		lines.Shapes = append(lines.Shapes, web.MapShape{Path: d})
		if row != nil {
			l := canvas.Label{Name: row.Name, Rings: t.Rings}
			if l.X, l.Y = f.At(canvas.Widest(t.Rings)); class != "c0" {
				l.Share = strings.TrimSpace(row.Sign + " " + row.Share)
			}
			labels = append(labels, l)
		}
	}
	leaders := f.Write(m, labels)
	under := web.MapLayer{Class: "leader under", Shapes: leaders.Shapes}
	m.Layers = []web.MapLayer{regions, absent, missed, lines, unsure, under, leaders}
	m.Legend = []web.LegendItem{{Class: "c1", Label: "10 points et plus sous l’objectif"}, {Class: "c2", Label: "moins de 10 points sous l’objectif"}, {Class: "c3", Label: "jusqu’à 10 points au-dessus"},
		{Class: "c4", Label: "plus de 10 points au-dessus"}, {Class: "missed", Label: "✗ non atteint"}, {Class: "unsure", Label: "? ne peut être départagée"}, {Class: "absent", Label: "non reçu, sans part ou nombres cachés"}}
	return m
}

// gapClass returns the colour of a gap: the middle of the bounds against the target.
func gapClass(r *web.ShareRow) string {
	if !r.HasShare || !r.HasTarget || r.Hidden || !r.Received {
		return "c0"
	}
	switch gap := (r.Low+r.High)/2 - r.Target; {
	case gap <= -.1:
		return "c1"
	case gap < 0:
		return "c2"
	case gap <= .1:
		return "c3"
	}
	return "c4"
}
