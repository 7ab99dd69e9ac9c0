// Command typing measures autocomplete: it types labelled addresses letter by
// letter, from the third, as a box that completes does, and prints how often nothing
// is proposed, when the street comes first, how often another place that the text fits as
// well comes before it, after how much of the text it stays first, and the percentiles of the processor time of an answer.
//
//	go run ./cmd/typing --base nord=RAW/ban/adresses-59.csv.gz --communes communes-hdf.csv --half held
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"

	"perimetre/bench/labelled"
	"perimetre/data/noise"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

func main() {
	var o labelled.Options
	flag.StringVar(&o.Base, "base", "", "name=file,file…")
	flag.StringVar(&o.Communes, "communes", "", "commune tables, comma separated")
	half := flag.String("half", "dev", "dev, held or all")
	near := flag.Bool("near", false, "give a point 3 km away from the address")
	dump := flag.Int("dump", 0, "prefixes whose first answer is another, from 60 % of the text, to print")
	slow := flag.Duration("slow", 0, "print the texts whose answer takes longer")
	flag.IntVar(&o.PerClass, "n", 1000, "addresses typed, both halves")
	show := flag.String("show", "", "text to type and show")
	flag.Parse()
	o.Seed = 7
	runtime.LockOSThread() // its processor time is measured
	set, err := labelled.Load(o)
	if err != nil {
		fail(err)
	}
	t := typing{s: set.Index.NewSearcher(), near: *near, dump: *dump, slow: *slow}
	if *show != "" {
		t.show(*show)
		return
	}
	for i := range set.Cases {
		if c := &set.Cases[i]; c.Class == noise.Clean && (*half == "all" || string(c.Half) == *half) {
			t.address(c)
		}
	}
	t.print()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "typing:", err)
	os.Exit(1)
}

// typing counts what the typed addresses were answered.
type typing struct {
	s    *geocode.Searcher
	near bool
	dump int
	slow time.Duration

	times     []time.Duration
	addresses int
	empty     map[string]int // by kind of the last character typed
	prefixes  map[string]int
	at        [11]struct{ first, same, n int } // by tenths of the text
	good      float64                          // sum of the shares after which the street stays first
}

func (t *typing) ask(text string, c *noise.Case) (*geocode.Answer, time.Duration) {
	q := geocode.Query{Text: text, Autocomplete: true}
	if t.near && c != nil {
		q.Near, q.HasNear = [2]float64{c.Truth.Lon + 0.02, c.Truth.Lat + 0.02}, true
	}
	start := processorTime()
	a, err := t.s.Search(&q)
	d := processorTime() - start
	if err != nil {
		fail(err)
	}
	return a, d
}

// address types one address.
func (t *typing) address(c *noise.Case) {
	if t.empty == nil {
		t.empty, t.prefixes = map[string]int{}, map[string]int{}
	}
	text := []rune(c.Line)
	stays := len(text) // the first length from which the street is always first
	right, same := make([]bool, len(text)+1), make([]bool, len(text)+1)
	for k := 3; k <= len(text); k++ {
		a, d := t.ask(string(text[:k]), c)
		t.times = append(t.times, d)
		if t.slow > 0 && d > t.slow {
			fmt.Printf("  %v %q\n", d.Round(10*time.Microsecond), string(text[:k]))
		}
		kind := lastTyped(text[:k])
		t.prefixes[kind]++
		if len(a.Results) == 0 {
			t.empty[kind]++
		}
		right[k] = len(a.Results) > 0 && labelled.Right(c, &a.Results[0])
		same[k] = len(a.Results) > 0 && !right[k] && fits(string(text[:k]), a.Results[0].Label)
		if !right[k] && t.dump > 0 && (len(a.Results) == 0 || 10*k >= 6*len(text)) {
			t.dump--
			fmt.Printf("  %q of %q:", string(text[:k]), c.Line)
			for _, r := range a.Results[:min(3, len(a.Results))] {
				fmt.Printf(" %s;", r.Label)
			}
			fmt.Println()
		}
	}
	for k := len(text); k >= 3 && right[k]; k-- {
		stays = k
	}
	t.addresses++
	t.good += float64(stays) / float64(len(text))
	for tenth := range t.at {
		k := len(text) * tenth / 10
		if k < 3 {
			continue
		}
		t.at[tenth].n++
		if right[k] {
			t.at[tenth].first++
		}
		if same[k] {
			t.at[tenth].same++
		}
	}
}

// fits reports whether a label starts by the words of a text, the last unfinished: the
// text says nothing against this place.
func fits(text, label string) bool {
	typed, whole := address.Fold(nil, text), address.Fold(nil, label)
	if len(typed) > len(whole) {
		return false
	}
	for i, t := range typed {
		if t.Text != whole[i].Text && (i < len(typed)-1 || !strings.HasPrefix(whole[i].Text, t.Text)) {
			return false
		}
	}
	return true
}

// lastTyped names what a text ends with.
func lastTyped(text []rune) string {
	last := text[len(text)-1]
	word := 0
	for i := len(text) - 1; i >= 0 && unicode.IsLetter(text[i]); i-- {
		word++
	}
	switch {
	case unicode.IsDigit(last):
		return "digit"
	case word == 1:
		return "first letter"
	case word > 1:
		return "letter"
	case last == ' ':
		return "space"
	}
	return "apostrophe, hyphen, comma"
}

func (t *typing) print() {
	all, none := 0, 0
	for _, kind := range []string{"digit", "first letter", "letter", "space", "apostrophe, hyphen, comma"} {
		n, e := t.prefixes[kind], t.empty[kind]
		all, none = all+n, none+e
		fmt.Printf("%-28s %7d prefixes, empty %6.2f %%\n", kind, n, 100*float64(e)/float64(max(n, 1)))
	}
	fmt.Printf("%-28s %7d prefixes, empty %6.2f %%\n", "all", all, 100*float64(none)/float64(max(all, 1)))
	for tenth := 2; tenth <= 10; tenth++ {
		s := t.at[tenth]
		lo, hi := labelled.Wilson(s.first, s.n)
		fmt.Printf("street first at %3d %% of the text: %6.2f %% [%5.2f;%6.2f], another that fits as well: %5.2f %%\n", 10*tenth, 100*float64(s.first)/float64(max(s.n, 1)), lo, hi, 100*float64(s.same)/float64(max(s.n, 1)))
	}
	slices.Sort(t.times)
	at := func(p float64) time.Duration { return t.times[int(p*float64(len(t.times)-1))] }
	fmt.Printf("%d addresses: first for good after %.1f %% of the text; processor time p50 %v p95 %v p99 %v max %v\n", t.addresses, 100*t.good/float64(max(t.addresses, 1)), at(.5), at(.95), at(.99), at(1))
}

// show types a text and prints the first answers.
func (t *typing) show(text string) {
	runes := []rune(text)
	for k := 3; k <= len(runes); k++ {
		a, d := t.ask(string(runes[:k]), nil)
		fmt.Printf("%-30q %8v", string(runes[:k]), d.Round(time.Microsecond))
		for _, r := range a.Results[:min(3, len(a.Results))] {
			fmt.Printf("  %s;", r.Label)
		}
		fmt.Println()
	}
}
