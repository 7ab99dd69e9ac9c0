//go:build cgo && gogeos

package geo

import "github.com/twpayne/go-geos"

// geosRelates reports whether two geometries in WKB meet, and whether a contains b, the
// border left out: the oracle of the polygon index.
func geosRelates(a, b []byte) (meets, contains bool, err error) {
	err = withContext(func(c *geos.Context) error {
		g, err := readWKB(c, [][]byte{a, b})
		defer destroy(g)
		if err == nil {
			meets, contains = g[0].Intersects(g[1]), g[0].Contains(g[1])
		}
		return err
	})
	return meets, contains, err
}
