package versus

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang/geo/s2"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"

	"perimetre/geo"
)

// cloud is the yardstick of point in polygon: polygons of 200 vertices of the size of a
// QPV, and points clustered round them, about a third inside.
type cloud struct {
	shapes []orb.Polygon
	points []orb.Point
}

func newCloud(shapes, points int) cloud {
	rnd := rand.New(rand.NewPCG(19, 30))
	var c cloud
	centres, radii := make([]orb.Point, shapes), make([]float64, shapes) // degrees, metres
	for i := range shapes {
		centres[i], radii[i] = orb.Point{1.5 + 2.7*rnd.Float64(), 49 + 2*rnd.Float64()}, 250+350*rnd.Float64()
		mx, my := geo.MetresPerDegree(centres[i][1])
		ring, phase := make(orb.Ring, 0, 201), 7*rnd.Float64()
		for k := range 200 {
			a := 2 * math.Pi * float64(k) / 200
			r := radii[i] * (1 + .25*math.Sin(3*a+phase) + .08*math.Sin(11*a) + .03*rnd.Float64())
			ring = append(ring, orb.Point{centres[i][0] + r*math.Cos(a)/mx, centres[i][1] + r*math.Sin(a)/my})
		}
		c.shapes = append(c.shapes, orb.Polygon{append(ring, ring[0])})
	}
	for range points {
		k := rnd.IntN(shapes)
		mx, my := geo.MetresPerDegree(centres[k][1])
		c.points = append(c.points, orb.Point{centres[k][0] + 1.1*radii[k]*rnd.NormFloat64()/mx, centres[k][1] + 1.1*radii[k]*rnd.NormFloat64()/my})
	}
	return c
}

// Containment returns the trials of point in polygon: the product's index, made in the time
// that is counted, on one core, against what people use. conn may be nil.
func Containment(ctx context.Context, conn *pgx.Conn, shapes, points int) ([]Trial, error) {
	c := newCloud(shapes, points)
	want := 0
	ours := func(context.Context) (int, time.Duration, error) {
		start := time.Now()
		list := make([]orb.MultiPolygon, len(c.shapes))
		for i, p := range c.shapes {
			list[i] = orb.MultiPolygon{p}
		}
		index := geo.NewPolygons(list)
		var room [8]geo.Hit
		want = 0
		for _, p := range c.points {
			want += len(index.At(p, room[:0]))
		}
		return len(c.points), time.Since(start), nil
	}
	if _, _, err := ours(ctx); err != nil {
		return nil, err
	}
	work := fmt.Sprintf("containment, %s points in %s polygons", thousands(float64(points)), thousands(float64(shapes)))
	trial := func(peer string, goal float64, tolerance int, side Side) Trial {
		checked := func(ctx context.Context) (int, time.Duration, error) {
			hits, took, err := side(ctx)
			if err == nil && (hits < want-tolerance || hits > want+tolerance) {
				err = fmt.Errorf("%d points inside, and %d for the product", hits, want)
			}
			return len(c.points), took, err
		}
		return Trial{Work: work, Peer: peer, Goal: goal, Ours: ours, Their: checked, Same: "points inside"}
	}
	list := []Trial{trial("orb, R-tree of boxes", 0, 0, c.orb), trial("S2, ShapeIndex", 0, points/1000, c.s2)} // geodesic edges
	if geos, err := c.geos(); err == nil {
		list = append(list, trial("prepared GEOS, STRtree, in C", 0, 0, geos))
	} else {
		fmt.Fprintln(os.Stderr, "skipped: prepared GEOS:", err)
	}
	if conn == nil {
		return list, nil
	}
	if err := c.load(ctx, conn); err != nil {
		return nil, err
	}
	counted := func(sql string) Side {
		return func(ctx context.Context) (hits int, took time.Duration, err error) {
			start := time.Now()
			err = conn.QueryRow(ctx, sql).Scan(&hits)
			return hits, time.Since(start), err
		}
	}
	return append(list,
		trial("PostGIS, as people write it", 50, 0, counted("SELECT count(*) FROM points p JOIN zones z ON ST_Contains(z.geom, p.geom)")),
		// Cut in small pieces, from the points, by parallel workers.
		trial("PostGIS, tuned by hand", 5, points/1000, counted("SELECT count(*) FROM (SELECT DISTINCT p.id, z.id FROM points p JOIN pieces z ON ST_Intersects(z.geom, p.geom)) x")),
	), nil
}

func (c cloud) orb(context.Context) (int, time.Duration, error) {
	start := time.Now()
	var tree rtree.RTreeG[int]
	for i, p := range c.shapes {
		b := p.Bound()
		tree.Insert(b.Min, b.Max, i)
	}
	hits := 0
	for _, p := range c.points {
		tree.Search(p, p, func(_, _ [2]float64, i int) bool {
			if planar.PolygonContains(c.shapes[i], p) {
				hits++
			}
			return true
		})
	}
	return hits, time.Since(start), nil
}

func (c cloud) s2(context.Context) (int, time.Duration, error) {
	start := time.Now()
	index := s2.NewShapeIndex()
	for _, p := range c.shapes {
		var ring []s2.Point
		for _, q := range p[0][:len(p[0])-1] {
			ring = append(ring, s2.PointFromLatLng(s2.LatLngFromDegrees(q[1], q[0])))
		}
		index.Add(s2.PolygonFromLoops([]*s2.Loop{s2.LoopFromPoints(ring)}))
	}
	index.Build()
	query := s2.NewContainsPointQuery(index, s2.VertexModelSemiOpen)
	hits := 0
	for _, p := range c.points {
		hits += len(query.ContainingShapes(s2.PointFromLatLng(s2.LatLngFromDegrees(p[1], p[0]))))
	}
	return hits, time.Since(start), nil
}

//go:embed geos/geos.c
var geosSource []byte

// geos compiles a small program in C that does the work with GEOS alone.
func (c cloud) geos() (Side, error) {
	dir, err := os.MkdirTemp("", "versus-geos")
	if err != nil {
		return nil, err
	}
	source, program, input := filepath.Join(dir, "geos.c"), filepath.Join(dir, "geos"), filepath.Join(dir, "input")
	if err := os.WriteFile(source, geosSource, 0o644); err != nil {
		return nil, err
	}
	if out, err := exec.Command("gcc", "-O2", "-o", program, source, "-lgeos_c").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(c.shapes)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(c.points)))
	number := func(f float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f)) }
	for _, p := range c.shapes {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p[0])))
		for _, q := range p[0] {
			number(q[0])
			number(q[1])
		}
	}
	for _, p := range c.points {
		number(p[0])
		number(p[1])
	}
	if err := os.WriteFile(input, b, 0o644); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (hits int, took time.Duration, err error) {
		out, err := exec.CommandContext(ctx, program, input).Output()
		if err != nil {
			return 0, 0, err
		}
		var seconds float64
		_, err = fmt.Sscan(strings.TrimSpace(string(out)), &hits, &seconds)
		return hits, time.Duration(seconds * float64(time.Second)), err
	}, nil
}

// load puts the cloud in PostGIS, indexed and analysed as its manual says.
func (c cloud) load(ctx context.Context, conn *pgx.Conn) error {
	if err := statements(ctx, conn, "CREATE TABLE zones (id int, geom geometry(Polygon, 4326))", "CREATE TABLE points (id int, geom geometry(Point, 4326))"); err != nil {
		return err
	}
	if err := copyShapes(ctx, conn, "zones", len(c.shapes), func(i int) orb.Geometry { return c.shapes[i] }); err != nil {
		return err
	}
	if err := copyShapes(ctx, conn, "points", len(c.points), func(i int) orb.Geometry { return c.points[i] }); err != nil {
		return err
	}
	return statements(ctx, conn, "CREATE INDEX ON zones USING gist (geom)", "CREATE INDEX ON points USING gist (geom)",
		"CREATE TABLE pieces AS SELECT id, ST_Subdivide(geom, 16) AS geom FROM zones", "CREATE INDEX ON pieces USING gist (geom)",
		"VACUUM ANALYZE zones", "VACUUM ANALYZE points", "VACUUM ANALYZE pieces")
}

// copyShapes fills the columns id and geom of a table.
func copyShapes(ctx context.Context, conn *pgx.Conn, table string, n int, shape func(i int) orb.Geometry) error {
	staged := "staged_" + table
	if err := statements(ctx, conn, "CREATE TEMP TABLE "+staged+" (id int, b bytea)"); err != nil {
		return err
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{staged}, []string{"id", "b"}, pgx.CopyFromSlice(n, func(i int) ([]any, error) {
		b, err := wkb.Marshal(shape(i))
		return []any{i, b}, err
	})); err != nil {
		return err
	}
	return statements(ctx, conn, "INSERT INTO "+table+" (id, geom) SELECT id, ST_GeomFromWKB(b, 4326) FROM "+staged, "DROP TABLE "+staged)
}
