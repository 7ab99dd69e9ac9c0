package opening_test

import (
	"fmt"

	"perimetre/ingest/opening"
)

func ExampleParse() {
	for _, s := range []string{"lundi au vendredi 9h-12h 14h-17h", "2e et 4e mardi 14:00-17:00", "sur rendez-vous"} {
		o, _ := opening.Parse(s)
		fmt.Println(o.HalfDays, o.Appointment)
	}
	// Output:
	// 10 false
	// 0.5 false
	// 0 true
}
