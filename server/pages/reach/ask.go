package reach

import (
	"net/url"
	"slices"
	"strconv"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/transit"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/studies"
	"perimetre/study"
	"perimetre/web"
)

// How people are taken to come.
const (
	byTransit = "transports"
	byLine    = "ligne-droite"
)

// ask is what the page is asked: the names are the page's parameters.
type ask struct {
	unit   string
	mode   string
	week   geo.Date
	reach  int // minutes or metres, as the mode
	visit  int
	home   int // minute of the day
	places int // to propose
	units  []web.Choice
}

// Choices of the filters.
var (
	minutesChoices = []int{15, 30, 45, 60, 90}
	metresChoices  = []int{500, 1000, 2000, 5000, 10000}
	visitChoices   = []int{20, 45, 60, 120}
	homeChoices    = []int{18 * 60, 20 * 60, 24 * 60}
	placesChoices  = []int{0, 1, 2, 3, 5}
)

// readAsk reads the parameters; a reader who leaves the means out gets the timetables
// of a pack that has some.
func readAsk(q *httpio.Params, pack *packs.Edition, who *access.Principal) (a ask, err error) {
	a = ask{unit: q.Text("ml"), mode: q.OneOf("moyen", byTransit, byLine), week: q.Date("semaine", monday(geo.Today())), places: q.Integer("lieux", 0, 0, placesChoices[len(placesChoices)-1])}
	if a.mode == "" {
		if a.mode = byLine; hasTimetables(pack) {
			a.mode = byTransit
		}
	}
	usual, least, most := 1000, 100, 100_000
	if a.mode == byTransit {
		usual, least, most = int(study.ReachTransit.Limit), 5, 180
	}
	a.reach = q.Integer("portee", usual, least, most)
	a.visit = q.Integer("sejour", transit.UsualTerms.Visit, 0, 240)
	a.home = transit.UsualTerms.Home
	if text := q.Text("retour"); text != "" {
		if a.home, err = transit.ParseHome(text); err != nil {
			q.Refuse("retour", "une heure HH:MM, de 00:00 à 24:00")
		}
	}
	if err := q.Err(); err != nil {
		return a, err
	}
	if len(who.Units) != 1 {
		a.units = append(a.units, web.Choice{Label: "Tous", Selected: a.unit == ""})
		for _, u := range pack.Units() {
			if who.Sees(u.Code) {
				a.units = append(a.units, web.Choice{Value: u.Code, Label: u.Name, Selected: u.Code == a.unit})
			}
		}
	}
	return a, nil
}

// monday returns the first day of the week of a date.
func monday(on geo.Date) geo.Date { return on.AddDays(-(int(on.Time().Weekday()) + 6) % 7) }

// hasTimetables reports whether a pack was made of timetables too.
func hasTimetables(pack *packs.Edition) bool {
	return slices.ContainsFunc(pack.Manifests, func(m data.Manifest) bool {
		return slices.ContainsFunc(m.Sources, func(s data.PackSource) bool { return s.Kind == data.KindTimetable })
	})
}

// request returns the study that is asked for.
func (a *ask) request() studies.Request {
	q := studies.Request{Unit: a.unit}
	q.Reach, q.ReachGiven = coverage.Reach{Limit: float64(a.reach), Unit: coverage.Metres}, true
	if a.mode == byTransit {
		q.On, q.Reach.Unit = a.week, coverage.Minutes
		terms := transit.UsualTerms
		terms.Visit, terms.Home = a.visit, a.home
		q.Terms = &terms
	}
	return q
}

// apiQuery asks the API for the same study.
func (a *ask) apiQuery() url.Values {
	v := url.Values{"on": {a.week.String()}, "reach": {strconv.Itoa(a.reach) + "min"}, "visit": {strconv.Itoa(a.visit)}, "home_by": {clock(a.home)}}
	if a.unit != "" {
		v.Set("unit", a.unit)
	}
	return v
}

// clock writes a minute of the day as transit.ParseHome reads it.
func clock(minute int) string {
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	return two(minute/60) + ":" + two(minute%60)
}

func (a *ask) filters() []web.Filter {
	number := func(name, label string, choices []int, chosen int, write func(int) string) web.Filter {
		if !slices.Contains(choices, chosen) {
			choices = append(slices.Clone(choices), chosen)
			slices.Sort(choices)
		}
		f := web.Filter{Name: name, Label: label}
		for _, n := range choices {
			f.Choices = append(f.Choices, web.Choice{Value: strconv.Itoa(n), Label: write(n), Selected: n == chosen})
		}
		return f
	}
	minutes := func(n int) string { return strconv.Itoa(n) + " min" }
	metres := func(n int) string { return french.Length(float64(n)) }
	var list []web.Filter
	if len(a.units) > 0 {
		list = append(list, web.Filter{Name: "ml", Label: "Territoire", Choices: a.units})
	}
	list = append(list, web.Filter{Name: "moyen", Label: "Venir", Choices: []web.Choice{{Value: byTransit, Label: "à pied, en bus ou en train", Selected: a.mode == byTransit}, {Value: byLine, Label: "à vol d’oiseau", Selected: a.mode == byLine}}})
	if a.mode == byLine {
		list = append(list, number("portee", "À moins de", metresChoices, a.reach, metres))
	} else {
		home := number("retour", "Rentré avant", homeChoices, a.home, func(n int) string { return french.Clock(n) })
		for i := range home.Choices {
			n, _ := strconv.Atoi(home.Choices[i].Value)
			home.Choices[i].Value = clock(n)
			if n == 24*60 {
				home.Choices[i].Label = "minuit"
			}
		}
		list = append(list, number("portee", "En moins de", minutesChoices, a.reach, minutes), number("sejour", "Temps sur place", visitChoices, a.visit, minutes), home)
	}
	return append(list, number("lieux", "Lieux à proposer", placesChoices, a.places, func(n int) string {
		if n == 0 {
			return "aucun"
		}
		return strconv.Itoa(n)
	}))
}
