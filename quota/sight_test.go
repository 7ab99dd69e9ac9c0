package quota

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// oneBlock is a bordereau of one unit and one block.
func oneBlock(k Block) *Bordereau {
	for _, p := range k.Parts {
		k.Entries += p.N()
	}
	k.Perimeter, k.Versions, k.Packs = InForce, []string{"2024"}, []string{"a"}
	return &Bordereau{Format: bordereauFormat, Rule: "r", Counting: Entries, SHA256: []string{"e3b0"}, Period: span(Quarter(2024, 3)), Units: []BordereauUnit{{Code: "59001", Blocks: []Block{k}}}}
}

var state = Sight{Reader: StatePartners, Details: 5}

func TestStateReadsTotalsAndNoSmallDetail(t *testing.T) {
	for _, c := range []struct {
		name  string
		block Block
		want  string // motifs, actions, bases, rejected, hidden numbers
	}{
		{
			"nothing small", Block{Parts: []BordereauPart{{Count: Count{In: 30, Out: 40, Undecided: 20, Unlocatable: 6, DecidedIn: 8, DecidedOut: 9, DecidedNone: 5}}},
				Breakdown: Breakdown{Motifs: map[string]int{"bord": 9, "decision": 5, "sans_residence": 6}, Actions: map[string]int{"trancher": 14, "sans_residence": 6}, Bases: map[string]int{"position sur la carte": 22}}},
			"map[bord:9 decision:5 sans_residence:6] map[sans_residence:6 trancher:14] map[position sur la carte:22] map[] {false false false false}",
		},
		{
			"a small reason takes the next one with it, and its twins", Block{Parts: []BordereauPart{{Count: Count{In: 30, Out: 40, Undecided: 20, Unlocatable: 2}}},
				Breakdown: Breakdown{Motifs: map[string]int{"bord": 7, "ambigu": 11, "sans_residence": 2}, Actions: map[string]int{"trancher": 18, "sans_residence": 2}}},
			"map[ambigu:11] map[] map[] map[] {true false false false}",
		},
		{
			"a small number of decisions, and a basis that would tell it", Block{Parts: []BordereauPart{{Count: Count{In: 30, Out: 40, Undecided: 20, DecidedIn: 3, DecidedOut: 9}}},
				Breakdown: Breakdown{Motifs: map[string]int{"bord": 20}, Actions: map[string]int{"trancher": 20}, Bases: map[string]int{"position sur la carte": 12}}},
			"map[bord:20] map[trancher:20] map[] map[] {false true false false}",
		},
		{
			"all but two decided by a person", Block{Parts: []BordereauPart{{Count: Count{In: 30, Out: 40, Undecided: 20, DecidedIn: 28}}}},
			"map[] map[] map[] map[] {false true false false}",
		},
		{
			"every one decided by a person", Block{Parts: []BordereauPart{{Count: Count{In: 30, Out: 40, Undecided: 20, DecidedIn: 30}}}},
			"map[] map[] map[] map[] {false false false false}",
		},
		{
			"rejected rows", Block{Parts: []BordereauPart{{Count: Count{In: 3, Out: 1}}}, Rejected: map[Reason]int{NoDate: 4, BadDate: 5}},
			"map[] map[] map[] map[date_invalide:5] {false false false false}",
		},
		{
			"a part of a number that is shown", Block{Parts: []BordereauPart{{Target: "40 %", Count: Count{In: 30, DecidedIn: 9}}, {Target: "50 %", Count: Count{In: 30, DecidedIn: 2}}}},
			"map[] map[] map[] map[] {false true false false}",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := oneBlock(c.block)
			seen := state.Bordereau(b)
			k, was := seen.Units[0].Blocks[0], b.Units[0].Blocks[0]
			if got := fmt.Sprint(k.Motifs, k.Actions, k.Bases, k.Rejected, k.hidden()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if k.Entries != was.Entries || k.sum().In != was.sum().In || k.sum().Out != was.sum().Out || k.sum().Undecided != was.sum().Undecided {
				t.Errorf("totals are not as sent: %+v, sent %+v", k.sum(), was.sum())
			}
			if own := (Sight{Reader: OwnUnit}).Bordereau(b); own != b {
				t.Error("the unit does not read its own bordereau as it sent it")
			}
		})
	}
}

// What is hidden is null, never 0, and is read back as unknown: the verdict with
// decisions is the same, the verdict without them is not made up.
func TestMaskedBordereauReadBack(t *testing.T) {
	rule, err := LoadRule(DefaultRule)
	if err != nil {
		t.Fatal(err)
	}
	b := oneBlock(Block{Parts: []BordereauPart{{Target: "40 %", Count: Count{In: 40, Out: 60, DecidedIn: 3}}}})
	b.Rule, b.RuleHash = rule.ID, rule.Fingerprint
	var text bytes.Buffer
	if err := state.Bordereau(b).Write(&text); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text.Bytes(), []byte(`"decided_in": null`)) || !bytes.Contains(text.Bytes(), []byte(`"decided_out": 0`)) || !bytes.Contains(text.Bytes(), []byte(`"masked_under": 5`)) {
		t.Errorf("%s", text.Bytes())
	}
	again, err := ParseBordereau("masked.json", text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	r, err := FromBordereaux([]*Bordereau{again}, rule, Options{AsOf: day(2024, 10, 2)}, "")
	if err != nil {
		t.Fatal(err)
	}
	if u := r.Units[0]; u.Verdict != Reached || u.VerdictAuto != "" || r.Total.VerdictAuto != "" {
		t.Errorf("verdicts %q and %q, of all %q", u.Verdict, u.VerdictAuto, r.Total.VerdictAuto)
	}
	var plain bytes.Buffer
	if err := b.Write(&plain); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(plain.Bytes(), []byte("null")) || bytes.Contains(plain.Bytes(), []byte("masked")) {
		t.Errorf("a bordereau as sent says that it hides: %s", plain.Bytes())
	}
}

// The verdict without decisions is told when the hidden numbers cannot change it.
func TestVerdictWithoutDecisionsOfTheState(t *testing.T) {
	rule, err := LoadRule(DefaultRule)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		count Count
		hides bool
	}{
		{"no decision", Count{In: 40, Out: 60}, false},
		{"few, and the target is reached without any four", Count{In: 45, Out: 55, DecidedIn: 2}, false},
		{"few, and the target hangs on them", Count{In: 41, Out: 59, DecidedIn: 1}, true},
		{"many, that are shown", Count{In: 41, Out: 59, DecidedIn: 20}, false},
		{"few put out, and the target is out of reach all the same", Count{In: 5, Out: 95, DecidedOut: 4}, false},
		{"few put out, and the miss hangs on them", Count{In: 37, Out: 63, DecidedOut: 1}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := oneBlock(Block{Parts: []BordereauPart{{Target: "40 %", Count: c.count}}})
			b.Rule, b.RuleHash = rule.ID, rule.Fingerprint
			r, err := FromBordereaux([]*Bordereau{b}, rule, Options{AsOf: day(2024, 10, 2)}, "")
			if err != nil {
				t.Fatal(err)
			}
			v := rule.Sight(StatePartners).Veil(r)
			if got := v.HidesAuto(LevelUnit, "59001"); got != c.hides {
				t.Errorf("hidden: %v, want %v", got, c.hides)
			}
			if v.HidesAuto(LevelTotal, "TOTAL") != c.hides || v.Any(LevelUnit, "59001") {
				t.Error("the sum tells what the line hides, or the line hides a total")
			}
			if rule.Sight(OwnUnit).Veil(r).HidesAuto(LevelUnit, "59001") {
				t.Error("hidden from the unit itself")
			}
		})
	}
}

// Whatever a unit sends, no hidden number follows from the totals and the numbers
// that are shown: each can take several values, the least and the greatest of which
// lie the threshold apart where the total leaves as much.
func TestNothingHiddenFollowsFromWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, keys ...string) map[string]int {
			m := map[string]int{}
			for _, k := range keys {
				if n := rapid.IntRange(0, 12).Draw(t, name+" "+k); n > 0 {
					m[k] = n
				}
			}
			return m
		}
		total := func(m map[string]int) (n int) {
			for _, x := range m {
				n += x
			}
			return n
		}
		motifs := draw("motif", "bord", "ambigu", "decision", "sans_residence")
		c := Count{DecidedIn: rapid.IntRange(0, 12).Draw(t, "decided in"), DecidedOut: rapid.IntRange(0, 12).Draw(t, "decided out"), DecidedNone: motifs["decision"], Unlocatable: motifs["sans_residence"], Undecided: total(motifs)}
		c.In, c.Out = c.DecidedIn+rapid.IntRange(0, 12).Draw(t, "in"), c.DecidedOut+rapid.IntRange(0, 12).Draw(t, "out")
		actions := map[string]int{"trancher": motifs["bord"] + motifs["decision"], "completer": motifs["ambigu"], "sans_residence": motifs["sans_residence"]}
		maps.DeleteFunc(actions, func(_ string, n int) bool { return n == 0 })
		all := c.DecidedIn + c.DecidedOut + c.DecidedNone
		bases := map[string]int{}
		if one := rapid.IntRange(0, all).Draw(t, "basis"); one > 0 {
			bases["position sur la carte"] = one
		}
		if other := all - bases["position sur la carte"]; other > 0 {
			bases["justificatif vu"] = other
		}
		was := Block{Parts: []BordereauPart{{Count: c}}, Breakdown: Breakdown{Motifs: motifs, Actions: actions, Bases: bases}}
		seen := state.block(was)
		hidden := seen.hidden()

		// Two states of the world that are shown alike prove that a number is hidden:
		// each hidden number is looked for in other blocks of the same totals.
		alone := func(name string, shown, sent map[string]int) {
			var gone []string
			for k, n := range sent {
				if _, ok := shown[k]; !ok && n > 0 {
					gone = append(gone, k)
				}
			}
			people := 0
			for _, k := range gone {
				people += sent[k]
			}
			if len(gone) == 1 && total(sent) > 0 && name != "bases" {
				if people != total(sent) { // alone under the total, beside others that are shown
					t.Fatalf("%s: %v is what the total leaves of %v", name, gone, shown)
				}
				if people < 5 && len(sent) > 1 {
					t.Fatalf("%s: %v", name, gone)
				}
			}
			for k, n := range shown {
				if n > 0 && n < 5 {
					t.Fatalf("%s: %d people are shown under %s", name, n, k)
				}
			}
			if len(gone) > 1 && len(gone) < len(sent) && people-(len(gone)-1) < 5 {
				t.Fatalf("%s: %v hold %d people between them, beside %v", name, gone, people, shown)
			}
		}
		alone("motifs", seen.Motifs, motifs)
		alone("actions", seen.Actions, actions)
		alone("bases", seen.Bases, bases)
		decided := []struct {
			hidden bool
			n, of  int
		}{{hidden.DecidedIn, c.DecidedIn, c.In}, {hidden.DecidedOut, c.DecidedOut, c.Out}, {hidden.DecidedNone, c.DecidedNone, c.Undecided}, {hidden.Unlocatable, c.Unlocatable, c.Undecided}}
		for _, d := range decided {
			if !d.hidden && (state.Small(d.n) || d.n > 0 && state.Small(d.of-d.n)) {
				t.Fatalf("%d of %d is shown: %+v", d.n, d.of, c)
			}
		}
		n, gone := 0, 0
		for _, d := range decided[:3] {
			if d.hidden {
				n++
			}
		}
		for k := range bases {
			if _, ok := seen.Bases[k]; !ok {
				gone++
			}
		}
		if len(bases) > 0 && n+gone == 1 {
			t.Fatalf("decisions by answer and by basis give each other away: %+v %v", c, seen.Bases)
		}
		if b, err := json.Marshal(seen); err != nil || slices.Contains([]string{""}, string(b)) {
			t.Fatal(err)
		}
	})
}
