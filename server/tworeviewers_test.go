package server

import (
	"testing"

	"perimetre/server/people"
	"perimetre/server/store"
)

// Two people look at one address: the later answer does not silently undo the other.
func TestLaterAnswerIsToldOfTheOther(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	first, second := w.account(store.DataOfficer, unit), w.account(store.DataOfficer, unit)
	first.imported(unit, w.youngPeople())
	var q struct {
		Total  int
		Groups []people.Group
	}
	first.get("/api/v1/review").want(200).json(&q)
	key := q.Groups[0].Key
	answer := func(verdict, seen string) map[string]any {
		return map[string]any{"key": key, "verdict": verdict, "basis": people.Bases[0], "seen": seen}
	}
	var kept people.Decision
	first.post("/api/v1/decisions", answer("hors QPV", "")).want(200).json(&kept)
	second.post("/api/v1/decisions", answer("dans le QPV", "")).want(409)
	var list struct{ Decisions []people.Decision }
	second.get("/api/v1/decisions").want(200).json(&list)
	if len(list.Decisions) != 1 || list.Decisions[0].Verdict != "hors QPV" {
		t.Fatalf("after a refused answer: %+v", list.Decisions)
	}
	second.post("/api/v1/decisions", answer("dans le QPV", list.Decisions[0].DecidedAt.UTC().Format("2006-01-02T15:04:05.999999999Z07:00"))).want(200)
	first.post("/api/v1/decisions", map[string]any{"key": key, "verdict": "hors QPV", "basis": people.Bases[0]}).want(200)
}
