package overlay_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"perimetre/geo/overlay"
)

func Example() {
	square := func(x, y, size float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}}}
	}
	common, _ := overlay.Intersection(square(0, 0, 2), square(1, 1, 2))
	ring, _ := overlay.Difference(square(0, 0, 3), square(1, 1, 1))
	fmt.Println(common)
	fmt.Println(len(ring[0]), "rings")
	// Output:
	// [[[[1 1] [2 1] [2 2] [1 2] [1 1]]]]
	// 2 rings
}
