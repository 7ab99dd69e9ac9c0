package quota_test

import (
	"fmt"

	"perimetre/quota"
)

// Shares are exact, and a bare 40 is refused: it could be 40 % or forty times.
func ExampleParseFraction() {
	for _, text := range []string{"40 %", "27,5%", "0,4", "40"} {
		f, err := quota.ParseFraction(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%d/%d\n", f.Num, f.Den)
	}
	// Output:
	// 2/5
	// 11/40
	// 2/5
	// part "40" : attendu 40 % ou 0,4
}

// A year, a quarter, or several quarters in a row are periods of civil quarters.
func ExampleParsePeriod() {
	for _, text := range []string{"2024-T3", "2024", "2024-T1..2024-T3"} {
		p, err := quota.ParsePeriod(text)
		fmt.Println(p.From, p.To, err)
	}
	// Output:
	// 2024-07-01 2024-09-30 <nil>
	// 2024-01-01 2024-12-31 <nil>
	// 2024-01-01 2024-09-30 <nil>
}
