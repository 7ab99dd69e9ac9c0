package study_test

import (
	"fmt"

	"perimetre/study"
)

// A weight says who counts when places are chosen, and how many times.
func ExampleParseWeight() {
	for _, text := range []string{"", "qpv", "frr=2"} {
		w, err := study.ParseWeight(text)
		fmt.Println(w, err)
	}
	_, err := study.ParseWeight("loin")
	fmt.Println(err != nil)
	// Output:
	// tous <nil>
	// qpv <nil>
	// frr=2 <nil>
	// true
}
