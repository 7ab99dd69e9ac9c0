package noise_test

import (
	"fmt"
	"math/rand/v2"

	"perimetre/data/noise"
	"perimetre/geo"
)

func ExampleBase_At() {
	b := noise.NewBase([]geo.Commune{{Code: "96001", Name: "Saint-Orvin-sur-Ourlande", Departement: "96", Postcodes: []string{"96100"}}})
	for n := 1; n <= 9; n++ {
		b.Add(geo.Address{StreetID: "96001_0001", Number: n, Street: "Avenue du Général Tisserand", CityCode: "96001", Postcode: "96100"})
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for _, class := range []noise.Class{noise.Clean, noise.Combined, noise.SaintCity} {
		c, _ := b.At(rng, class, "96001_0001", 7, "")
		fmt.Println(c.Line)
	}
	// Output:
	// 7, Avenue du Général Tisserand 96100 Saint-Orvin-sur-Ourlande
	// 7 AVE DU GENERRAL TISSERAND 96100 SAINT ORVIN SUR OURLANDE
	// 7 Avenue du Général Tisserand, 96100 St Orvin sur Ourlande
}
