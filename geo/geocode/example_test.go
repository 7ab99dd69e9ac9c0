package geocode_test

import (
	"fmt"
	"os"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// Builds the index of one street, and asks it as people write.
func Example() {
	dir, err := os.MkdirTemp("", "index")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	b, err := geocode.NewBuilder(geocode.BuildOptions{Dir: dir, Communes: []geo.Commune{{
		Code: "59512", Name: "Roubaix", Departement: "59", Postcodes: []string{"59100"}, Population: 98000, Lon: 3.18, Lat: 50.69,
	}}})
	if err != nil {
		panic(err)
	}
	var numbers []geo.Address
	for n := 1; n <= 12; n++ {
		numbers = append(numbers, geo.Address{
			ID: fmt.Sprintf("59512_0001_%05d", n), StreetID: "59512_0001", Number: n, Street: "Rue du Général Leclerc",
			Postcode: "59100", CityCode: "59512", City: "Roubaix", Lon: 3.18 + float64(n)/10000, Lat: 50.69,
		})
	}
	if err := b.Add(numbers); err != nil {
		panic(err)
	}
	if _, err := b.Close(); err != nil {
		panic(err)
	}

	index, err := geocode.Open(dir)
	if err != nil {
		panic(err)
	}
	defer index.Close()
	answer, err := index.NewSearcher().Search(&geocode.Query{Text: "12 r du gal leclerc, bât B 59100 roubaix"})
	if err != nil {
		panic(err)
	}
	first := answer.Results[0]
	fmt.Println(first.Label, first.Precision)
	// Output: 12 Rue du Général Leclerc 59100 Roubaix numero
}
