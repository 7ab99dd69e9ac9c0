//go:build cgo && gogeos

package geo

import (
	"errors"
	"fmt"
	"sync"

	"github.com/twpayne/go-geos"
)

// geosModule is the binding that this file calls; it needs GEOS 3.12 or later.
const geosModule = "github.com/twpayne/go-geos"

func geosMakeValid(a []byte) ([]byte, error) {
	return onGEOS(func(g []*geos.Geom) *geos.Geom { return g[0].MakeValid() }, a)
}

func geosUnion(a []byte) ([]byte, error) {
	return onGEOS(func(g []*geos.Geom) *geos.Geom { return g[0].UnaryUnion() }, a)
}

func geosIntersection(a, b []byte) ([]byte, error) {
	return onGEOS(func(g []*geos.Geom) *geos.Geom { return g[0].Intersection(g[1]) }, a, b)
}

func geosDifference(a, b []byte) ([]byte, error) {
	return onGEOS(func(g []*geos.Geom) *geos.Geom { return g[0].Difference(g[1]) }, a, b)
}

// geosBuffer grows a geometry by width, in its units.
func geosBuffer(a []byte, width float64) ([]byte, error) {
	return onGEOS(func(g []*geos.Geom) *geos.Geom { return g[0].Buffer(width, bufferSegments) }, a)
}

// onGEOS runs op on geometries in WKB and returns the result in WKB. go-geos panics, or
// gives nil, where GEOS refuses: both become errors here.
func onGEOS(op func([]*geos.Geom) *geos.Geom, in ...[]byte) (out []byte, err error) {
	err = withContext(func(c *geos.Context) error {
		g, err := readWKB(c, in)
		defer destroy(g)
		if err != nil {
			return err
		}
		r := op(g)
		if r == nil {
			return errors.New("GEOS ne donne pas de résultat")
		}
		defer r.Destroy()
		out = r.ToWKB()
		return nil
	})
	return out, err
}

func readWKB(c *geos.Context, in [][]byte) (out []*geos.Geom, err error) {
	for _, b := range in {
		g, err := c.NewGeomFromWKB(b)
		if err == nil && g == nil {
			err = errors.New("WKB illisible")
		}
		if err != nil {
			return out, err
		}
		out = append(out, g)
	}
	return out, nil
}

func destroy(g []*geos.Geom) {
	for _, x := range g {
		x.Destroy()
	}
}

// contexts are those that no goroutine holds. go-geos never frees a context, whose
// handle stays in a table of the runtime: none is made while one is free, so there are
// as many as goroutines overlaid at once.
var contexts struct {
	sync.Mutex
	free []*geos.Context
}

// withContext gives f a context that no other goroutine has, and turns a panic of f
// into an error.
func withContext(f func(*geos.Context) error) (err error) {
	contexts.Lock()
	var c *geos.Context
	if n := len(contexts.free); n > 0 {
		c, contexts.free = contexts.free[n-1], contexts.free[:n-1]
	}
	contexts.Unlock()
	if c == nil {
		c = geos.NewContext()
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("GEOS : %v", p)
		}
		contexts.Lock()
		contexts.free = append(contexts.free, c)
		contexts.Unlock()
	}()
	return f(c)
}
