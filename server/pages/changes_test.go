package pages

import (
	"testing"

	"perimetre/quota"
)

// Counts of nobody rest on no version of the perimeters: none is told to have changed.
func TestRestsOnNoVersion(t *testing.T) {
	some, none := quota.Stand{Versions: []string{"2024"}}, quota.Stand{}
	for _, c := range [][2]quota.Stand{{some, none}, {none, some}, {none, none}, {some, some}} {
		if told := restsOn(c[0], c[1]); len(told) > 0 {
			t.Errorf("from %v to %v: %v", c[0].Versions, c[1].Versions, told)
		}
	}
	if told := restsOn(quota.Stand{Versions: []string{"2015"}}, some); len(told) != 1 {
		t.Errorf("another version is told as %v", told)
	}
}
