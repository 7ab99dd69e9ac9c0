package labelled

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"

	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

// Away is a real base from which some streets were taken away, and what is asked
// of it: those streets, written exactly, and the others, written in other ways.
type Away struct {
	Index *geocode.Index
	Asked []Asked
	Taken int
}

// Asked is one question.
type Asked struct {
	Kind  string // Absent, or the way in which a street that is there is written
	Query geocode.Query
	// Streets are the identifiers of the right answers; nil for a street taken away.
	Streets  []string
	Name     string // as the base writes it
	Commune  string // INSEE code of the commune asked
	Held     bool   // kept aside: never tuned on
	Lon, Lat float64
}

// Absent is the kind of the streets taken away.
const Absent = "absente"

// AwayOptions say which base and what to ask. A street is taken away when the
// hash of its commune and name is Fold modulo Folds.
type AwayOptions struct {
	Base        string // files, comma separated
	Communes    string // commune tables, comma separated
	Fold, Folds int
	PerKind     int // questions of each kind on streets that are there, both halves
	Takes       int // streets taken away that are asked, both halves; all when 0
}

// numbered matches the names in which a base put a house number: "147P56 Rue Cardinet".
var numbered = regexp.MustCompile(`(?i)^\d+[a-z]+\d* `)

// realStreet is what a base holds under one name in one commune.
type realStreet struct {
	commune, name string
	typ           string
	plain         []string // canonical words of the name without its type
	ids           []string
	records       []geo.Address
	hash          uint64
	held          bool
}

// LoadAway reads a base, takes streets away, builds the index of the rest in a
// folder and draws the questions.
func LoadAway(o AwayOptions) (*Away, error) {
	communes, err := Communes(o.Communes)
	if err != nil {
		return nil, err
	}
	streets, err := readStreets(o.Base)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "away-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // mapped: the files live until the index is closed
	b, err := geocode.NewBuilder(geocode.BuildOptions{Dir: dir, Communes: communes})
	if err != nil {
		return nil, err
	}
	nb := noise.NewBase(communes)
	twins := map[string]int{} // streets of a commune that are the same words
	for _, s := range streets {
		twins[s.key()]++
	}
	var kept, taken []*realStreet
	for _, s := range streets {
		if twins[s.key()] == 1 && len(s.plain) > 0 && !numbered.MatchString(s.name) && s.hash%uint64(o.Folds) == uint64(o.Fold) {
			taken = append(taken, s)
			continue
		}
		kept = append(kept, s)
		if err := b.Add(s.records); err != nil {
			return nil, err
		}
		for _, a := range s.records {
			nb.Add(a)
		}
	}
	if _, err := b.Close(); err != nil {
		return nil, err
	}
	a := &Away{Taken: len(taken)}
	if a.Index, err = geocode.Open(dir); err != nil {
		return nil, err
	}
	for i, s := range taken {
		if o.Takes > 0 && i >= o.Takes {
			break
		}
		a.Asked = append(a.Asked, s.ask(Absent, s.name, nil))
	}
	a.variants(kept, nb, o.PerKind)
	return a, nil
}

func readStreets(files string) ([]*realStreet, error) {
	by := map[string]*realStreet{}
	var order []*realStreet
	err := eachAddress(files, func(batch []geo.Address) error {
		for i := range batch {
			r := clone(&batch[i])
			commune := r.CityCode
			if city, _ := geo.Arrondissement(commune); city != "" {
				commune = city
			}
			name := r.Street
			if name == "" {
				name = r.Place
			}
			key := commune + "/" + noise.Fold(name)
			s := by[key]
			if s == nil {
				s = &realStreet{commune: commune, name: name}
				h := fnv.New64a()
				h.Write([]byte(key))
				s.hash = h.Sum64() >> 7
				h.Reset()
				h.Write([]byte("half/" + r.CityCode))
				s.held = h.Sum64()>>11&1 == 1
				s.typ, s.plain = Words(name)
				by[key] = s
				order = append(order, s)
			}
			if !slices.Contains(s.ids, r.StreetID) {
				s.ids = append(s.ids, r.StreetID)
			}
			s.records = append(s.records, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(order, func(a, b *realStreet) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return strings.Compare(a.commune+a.name, b.commune+b.name)
	})
	return order, nil
}

// clone copies the strings of a record, which belong to its reader.
func clone(a *geo.Address) geo.Address {
	c := *a
	for _, s := range []*string{&c.ID, &c.StreetID, &c.Suffix, &c.Street, &c.Place, &c.Alias, &c.Postcode, &c.CityCode, &c.City, &c.OldCityCode, &c.OldCity} {
		*s = strings.Clone(*s)
	}
	return c
}

// Words returns the type of a street's name and its other words, articles left out.
func Words(name string) (typ string, plain []string) {
	for _, w := range address.StreetWords(nil, address.Fold(nil, name)) {
		switch w.Kind {
		case address.Type:
			typ += w.Text
		case address.Plain:
			plain = append(plain, w.Text)
		}
	}
	return typ, plain
}

func (s *realStreet) core() string { return strings.Join(s.plain, " ") }
func (s *realStreet) key() string  { return s.commune + "/" + s.typ + "/" + s.core() }

// number returns the record asked: a number from the middle of the street, without a
// suffix if there is one.
func (s *realStreet) number() geo.Address {
	n := len(s.records)
	for i := range n {
		if r := s.records[(n/2+i)%n]; r.Suffix == "" && r.Number > 0 {
			return r
		}
	}
	return s.records[n/2]
}

func (s *realStreet) ask(kind, street string, ids []string) Asked {
	r := s.number()
	city := r.City
	if c, name := geo.Arrondissement(r.CityCode); c != "" {
		city = strings.Fields(name)[0]
	}
	text := street
	if r.Number > 0 {
		text = strings.TrimSpace(fmt.Sprintf("%d%s %s", r.Number, r.Suffix, street))
	}
	return Asked{Kind: kind, Query: geocode.Query{Street: text, Postcode: r.Postcode, City: city}, Streets: ids,
		Name: s.name, Commune: s.commune, Held: s.held, Lon: r.Lon, Lat: r.Lat}
}

// Kinds lists the ways of writing a street that is there, in the order of a report.
var Kinds = []string{"exacte", "capitales", "sans_type", "sans_articles", "abreviations", "sans_prenom", "initiale",
	"une_faute", "deux_fautes", "sans_annee", "fin_omise", "prenom_ajoute", "autre_partie", "autre_type"}

// rare are the kinds that people write seldom, for one question in so many of the
// others' number.
var rare = map[string]int{"autre_partie": 4, "autre_type": 20}

// noiseKinds are the ways that the noise package writes.
var noiseKinds = map[string]noise.Class{"exacte": noise.Clean, "capitales": noise.Capitals, "sans_articles": noise.NoArticles,
	"abreviations": noise.Abbreviated, "une_faute": noise.OneTypo, "deux_fautes": noise.TwoTypos}

// variants draws, for each kind, questions on streets that are there and whose
// answer is one street of the commune.
func (a *Away) variants(kept []*realStreet, nb *noise.Base, perKind int) {
	byCommune := map[string][]*realStreet{}
	for _, s := range kept {
		byCommune[s.commune] = append(byCommune[s.commune], s)
	}
	given := map[string]string{} // a last name to the given name of some street
	postcodes := map[string][]string{}
	for _, s := range kept {
		if n := len(s.plain); n == 2 && firstNames[s.plain[0]] {
			given[s.plain[1]] = s.plain[0]
		}
		for _, r := range s.records {
			if !slices.Contains(postcodes[s.commune], r.Postcode) {
				postcodes[s.commune] = append(postcodes[s.commune], r.Postcode)
			}
		}
	}
	rng := rand.New(rand.NewPCG(7, 0x61776179))
	for _, kind := range Kinds {
		left := perKind
		if k := rare[kind]; k > 0 {
			left /= k
		}
		for _, i := range rng.Perm(len(kept)) {
			if left == 0 {
				break
			}
			s := kept[i]
			if numbered.MatchString(s.name) {
				continue
			}
			if class, ok := noiseKinds[kind]; ok {
				r := s.number()
				c, ok := nb.At(rng, class, r.StreetID, r.Number, r.Suffix)
				if !ok || !c.Unique || c.Truth.Number == 0 {
					continue
				}
				q := s.ask(kind, "", s.ids)
				q.Query = Query(&c, false)
				a.Asked = append(a.Asked, q)
				left--
				continue
			}
			text, want, ok := s.rewrite(kind)
			switch kind {
			case "prenom_ajoute":
				first := ""
				if len(s.plain) == 1 {
					first = given[s.plain[0]]
				}
				if i := strings.LastIndexAny(s.name, " '’"); first != "" && i > 0 && s.typ != "" && !slices.ContainsFunc(strings.Fields(noise.Fold(s.name)), article) {
					text, want, ok = s.name[:i+1]+strings.ToUpper(first[:1])+first[1:]+" "+s.name[i+1:], []string{first, s.plain[0]}, true
				}
			case "autre_partie":
				text, want, ok = s.name, s.plain, len(postcodes[s.commune]) > 1
			case "autre_type":
				text, want, ok = strings.Replace(s.name, "Avenue ", "Rue ", 1), s.plain, strings.HasPrefix(s.name, "Avenue ")
			}
			if !ok || !alone(s, byCommune[s.commune], kind, want) {
				continue
			}
			q := s.ask(kind, text, s.ids)
			if kind == "autre_partie" {
				all := postcodes[s.commune]
				q.Query.Postcode = all[rng.IntN(len(all))]
				if slices.ContainsFunc(s.records, func(r geo.Address) bool { return r.Postcode == q.Query.Postcode }) {
					continue
				}
			}
			a.Asked = append(a.Asked, q)
			left--
		}
	}
}

// rewrite writes the street's name as a kind does, and gives the canonical words
// of its core that remain.
func (s *realStreet) rewrite(kind string) (text string, words []string, ok bool) {
	tokens := address.Fold(nil, s.name)
	all := address.StreetWords(nil, tokens)
	drop := func(from, to int) string { // tokens [from, to)
		if to == len(tokens) {
			return strings.TrimRight(s.name[:tokens[from].Start], " '’-(")
		}
		return s.name[:tokens[from].Start] + s.name[tokens[to].Start:]
	}
	given := func(i int) bool { // a given name before another word, "de" and "la" apart
		return i+1 < len(all) && all[i].Kind == address.Plain && all[i+1].Kind == address.Plain && firstNames[all[i].Text] &&
			(i == 0 || all[i-1].Kind == address.Type)
	}
	switch kind {
	case "sans_type":
		if s.typ == "" || all[0].Kind != address.Type || len(s.plain) == 0 {
			return "", nil, false
		}
		i := 0
		for i < len(all) && all[i].Kind != address.Plain {
			i++
		}
		return s.name[tokens[all[i].Tok].Start:], s.plain, true
	case "sans_prenom", "initiale":
		for i := range all {
			if !given(i) {
				continue
			}
			t := tokens[all[i].Tok]
			if kind == "initiale" {
				words = slices.Clone(s.plain)
				k := slices.Index(words, all[i].Text)
				words[k] = words[k][:1]
				return s.name[:t.Start] + strings.ToUpper(t.Text[:1]) + ". " + s.name[tokens[all[i].Tok+1].Start:], words, true
			}
			words = slices.DeleteFunc(slices.Clone(s.plain), func(w string) bool { return w == all[i].Text })
			return drop(all[i].Tok, all[i].Tok+1), words, true
		}
	case "sans_annee":
		n := len(tokens)
		if n > 3 && tokens[n-1].Digits && len(tokens[n-1].Text) == 4 && !tokens[n-2].Digits {
			return drop(n-1, n), s.plain[:len(s.plain)-1], true
		}
	case "fin_omise":
		if n := len(tokens); len(s.plain) >= 4 && !tokens[n-1].Digits && all[len(all)-1].Kind == address.Plain {
			text = drop(n-1, n)
			_, words = Words(text)
			return text, words, len(words) == len(s.plain)-1
		}
	}
	return "", nil, false
}

func article(w string) bool {
	return slices.Contains([]string{"du", "de", "des", "la", "le", "les", "l", "d", "aux"}, w)
}

// alone reports whether no other street of the commune fits the words as well.
func alone(s *realStreet, streets []*realStreet, kind string, words []string) bool {
	want := strings.Join(words, " ")
	for _, o := range streets {
		if o == s {
			continue
		}
		have := o.core()
		switch kind {
		case "initiale":
			if len(o.plain) == len(words) && slices.EqualFunc(o.plain, words, func(a, b string) bool { return a == b || len(b) == 1 && strings.HasPrefix(a, b) }) || o.plain != nil && have == strings.Join(words[1:], " ") {
				return false
			}
		case "sans_prenom":
			if have == want || strings.HasSuffix(have, " "+want) {
				return false
			}
		case "fin_omise", "sans_annee":
			if have == want || strings.HasPrefix(have, want+" ") {
				return false
			}
		default:
			if have == want {
				return false
			}
		}
	}
	return true
}

// firstNames are given names that streets bear, for the ways that drop them: a
// list of its own, so that the geocoder's is not measured on itself.
var firstNames = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`jean pierre paul henri charles emile andre georges francois jules joseph jacques maurice leon
		auguste rene marcel eugene albert antoine robert roger edouard claude ernest victor fernand raymond gaston alfred gustave
		lucien gabriel camille alphonse felix michel etienne edmond alexandre frederic louis louise marius adolphe arthur nicolas
		armand theodore adrien guillaume henry philippe raoul hippolyte thomas prosper gilbert ferdinand daniel marguerite
		leopold denis honore simone jeanne marie gerard guy francis anatole aristide benjamin blaise honore lazare leo
		germaine suzanne pascal roland bernard lucie irene olympe berthe george edgar claude romain`) {
		m[w] = true
	}
	return m
}()
