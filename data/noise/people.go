package noise

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Classes of People alone: rows that no address base can answer.
const (
	Homeless   Class = "sans_domicile"
	Foreign    Class = "etranger"
	Unusable   Class = "inexploitable"
	EstateOnly Class = "residence_seule" // an estate in place of a street
	FormerCity Class = "commune_ancienne"
	AbbrevTypo Class = "abrev_faute"
)

// share is a noise with its weight in a thousand.
type share struct {
	class  Class
	weight int
}

// How people's rows are mixed: one noise of each group, "" for none. The weights
// are an estimate of what a young people's service types, not a measurement.
var (
	wholeRows  = []share{{"", 935}, {AbsentStreet, 15}, {WrongCommune, 15}, {Homeless, 15}, {Foreign, 5}, {Unusable, 5}, {EstateOnly, 10}}
	onStreets  = []share{{"", 550}, {Abbreviated, 250}, {NoArticles, 60}, {OneTypo, 80}, {TwoTypos, 15}, {AbbrevTypo, 45}}
	onNumbers  = []share{{"", 900}, {NoNumber, 45}, {AbsentNumber, 25}, {NumberRange, 30}}
	onCommunes = []share{{"", 830}, {NoPostcode, 30}, {NoCity, 20}, {WrongPostcode, 30}, {CityTypo, 40}, {FormerCity, 50}}
	additions  = []share{{"", 820}, {BeforeStreet, 150}, {Postbox, 30}}
	capital    = []share{{"", 650}, {Capitals, 350}}
)

func choose(rng *rand.Rand, group []share) Class {
	n := rng.IntN(1000)
	for _, s := range group {
		if n -= s.weight; n < 0 {
			return s.class
		}
	}
	return group[0].class
}

// People draws n rows as a file of people mixes them: none, one or several
// noises, and a few rows without any place. Class is the noise that weighs most,
// Noises all of them. Rows come in no order of class.
func (b *Base) People(n int, cfg Config) []Case {
	if b.Len() == 0 {
		return nil
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 0x70656f706c65))
	out := make([]Case, 0, n)
	for len(out) < n {
		c, ok := b.Person(rng, cfg)
		if !ok {
			continue
		}
		c.ID = fmt.Sprintf("P%07d", len(out)+1)
		out = append(out, c)
	}
	return out
}

// Person draws one row of People; false when the draw does not lend itself.
func (b *Base) Person(rng *rand.Rand, cfg Config) (Case, bool) {
	whole := choose(rng, wholeRows)
	p := b.draw(rng)
	d := b.start(rng, p)
	d.upper = choose(rng, capital) == Capitals
	switch whole {
	case AbsentStreet:
		c, ok := d.absentStreet(cfg.Names)
		c.Noises = []string{string(whole)}
		return c, ok
	case WrongCommune:
		c, ok := d.wrongCommune()
		c.Noises = []string{string(whole)}
		return c, ok
	case Homeless, Foreign, Unusable, EstateOnly:
		return d.placeless(whole), true
	}
	return d.mixed(), true
}

// At makes one case for a known number of the base: of a class, or of several
// noises as in People when class is empty. It is false when the base has not the
// number or the class has no hold on it.
func (b *Base) At(rng *rand.Rand, class Class, street string, n int, suffix string) (Case, bool) {
	b.prepare()
	s := b.byID[street]
	if s == nil {
		return Case{}, false
	}
	i := s.find(n, suffix)
	if i < 0 {
		return Case{}, false
	}
	d := b.start(rng, pick{s, i})
	switch class {
	case "":
		d.upper = choose(rng, capital) == Capitals
		return d.mixed(), true
	case AbsentStreet:
		return d.absentStreet(nil)
	case WrongCommune:
		return d.wrongCommune()
	}
	if !d.apply(class) {
		return Case{}, false
	}
	return d.finish(class), true
}

// mixed puts one noise of each group on a draft.
func (d *draft) mixed() Case {
	rng := d.rng
	class := Clean
	var noises []string
	if d.upper {
		class = Capitals
		noises = append(noises, string(Capitals))
	}
	for _, group := range [][]share{onStreets, additions, onNumbers, onCommunes} {
		want := choose(rng, group)
		if want == "" || !d.applyMixed(want) {
			continue
		}
		class = want
		noises = append(noises, string(want))
	}
	if class != CityTypo && class != NoCity && rng.IntN(2) == 0 {
		if city, ok := saintShort(rng, d.city); ok && !d.former {
			d.city = city
			noises = append(noises, string(SaintCity))
		}
	}
	c := d.finish(class)
	c.Noises = noises
	return c
}

// applyMixed puts a noise on a draft and leaves it as it was when it has no hold.
func (d *draft) applyMixed(class Class) bool {
	saved := *d
	ok := false
	switch class {
	case AbbrevTypo:
		if d.street, ok = abbreviate(d.rng, d.street, false); ok {
			ok = d.typos(1)
		}
	case FormerCity:
		if ok = d.s.old != "" && d.s.oldFolded != d.s.commune.folded; ok {
			d.city, d.former = d.s.old, true
		}
	default:
		ok = d.apply(class)
	}
	if !ok {
		*d = saved
	}
	return ok
}

// placeless writes a row that names a commune at most.
func (d *draft) placeless(class Class) Case {
	rng := d.rng
	c := Case{Class: class, Half: d.s.half, Written: d.s.commune.code, Unique: true, Noises: []string{string(class)},
		Truth: Truth{CityCode: d.s.commune.code, Lon: math.NaN(), Lat: math.NaN()}}
	d.number = ""
	switch class {
	case Homeless:
		d.street = []string{"SDF", "Sans domicile fixe", "sans domicile", "CCAS", "115", "domicilié au CCAS", "S.D.F.", "hébergé 115"}[rng.IntN(8)]
	case Unusable:
		d.street = []string{"", "inconnue", "?", "---", "ne sait pas", "xxx", "N/A", "à compléter"}[rng.IntN(8)]
	case EstateOnly:
		d.street = []string{"Résidence ", "Cité ", "Quartier ", "Rés "}[rng.IntN(4)] + estates[rng.IntN(len(estates))]
	case Foreign:
		town := []string{"7700 Mouscron Belgique", "7500 Tournai Belgique", "8500 Kortrijk (Belgique)", "7000 MONS BELGIQUE", "1000 Bruxelles"}[rng.IntN(5)]
		post, city, _ := strings.Cut(town, " ")
		d.street = fmt.Sprintf("%d rue %s", 1+rng.IntN(90), []string{"de la Station", "du Phénix", "de Tournai", "des Résistants"}[rng.IntN(4)])
		d.post, d.city = post, city
		c.Written, c.Truth.CityCode = "", ""
	}
	d.compose(&c)
	return c
}
