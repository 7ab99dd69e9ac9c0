package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"

	"perimetre/geo"
	"perimetre/ingest"
)

func ExampleAddresses() {
	dir, _ := os.MkdirTemp("", "ban")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "adresses-59.csv")
	os.WriteFile(path, []byte("id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n"+
		"59350_1234_00012_bis;12;bis;Rue de Lille;59000;59350;Lille;3.0606;50.6368\n"), 0o600)
	report, err := ingest.Addresses(path, func(batch []geo.Address) error {
		for _, a := range batch {
			fmt.Println(a.Number, a.Suffix, a.Street, a.CityCode, a.Lon, a.Lat)
		}
		return nil
	})
	fmt.Println(report.Format, report.Numbers, report.Departements, err)
	// Output:
	// 12 bis Rue de Lille 59350 3.0606 50.6368
	// ban-csv 1 [59] <nil>
}
