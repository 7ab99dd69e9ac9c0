package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/study"
)

//go:embed page.gohtml
var pageSource string

var pages = template.Must(template.New("page").Parse(pageSource))

// Block is a table of a page or a sheet of a workbook.
type Block struct {
	Title string
	Note  string
	Head  []string
	Rows  [][]string
	// Words are the columns that hold words, set to the left.
	Words []int
}

// Class returns the class of a column.
func (b Block) Class(column int) string {
	if slices.Contains(b.Words, column) {
		return "word"
	}
	return "num"
}

// View is a page: what a study says, in French.
type View struct {
	Title    string
	Headline string
	Warning  string
	Facts    [][2]string
	Lead     []Block // before the maps
	Maps     []figure
	Blocks   []Block
	Notes    []string
	Footer   string
	Sheet    bool // one printed page: smaller, its map lower
}

type figure struct {
	Title  string
	SVG    template.HTML
	Legend template.HTML
	Source string
}

// HTML writes a page that prints on A4 sheets, with its maps.
func HTML(w io.Writer, r *study.Result) error {
	v := ResultView(r)
	land, units, err := r.Territory()
	if err != nil {
		return err
	}
	zone, err := r.Zone()
	if err != nil {
		return err
	}
	if box := frameBox(land, r); !box.IsEmpty() {
		add := func(title, id string, box orb.Bound) {
			drawn, legend := resultMap(r, box, id, land, units, zone)
			v.Maps = append(v.Maps, figure{title, drawn, legend, mapSource(&r.Frame, r.Completeness)})
		}
		add("Sites d’accueil, portée et foyers hors de portée", "carte", box)
		if near, ok := crowd(r, box, 44000); ok {
			add("Là où les QPV sont les plus nombreux", "detail", near)
		}
	}
	return pages.Execute(w, v)
}

// PlanHTML is HTML for places to open.
func PlanHTML(w io.Writer, p *study.Plan) error {
	v := PlanView(p)
	land, units, err := p.Territory()
	if err != nil {
		return err
	}
	box := land.Bound()
	for _, s := range p.Places {
		if s.At[0] == s.At[0] {
			if len(land) == 0 && box.IsZero() {
				box = s.At.Bound()
			}
			box = box.Extend(s.At)
		}
	}
	if len(land) == 0 {
		for _, s := range p.Sites {
			box = box.Extend(s)
		}
	}
	if !box.IsEmpty() && !box.IsZero() {
		legend := template.HTML(`<ul class="legend"><li><svg width="20" height="20"><circle class="new" cx="10" cy="10" r="8.5"/><text class="newname" x="10" y="13.6">1</text></svg> lieu à ouvrir, par rang</li>` + newReachKey(p) +
			`<li><svg width="16" height="14"><circle class="site" cx="8" cy="7" r="3"/></svg> site présent</li>` + qpvKey + unitKey + `</ul>`)
		v.Maps = append(v.Maps, figure{"Lieux à ouvrir", planMap(p, box, land, units), legend, mapSource(&p.Frame, p.Completeness)})
	}
	return pages.Execute(w, v)
}

func frameBox(land orb.MultiPolygon, r *study.Result) orb.Bound {
	if len(land) > 0 {
		return land.Bound()
	}
	if r.Placed == 0 {
		return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	}
	box := orb.Point{r.Sites[0].Lon, r.Sites[0].Lat}.Bound()
	for i := range r.Placed {
		box = box.Extend(orb.Point{r.Sites[i].Lon, r.Sites[i].Lat})
	}
	for _, g := range r.Unserved {
		if g.At[0] == g.At[0] {
			box = box.Extend(g.At)
		}
	}
	return box.Pad(0.01)
}

const (
	qpvKey  = `<li><svg width="20" height="14"><rect class="qpv" x="2" y="2" width="16" height="10"/></svg> QPV</li>`
	unitKey = `<li><svg width="20" height="14"><path class="unit" d="M1 11L7 4L13 9L19 3"/></svg> limite de territoire de Mission Locale</li>`
)

// newReachKey explains the discs of the places, where they are drawn.
func newReachKey(p *study.Plan) string {
	if radius(p) == nil {
		return ""
	}
	return fmt.Sprintf(`<li><svg width="20" height="14"><circle class="newreach" cx="10" cy="7" r="6.5"/></svg> à %s au plus de ce lieu</li>`, limit(p.Reach.Limit, p.Reach.Unit))
}

// resultLegend explains a map whose widest circle of people has a radius.
func resultLegend(r *study.Result, zone bool, radius float64) template.HTML {
	var b strings.Builder
	b.WriteString(`<ul class="legend">`)
	seen := map[string]bool{}
	for _, k := range r.Kinds {
		m := mark(k.Kind, 8, 7, 3.4)
		if seen[m] && k.Kind == geo.SiteUnknown {
			continue
		}
		seen[m] = true
		label := coverage.KindLabel(k.Kind)
		if k.Kind == geo.SiteUnknown {
			label = "sites " + label
		}
		fmt.Fprintf(&b, `<li><svg width="16" height="14">%s</svg> %s</li>`, m, template.HTMLEscapeString(french.Typography(label)))
	}
	if zone {
		fmt.Fprintf(&b, `<li><svg width="20" height="14"><rect class="reach" x="1" y="2" width="18" height="10"/></svg> à %s au plus d’un site</li>`, limit(r.Reach.Limit, r.Reach.Unit))
	}
	if len(r.Unserved) > 0 {
		fmt.Fprintf(&b, `<li><svg width="%.0f" height="%.0f"><circle class="gap" cx="%.1f" cy="%.1f" r="%.1f"/></svg> foyer hors de portée, surface selon le nombre (celui-ci&#8239;: %s %s)</li>`, 2*radius+2, 2*radius+2, radius+1, radius+1, radius, whole(r.Unserved[0].Weight), template.HTMLEscapeString(r.Noun))
	}
	b.WriteString(qpvKey + unitKey + `</ul>`)
	return template.HTML(b.String())
}

func mapSource(f *study.Frame, c coverage.Completeness) string {
	s := fmt.Sprintf("Sources : sites d’accueil (%s sur %s placés)", whole(float64(c.WithPoint)), whole(float64(c.OnFile)))
	if !c.Latest.IsZero() {
		s += ", mis à jour du " + french.Date(c.Oldest) + " au " + french.Date(c.Latest)
	}
	if f.Perimeter != "" {
		s += " ; QPV " + f.Perimeter
	}
	if f.Pack != "" {
		s += " ; contours IGN, référentiel géographique, édition du " + f.Edition
	}
	return french.Typography(s + ". " + french.Capital(f.Source) + ". Carte au " + french.Date(f.On) + ".")
}

func facts(f *study.Frame) [][2]string {
	out := [][2]string{{"Portée", limit(f.Reach.Limit, f.Reach.Unit)}, {"Date", french.Date(f.On)}, {"Mesure", french.Typography(f.Source)}, {"Personnes comptées", french.Typography(f.People)}}
	if f.Perimeter != "" {
		out = append(out, [2]string{"Périmètres", "QPV " + f.Perimeter})
	}
	if f.Pack != "" {
		out = append(out, [2]string{"Référentiel géographique", "édition du " + f.Edition})
	}
	return out
}

// ResultView returns what a study of coverage says.
func ResultView(r *study.Result) *View {
	v := &View{Title: "À portée d’un site d’accueil", Headline: Headline(r), Warning: r.Warning, Facts: facts(&r.Frame), Footer: "À portée d’un site d’accueil – " + french.Date(r.On)}
	if v.Warning != "" {
		v.Warning = french.Typography(french.Capital(v.Warning) + ". Qu’un QPV soit sans présence ne peut être affirmé.")
	}
	v.Lead = []Block{bandBlock(r), beyondBlock(r), kindBlock(r)}
	if len(r.Units) > 0 {
		v.Blocks = append(v.Blocks, unitBlock(r))
	}
	if len(r.QPV) > 0 {
		v.Blocks = append(v.Blocks, zoneBlock(r))
	}
	if len(r.Unserved) > 0 {
		v.Blocks = append(v.Blocks, gapBlock(r))
	}
	if len(r.Access) > 0 {
		v.Blocks = append(v.Blocks, accessBlock(r))
	}
	if r.NotMet != nil {
		v.Blocks = append(v.Blocks, notMetBlock(r))
	}
	if len(r.Shares) > 0 {
		v.Blocks = append(v.Blocks, shareBlock(r))
	}
	if len(r.Communes) > 0 {
		v.Blocks = append(v.Blocks, communeBlock(r))
	}
	for _, n := range r.Notices {
		v.Notes = append(v.Notes, french.Typography(french.Capital(n)+"."))
	}
	if r.Elsewhere > 0 {
		v.Notes = append(v.Notes, french.Typography(fmt.Sprintf("%s %s ont pour site le plus proche celui d’une autre Mission Locale que la leur.", whole(r.Elsewhere), r.Noun)))
	}
	v.Notes = append(v.Notes, "La distance d’un QPV est celle du point médian de ses adresses, celle d’une commune est celle de son centre ; la part couverte compte ceux qui y vivent, un par un.", "Une distance en ligne droite est plus courte que le trajet ; un site ouvert une demi-journée par mois compte ici comme les autres : voir les ouvertures.")
	for i, n := range v.Notes {
		v.Notes[i] = french.Typography(n)
	}
	return v
}

func bandBlock(r *study.Result) Block {
	b := Block{Title: "Part à portée, selon la distance", Head: []string{"", french.Capital(r.Noun)}, Words: []int{0}}
	if r.Reach.Unit == coverage.Minutes {
		b.Title = "Part à portée, selon la durée"
	}
	for _, x := range r.Bands {
		b.Head = append(b.Head, "≤"+french.NoBreak+limit(x, r.Reach.Unit))
	}
	b.Head = append(b.Head, "Part couverte ("+limit(r.Reach.Limit, r.Reach.Unit)+")")
	for _, g := range r.Groups {
		row := []string{french.Capital(groupLabel(g.Group, r.Noun)), whole(g.Total)}
		for k := range r.Bands {
			row = append(row, percent(g.UpTo[k]/g.Total))
		}
		b.Rows = append(b.Rows, append(row, shareText(g.Count)))
	}
	return b
}

func kindBlock(r *study.Result) Block {
	b := Block{Title: "Sites d’accueil par genre et par ouverture", Words: []int{0}, Head: []string{"Genre", "Sites"}}
	order := []coverage.Opening{coverage.OpeningFull, coverage.OpeningPart, coverage.OpeningRare, coverage.OpeningUnknown}
	for _, o := range order {
		b.Head = append(b.Head, french.Capital(o.Label()))
	}
	b.Head = append(b.Head, "Demi-journées par semaine")
	for _, k := range r.Kinds {
		row := []string{french.Typography(french.Capital(coverage.KindLabel(k.Kind))), whole(float64(k.Sites))}
		for _, o := range order {
			row = append(row, whole(float64(k.ByOpening[o])))
		}
		b.Rows = append(b.Rows, append(row, decimal(k.HalfDays)))
	}
	c := r.Completeness
	b.Note = fmt.Sprintf("%s sites au fichier, dont %s placés sur la carte et %s avec des horaires", whole(float64(c.OnFile)), whole(float64(c.WithPoint)), whole(float64(c.WithHours)))
	if c.Declared.Sites > 0 {
		b.Note += fmt.Sprintf(" ; %s déclarés (%s", whole(float64(c.Declared.Sites)), c.Declared.Source)
		if c.Declared.Year > 0 {
			b.Note += fmt.Sprintf(", %d", c.Declared.Year)
		}
		b.Note += fmt.Sprintf("), soit une complétude de %s %%", study.CompletenessText(c))
	}
	b.Note = french.Typography(b.Note + ".")
	return b
}

// PlanView returns what a choice of places says.
func PlanView(p *study.Plan) *View {
	v := &View{Title: "Où ouvrir des lieux d’accueil", Headline: PlanHeadline(p), Facts: append(facts(&p.Frame), [2]string{"Pondération", p.Weighting}, [2]string{"Lieux candidats", whole(float64(p.Candidates))}), Footer: "Où ouvrir des lieux d’accueil – " + french.Date(p.On)}
	if p.Warning != "" {
		v.Warning = french.Typography(french.Capital(p.Warning) + ".")
	}
	v.Lead = []Block{placeBlock(p)}
	v.Notes = append(v.Notes, Proof(p))
	if p.Round != nil {
		v.Lead = append(v.Lead, roundBlock(p))
		v.Notes = append(v.Notes, roundNotes(p)...)
	}
	for _, n := range p.Notices {
		v.Notes = append(v.Notes, french.Typography(french.Capital(n)+"."))
	}
	return v
}

func placeBlock(p *study.Plan) Block {
	b := Block{Title: "Lieux à ouvrir, par apport", Words: []int{1}, Head: []string{"Rang", "Lieu", "Longitude", "Latitude", "Apport"}, Note: Proof(p)}
	when := slices.ContainsFunc(p.Places, func(s study.Opening) bool { return s.When != "" })
	if when {
		b.Head, b.Words = slices.Insert(b.Head, 2, "Demi-journée"), append(b.Words, 2)
	}
	for i, s := range p.Places {
		row := []string{fmt.Sprint(i + 1), s.Name, coordinate(s.At[0]), coordinate(s.At[1]), gainText(p, s.Gain)}
		if when {
			row = slices.Insert(row, 2, french.Typography(s.When))
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
