package toy

import (
	"testing"

	"perimetre/geo"
	"perimetre/ingest"
)

// The base is one that a build reads whole: twenty numbers in four streets.
func TestBase(t *testing.T) {
	streets, numbers := map[string]bool{}, 0
	_, err := ingest.Addresses(Base(t), func(batch []geo.Address) error {
		for i := range batch {
			streets[batch[i].Street] = true
			numbers++
		}
		return nil
	})
	if err != nil || numbers != 20 || len(streets) != 4 {
		t.Errorf("%d numbers in %d streets, %v", numbers, len(streets), err)
	}
}
