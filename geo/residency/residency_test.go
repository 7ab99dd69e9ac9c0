package residency

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

// flatland is a hand-made world in which a longitude of x stands x metres from
// the border of one zone, inside positive, along a line; the zone has a hole
// between 400 and 500. Communes "59001" (with the zone) and "59002" (without)
// are told by the latitude's sign.
type flatland struct {
	absent    bool // no version is loaded
	precision float64
	overlap   bool
}

var version = geo.Version{Zoning: geo.QPV, Name: "2024", ValidFrom: geo.MustDate("2024-01-01")}
var quartier = geo.ZoneRef{Code: "QN05901M", Name: "Les Prés"}
var voisin = geo.ZoneRef{Code: "QN05902N", Name: "Le Bourg"}

func (w flatland) At(q geo.Question) geo.Memberships {
	m := geo.Memberships{
		FRR: geo.ListFact{Status: geo.StatusNo}, ZRR: geo.ListFact{Status: geo.StatusNone},
	}
	switch q.Commune {
	case "59002":
		m.FRR.Status = geo.StatusSocle
	case "":
		m.FRR.Status = geo.StatusUncertain
	}
	if w.absent {
		return m
	}
	v := version
	v.Precision = w.precision
	if q.On.Before(v.ValidFrom) || q.Perimeter == "2015" {
		v.Name = "2015"
	}
	m.QPV = geo.QPVFact{Version: &v, CommuneHasZone: q.Commune == "59001"}
	if !q.HasPoint {
		return m
	}
	x := q.Point[0]
	d := x
	if x > 250 {
		d = math.Min(x, 400-x)
		if x > 400 {
			d = -math.Min(x-400, 500-x)
		}
	}
	if d >= 0 {
		m.QPV.Inside = []geo.ZoneRef{quartier}
		if w.overlap {
			m.QPV.Inside = []geo.ZoneRef{quartier, voisin}
		}
	}
	if math.Abs(d) <= geo.Reach {
		m.QPV.Distance, m.QPV.HasDistance, m.QPV.Nearest = d, true, quartier
	}
	m.QPV.OnEdge = d == 0
	return m
}

func (w flatland) MetresOutside(code string, p orb.Point) (float64, bool) {
	if (code == "59001") == (p[1] >= 0) {
		return 0, true
	}
	return math.Abs(p[1]), code != "59999"
}

// street is the line of a street's numbers, by x.
type street []float64

func (s street) Numbers(_ geocode.StreetRef, visit func(geocode.HouseNumber) bool) error {
	for i, x := range s {
		if !visit(geocode.HouseNumber{Number: i + 1, Lon: x, Lat: 1, Position: geo.PositionEntrance}) {
			break
		}
	}
	return nil
}

func found(precision geocode.Precision, position geo.PositionType, x float64) *geocode.Answer {
	return &geocode.Answer{
		Results: []geocode.Result{{
			Precision: precision, Position: position, Lon: x, Lat: 1, CityCode: "59001", Street: "Rue A", Confidence: 0.95,
		}},
		Rivals: 1, CommuneCertain: true, StreetAsked: precision >= geocode.PrecisionLocality,
	}
}

// otherType is a number found on streets of another type than the one asked.
func otherType(xs ...float64) *geocode.Answer {
	a := found(geocode.PrecisionNumber, geo.PositionEntrance, xs[0])
	for _, x := range xs[1:] {
		r := a.Results[0]
		r.Lon, r.Confidence = x, 0.02
		a.Results = append(a.Results, r)
	}
	for i := range a.Results {
		a.Results[i].Faults = []string{geocode.FaultType}
	}
	return a
}

// without moves an answer to the commune that has no zone.
func without(a *geocode.Answer) *geocode.Answer {
	for i := range a.Results {
		a.Results[i].CityCode = "59002"
		a.Results[i].Lat = -1
	}
	return a
}

func classed(c address.Class) *geocode.Answer {
	return &geocode.Answer{Parsed: &address.Parsed{Class: c}}
}

func with(a *geocode.Answer, f func(*geocode.Answer)) *geocode.Answer { f(a); return a }

// TestTable holds each row of the table of situations, by its name.
func TestTable(t *testing.T) {
	const (
		number   = geocode.PrecisionNumber
		interp   = geocode.PrecisionInterpolated
		way      = geocode.PrecisionStreet
		locality = geocode.PrecisionLocality
		commune  = geocode.PrecisionCommune
	)
	cases := []struct {
		name   string
		answer *geocode.Answer
		world  flatland
		street street
		status Status
		motif  Motif
		action Action
	}{
		{name: "another type, a border within 500 m", answer: otherType(-499), status: Undecided, motif: Ambiguous, action: ToDecide},
		{name: "another type, no border within 500 m", answer: otherType(-501), status: Out, motif: NumberOut},
		{name: "another type, a border within 500 m, commune without zone", answer: without(otherType(-499)), status: Out, motif: CommuneWithoutZone},
		{name: "another type, a second street of the name near a border", answer: otherType(-900, -400), status: Undecided, motif: Ambiguous, action: ToDecide},
		{name: "another type, all streets of the name far from borders", answer: otherType(-900, -700), status: Out, motif: NumberOut},
		{name: "another type, streets of the name on two sides", answer: otherType(-900, 1200), status: Undecided, motif: Ambiguous, action: ToDecide},
		{name: "the type asked, a border within 500 m", answer: found(number, geo.PositionEntrance, -499), status: Out, motif: NumberOut},
		{name: "number matched, inside by more than the band", answer: found(number, geo.PositionEntrance, 15.1), status: In, motif: NumberIn},
		{name: "number matched, outside by more than the band", answer: found(number, geo.PositionEntrance, -15.1), status: Out, motif: NumberOut},
		{name: "number matched, far from any zone", answer: found(number, geo.PositionEntrance, -90000), status: Out, motif: NumberOut},
		{name: "within the band, inside", answer: found(number, geo.PositionEntrance, 15), status: Undecided, motif: Border, action: ToDecide},
		{name: "within the band, outside", answer: found(number, geo.PositionEntrance, -14), status: Undecided, motif: Border, action: ToDecide},
		{name: "parcel within its wider band", answer: found(number, geo.PositionParcel, 18), status: Undecided, motif: Border, action: ToDecide},
		{name: "parcel past its band", answer: found(number, geo.PositionParcel, 21), status: In, motif: NumberIn},
		{name: "segment within its band", answer: found(number, geo.PositionSegment, 24), status: Undecided, motif: Border, action: ToDecide},
		{name: "unknown position past its band", answer: found(number, geo.PositionUnknown, 26), status: In, motif: NumberIn},
		{name: "interpolated entrance takes the coarse band", answer: found(interp, geo.PositionEntrance, 24), status: Undecided, motif: Border, action: ToDecide},
		{name: "coarse perimeter widens the band", answer: found(number, geo.PositionEntrance, 29), world: flatland{precision: 30}, status: Undecided, motif: Border, action: ToDecide},
		{name: "exactly on an edge", answer: found(number, geo.PositionEntrance, 0), status: Undecided, motif: Border, action: ToDecide},
		{name: "hole of a polygon", answer: found(number, geo.PositionEntrance, 450), status: Out, motif: NumberOut},
		{name: "street only, all numbers inside", answer: found(way, 0, 100), street: street{50, 100, 150}, status: In, motif: StreetIn},
		{name: "street only, all numbers outside", answer: found(way, 0, -100), street: street{-50, -100, -150}, status: Out, motif: StreetOut},
		{name: "street only, two numbers", answer: found(way, 0, 100), street: street{50, 100}, status: Undecided, motif: StreetCut, action: Complete},
		{name: "street only, no number known", answer: found(way, 0, -100), status: Undecided, motif: StreetCut, action: Complete},
		{name: "street only, one number within the band", answer: found(way, 0, 100), street: street{50, 100, 14}, status: Undecided, motif: StreetCut, action: ToDecide},
		{name: "street on two sides", answer: found(way, 0, 100), street: street{50, 100, -50}, status: Undecided, motif: StreetCut, action: ToDecide},
		{name: "number absent from its street", answer: with(found(way, 0, 100), func(a *geocode.Answer) { a.NumberAsked = true }), street: street{50, 100, 150}, status: In, motif: StreetIn},
		{name: "lieu-dit without number in a commune with a zone", answer: found(locality, 0, -900), status: Undecided, motif: StreetCut, action: Complete},
		{name: "lieu-dit without number in a commune without any zone", answer: without(found(locality, 0, -900)), status: Out, motif: CommuneWithoutZone},
		{name: "lieu-dit near a neighbour's zone in a commune without any", answer: without(found(locality, 0, -20)), status: Undecided, motif: StreetCut, action: Complete},
		{name: "commune only and certain, without any QPV", answer: without(found(commune, 0, 100)), status: Out, motif: CommuneWithoutZone},
		{name: "commune only, with a QPV", answer: found(commune, 0, -4000), status: Undecided, motif: CommuneWithZone, action: Complete},
		{name: "street not found in a commune with a QPV", answer: with(found(commune, 0, 9), func(a *geocode.Answer) { a.StreetAsked = true }), status: Undecided, motif: CommuneWithZone, action: Complete},
		{name: "street not found, commune certain and without QPV", answer: with(without(found(commune, 0, 9)), func(a *geocode.Answer) { a.StreetAsked = true }), status: Out, motif: CommuneWithoutZone},
		{name: "commune without QPV but not certain", answer: with(without(found(commune, 0, 9)), func(a *geocode.Answer) { a.CommuneCertain = false }), status: Undecided, motif: Ambiguous, action: Complete},
		{name: "two distinct places match equally", answer: with(found(number, 0, 100), func(a *geocode.Answer) {
			a.Results, a.Rivals = append(a.Results, a.Results[0]), 2
		}), status: Undecided, motif: Ambiguous, action: ToDecide},
		{name: "town and postcode contradict and both have the street", answer: with(found(number, 0, 100), func(a *geocode.Answer) {
			other := a.Results[0]
			other.CityCode = "59002"
			a.Results, a.Contradiction = append(a.Results, other), true
		}), status: Undecided, motif: Ambiguous, action: Complete},
		{name: "town and postcode contradict, one has the street", answer: with(found(number, 0, 100), func(a *geocode.Answer) { a.Contradiction = true }), status: In, motif: NumberIn},
		{name: "point outside the commune that matched", answer: with(found(number, 0, 100), func(a *geocode.Answer) { a.Results[0].Lat = -26 }), status: Undecided, motif: Ambiguous, action: ToDecide},
		{name: "point on the simplified contour's wrong side", answer: with(found(number, 0, 100), func(a *geocode.Answer) { a.Results[0].Lat = -24 }), status: In, motif: NumberIn},
		{name: "commune without a contour", answer: with(found(number, 0, 100), func(a *geocode.Answer) { a.Results[0].CityCode = "59999" }), status: In, motif: NumberIn},
		{name: "version not loaded", answer: found(number, 0, 100), world: flatland{absent: true}, status: Undecided, motif: NoPerimeter},
		{name: "overlapping QPV", answer: found(number, 0, 100), world: flatland{overlap: true}, status: In, motif: NumberIn},
		{name: "foreign address", answer: classed(address.Foreign), status: Out, motif: ForeignAddress},
		{name: "foreign address, version not loaded", answer: classed(address.Foreign), world: flatland{absent: true}, status: Out, motif: ForeignAddress},
		{name: "unusable", answer: classed(address.Unusable), status: Undecided, motif: UnusableText, action: Complete},
		{name: "homeless", answer: classed(address.Homeless), status: Undecided, motif: NoResidence, action: NoneKnown},
		{name: "domiciliation where the commune has no QPV", answer: with(without(found(number, 0, -9000)), func(a *geocode.Answer) { a.Parsed = &address.Parsed{Class: address.Domiciliation} }), status: Undecided, motif: NoResidence, action: NoneKnown},
		{name: "institution", answer: with(found(number, 0, 100), func(a *geocode.Answer) { a.Parsed = &address.Parsed{Class: address.Institution} }), status: Undecided, motif: NoResidence, action: NoneKnown},
		{name: "nothing found", answer: &geocode.Answer{StreetAsked: true}, status: Undecided, motif: UnusableText, action: Complete},
		{name: "unsure number in a commune with a QPV", answer: with(found(number, 0, 100), func(a *geocode.Answer) { a.Results[0].Confidence = 0.2 }), status: Undecided, motif: Ambiguous, action: ToDecide},
		{name: "unsure number in a certain commune without QPV", answer: with(without(found(number, 0, -900)), func(a *geocode.Answer) { a.Results[0].Confidence = 0.2 }), status: Out, motif: CommuneWithoutZone},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := Decider{Zones: c.world, Communes: c.world, Numbers: c.street, Options: DefaultOptions}
			got := d.Decide(Input{Answer: c.answer, On: geo.MustDate("2024-06-01"), Known: geo.MustDate("2026-01-01")})
			if got.Status != c.status || got.Motif != c.motif || got.Action != c.action {
				t.Fatalf("got %s %s %q, want %s %s %q", got.Status, got.Motif, got.Action, c.status, c.motif, c.action)
			}
			if got.Status == In && len(got.Zones) == 0 {
				t.Error("oui without a code")
			}
		})
	}
}

func TestWhatADecisionCarries(t *testing.T) {
	on := geo.MustDate("2024-06-01")
	decide := func(d Decider, a *geocode.Answer) Decision {
		d.Options = DefaultOptions
		return d.Decide(Input{Answer: a, On: on, Known: on})
	}
	w := flatland{}
	t.Run("the candidate within the band, and the geometric side", func(t *testing.T) {
		got := decide(Decider{Zones: w}, found(geocode.PrecisionNumber, geo.PositionEntrance, -14))
		if diff := cmp.Diff([]geo.ZoneRef{quartier}, got.Zones); diff != "" || got.Distance != -14 || !got.HasDistance {
			t.Fatalf("%s distance %v", diff, got.Distance)
		}
	})
	t.Run("the share inside of a street that is cut", func(t *testing.T) {
		got := decide(Decider{Zones: w, Numbers: street{50, 100, -50, -60}}, found(geocode.PrecisionStreet, 0, 50))
		if got.ShareInside != 0.5 || got.StreetNumbers != 4 {
			t.Fatalf("share %v of %d", got.ShareInside, got.StreetNumbers)
		}
	})
	t.Run("both codes of an overlap, and the alert", func(t *testing.T) {
		got := decide(Decider{Zones: flatland{overlap: true}}, found(geocode.PrecisionNumber, 0, 100))
		if len(got.Zones) != 2 || !got.Overlap {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("both places of an ambiguity", func(t *testing.T) {
		a := found(geocode.PrecisionNumber, 0, 100)
		a.Results, a.Rivals = append(a.Results, a.Results[0]), 2
		if got := decide(Decider{Zones: w}, a); len(got.Rivals) != 2 {
			t.Fatalf("%d places", len(got.Rivals))
		}
	})
	t.Run("no distance to a commune's own point", func(t *testing.T) {
		if got := decide(Decider{Zones: w}, found(geocode.PrecisionCommune, 0, 100)); got.HasDistance {
			t.Fatal("a distance was given")
		}
	})
	t.Run("the rural status of a sure commune, none of a doubtful one", func(t *testing.T) {
		if got := decide(Decider{Zones: w}, without(found(geocode.PrecisionNumber, 0, -900))); got.FRR != geo.StatusSocle || got.ZRR != geo.StatusNone {
			t.Fatalf("sure: %s %s", got.FRR, got.ZRR)
		}
		a := without(found(geocode.PrecisionCommune, 0, -900))
		a.CommuneCertain = false
		if got := decide(Decider{Zones: w}, a); got.FRR != geo.StatusUncertain {
			t.Fatalf("doubtful: %s", got.FRR)
		}
		for other, want := range map[string]geo.ListStatus{"59001": geo.StatusNo, "59002": geo.StatusUncertain} {
			a = found(geocode.PrecisionNumber, 0, 100)
			a.CommuneCertain, a.Results[0].Confidence = false, 0.4
			a.Results, a.Rivals = append(a.Results, a.Results[0]), 2
			a.Results[1].CityCode, a.Results[1].OldCityCode = other, "59999"
			if got := decide(Decider{Zones: w}, a); got.FRR != want {
				t.Fatalf("rivals in 59001 and %s: %s, want %s", other, got.FRR, want)
			}
		}
		if got := decide(Decider{Zones: w}, classed(address.Homeless)); got.FRR != geo.StatusUncertain {
			t.Fatalf("homeless: %s", got.FRR)
		}
		if got := decide(Decider{Zones: w}, classed(address.Foreign)); got.FRR != geo.StatusNo {
			t.Fatalf("foreign: %s", got.FRR)
		}
	})
	t.Run("an invalid date is no decision", func(t *testing.T) {
		d := Decider{Zones: w, Options: DefaultOptions}
		got := d.Decide(Input{Answer: found(geocode.PrecisionNumber, 0, 100), Known: on})
		if got.Status != Undecided || got.Motif != UnusableText {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("coordinates alone are a number of unknown position", func(t *testing.T) {
		d := Decider{Zones: w, Options: DefaultOptions}
		for x, want := range map[float64]Motif{26: NumberIn, 25: Border, -26: NumberOut} {
			if got := d.Decide(Input{Point: orb.Point{x, 1}, HasPoint: true, On: on, Known: on}); got.Motif != want {
				t.Errorf("x=%v: %s, want %s", x, got.Motif, want)
			}
		}
	})
	t.Run("coordinates of a commune or of a street are no number", func(t *testing.T) {
		d := Decider{Zones: w, Communes: w, Options: DefaultOptions}
		for p, want := range map[geocode.Precision]Motif{
			geocode.PrecisionCommune: CommuneWithZone, geocode.PrecisionStreet: StreetCut, geocode.PrecisionInterpolated: NumberIn,
		} {
			if got := d.Decide(Input{Point: orb.Point{100, 1}, HasPoint: true, Commune: "59001", Precision: p, On: on, Known: on}); got.Motif != want {
				t.Errorf("%v: %s, want %s", p, got.Motif, want)
			}
		}
	})
	t.Run("another perimeter is replayed", func(t *testing.T) {
		d := Decider{Zones: w, Options: DefaultOptions}
		got := d.Decide(Input{Answer: found(geocode.PrecisionNumber, 0, 100), On: on, Known: on, Perimeter: "2015"})
		if got.Perimeter != "2015" || got.On != on {
			t.Fatalf("perimeter %s on %s", got.Perimeter, got.On)
		}
	})
	t.Run("explain gives steps, nothing without", func(t *testing.T) {
		d := Decider{Zones: w, Options: DefaultOptions}
		in := Input{Answer: found(geocode.PrecisionNumber, 0, 100), On: on, Known: on}
		if got := d.Decide(in); got.Steps != nil {
			t.Fatal("steps without being asked")
		}
		d.Options.Explain = true
		if got := d.Decide(in); len(got.Steps) < 2 {
			t.Fatalf("%v", got.Steps)
		}
	})
}

func TestAPersonsDecision(t *testing.T) {
	const text = "12 bis, rue des Cœurs-Unis 59000 LILLE"
	on := geo.MustDate("2024-06-01")
	ledger := func(v Verdict) *Ledger {
		return &Ledger{ByKey: map[string]Manual{Key(nil, text, "59001", "2024"): {Verdict: v}}}
	}
	decide := func(l *Ledger, a *geocode.Answer, text string, at geo.Date) Decision {
		d := Decider{Zones: flatland{}, Decisions: l, Options: DefaultOptions}
		return d.Decide(Input{Answer: a, Text: text, On: at, Known: on})
	}
	border := func() *geocode.Answer { return found(geocode.PrecisionNumber, geo.PositionEntrance, -3) }
	if got := decide(ledger(SaysIn), border(), "12 BIS RUE DES COEURS UNIS, 59000 Lille", on); got.Status != In || got.Motif != ByPerson || len(got.Zones) != 1 {
		t.Errorf("inside: %+v", got)
	}
	if got := decide(ledger(SaysOut), border(), text, on); got.Status != Out || got.Motif != ByPerson {
		t.Errorf("hors: %+v", got)
	}
	if got := decide(ledger(SaysCannot), border(), text, on); got.Status != Undecided || got.Motif != ByPerson {
		t.Errorf("not allowed: %+v", got)
	}
	if got := decide(ledger(SaysIn), border(), text, geo.MustDate("2023-06-01")); got.Motif != Border {
		t.Errorf("it carried to another version: %s", got.Motif)
	}
	if got := decide(ledger(SaysIn), border(), "14 rue des Cœurs-Unis 59000 LILLE", on); got.Motif != Border {
		t.Errorf("it carried to another address: %s", got.Motif)
	}
	for _, c := range []address.Class{address.Homeless, address.Domiciliation, address.Institution} {
		a := border()
		a.Parsed = &address.Parsed{Class: c}
		if got := decide(ledger(SaysIn), a, text, on); got.Motif != NoResidence {
			t.Errorf("class %d: %s", c, got.Motif)
		}
	}
	if Key([]byte("secret"), text, "59001", "2024") == Key(nil, text, "59001", "2024") {
		t.Error("the secret does not change the key")
	}
}

// A key that changes loses the decisions that people made: whoever changes how
// texts are folded changes NormaliserVersion, and this key.
func TestKeyHolds(t *testing.T) {
	const want = "14c9020ece9e2e8a12edfccc3ffe6938f258baa1d6931f24746b7ad698557ef6"
	if got := Key(nil, "12 bis, rue des Cœurs-Unis\u00a059000 LILLE n°3", "59350", "2024"); got != want {
		t.Errorf("the key is now %s", got)
	}
}

// Whatever the point, an answer is oui only inside and non only outside, and the
// border band never decides.
func TestAnswerFollowsGeometry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-6000, 390).Draw(t, "x")
		pos := geo.PositionType(rapid.IntRange(0, int(geo.PositionUtility)).Draw(t, "position"))
		precision := rapid.Float64Range(0, 60).Draw(t, "precision")
		w := flatland{precision: precision}
		d := Decider{Zones: w, Communes: w, Options: DefaultOptions}
		on := geo.MustDate("2024-06-01")
		got := d.Decide(Input{Answer: found(geocode.PrecisionNumber, pos, x), On: on, Known: on})
		f := w.At(geo.Question{Point: orb.Point{x, 1}, HasPoint: true, On: on}).QPV
		switch got.Status {
		case In:
			if f.Distance <= precision || f.Distance < 15 {
				t.Fatalf("oui at %v m", f.Distance)
			}
		case Out:
			if f.HasDistance && (f.Distance >= -precision || f.Distance > -15) {
				t.Fatalf("non at %v m", f.Distance)
			}
		default:
			if math.Abs(f.Distance) > max(25, precision) {
				t.Fatalf("undecided at %v m: %s", f.Distance, got.Motif)
			}
		}
	})
}
