package versus

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"perimetre/geo"
)

// Coverage returns the trial of the nearest of many sites for each address: the product's
// whole command, with its bands, QPV and communes, and PostGIS's nearest neighbours on a
// part of the addresses. list holds real addresses of public services.
func (r *Region) Coverage(ctx context.Context, conn *pgx.Conn, list string, sites, sample int) (t Trial, err error) {
	f, err := os.Open(list)
	if err != nil {
		return t, err
	}
	defer f.Close()
	rows, err := csvRows(f)
	if err != nil {
		return t, err
	}
	path := filepath.Join(r.Dir, "sites.csv")
	out, err := os.Create(path)
	if err != nil {
		return t, err
	}
	defer out.Close()
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "nom;genre;lon;lat;insee")
	var points []orb.Point
	step := max(1, len(rows)/sites)
	for i := 1; i < len(rows) && len(points) < sites; i += step { // address, insee, lon, lat
		lon, err1 := strconv.ParseFloat(rows[i][2], 64)
		lat, err2 := strconv.ParseFloat(rows[i][3], 64)
		if err1 != nil || err2 != nil {
			return t, fmt.Errorf("%s, line %d: no coordinates", list, i+1)
		}
		points = append(points, orb.Point{lon, lat})
		fmt.Fprintf(w, "Site %d;permanence;%s;%s;%s\n", len(points), rows[i][2], rows[i][3], rows[i][1])
	}
	if err := w.Flush(); err != nil {
		return t, err
	}
	if err := statements(ctx, conn, "CREATE TABLE sites (id int, geom geometry(Point, 4326))"); err != nil {
		return t, err
	}
	if err := copyShapes(ctx, conn, "sites", len(points), func(i int) orb.Geometry { return points[i] }); err != nil {
		return t, err
	}
	if err := statements(ctx, conn, "CREATE INDEX ON sites USING gist (geom)", "VACUUM ANALYZE sites"); err != nil {
		return t, err
	}
	all := r.addresses(ctx, conn)
	answer := filepath.Join(r.Dir, "coverage.json")
	return Trial{
		Work: fmt.Sprintf("nearest of %d sites, %s addresses (peer: %s of them)", len(points), thousands(float64(all)), thousands(float64(sample))), Peer: "PostGIS, nearest neighbours by <->",
		Ours: func(ctx context.Context) (int, time.Duration, error) {
			took, err := r.run(ctx, "coverage", "--sites", path, "--format", "json", "-o", answer)
			return all, took, err
		},
		Their: func(ctx context.Context) (n int, took time.Duration, err error) {
			start := time.Now()
			var sum float64
			err = conn.QueryRow(ctx, `SELECT count(*), sum(ST_Distance(a.geom::geography, s.geom::geography, false)) FROM (SELECT geom FROM addresses ORDER BY id LIMIT $1) a
				CROSS JOIN LATERAL (SELECT geom FROM sites ORDER BY sites.geom <-> a.geom LIMIT 1) s`, sample).Scan(&n, &sum)
			return n, time.Since(start), err
		},
		Same: "the product tells bands, QPV and communes too",
	}, nil
}

// csvRows reads a whole table parted by semicolons.
func csvRows(in io.Reader) ([][]string, error) {
	r := csv.NewReader(in)
	r.Comma, r.FieldsPerRecord = ';', -1
	return r.ReadAll()
}

// Tiles returns the trial of vector tiles of QPV asked over HTTP one after the other: the
// product hands out what was encoded with the pack, PostGIS encodes at each request.
func (r *Region) Tiles(ctx context.Context, conn *pgx.Conn, requests int) (t Trial, stop func(), err error) {
	if err := statements(ctx, conn, "CREATE TABLE drawn AS SELECT id, ST_Transform(geom, 3857) AS geom FROM qpv", "CREATE INDEX ON drawn USING gist (geom)", "VACUUM ANALYZE drawn"); err != nil {
		return t, nil, err
	}
	zones, index, _ := r.Pack.Zonings.Polygons(geo.QPV, qpvVersion)
	var own []int // the region's
	for i, z := range zones {
		if slices.ContainsFunc(z.Communes, func(c string) bool { return r.Unit[c] != "" }) {
			own = append(own, i)
		}
	}
	if len(own) == 0 {
		return t, nil, fmt.Errorf("the pack has no QPV %s of its own communes", qpvVersion)
	}
	rnd := rand.New(rand.NewPCG(19, 2))
	var asked []maptile.Tile
	for range requests {
		asked = append(asked, maptile.At(index.Bound(own[rnd.IntN(len(own))]).Center(), maptile.Zoom(8+rnd.IntN(6))))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return t, nil, err
	}
	address := l.Addr().String()
	l.Close()
	server := exec.Command(r.Program, "--quiet", "--pack", r.Folder, "serve", "--listen", address, "--database", filepath.Join(r.Dir, "serve.db"))
	if err := server.Start(); err != nil {
		return t, nil, err
	}
	stop = func() { server.Process.Kill(); server.Wait() }
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if res, err := http.Get("http://" + address + "/readyz"); err == nil {
			if res.Body.Close(); res.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(end) {
			stop()
			return t, nil, fmt.Errorf("the server does not answer")
		}
	}
	return Trial{
		Work: fmt.Sprintf("tiles of QPV, %d requests one by one", requests), Peer: "PostGIS, ST_AsMVT at each request",
		Ours: func(context.Context) (int, time.Duration, error) {
			start := time.Now()
			for _, x := range asked {
				res, err := http.Get(fmt.Sprintf("http://%s/tiles/qpv-2024/%d/%d/%d.mvt", address, x.Z, x.X, x.Y))
				if err != nil {
					return 0, 0, err
				}
				_, err = io.Copy(io.Discard, res.Body)
				if res.Body.Close(); err != nil || res.StatusCode >= 400 {
					return 0, 0, fmt.Errorf("tile %v: %d %v", x, res.StatusCode, err)
				}
			}
			return len(asked), time.Since(start), nil
		},
		Their: func(ctx context.Context) (int, time.Duration, error) {
			start := time.Now()
			for _, x := range asked {
				var b []byte
				if err := conn.QueryRow(ctx, `SELECT ST_AsMVT(t, 'qpv') FROM (SELECT id, ST_AsMVTGeom(geom, ST_TileEnvelope($1, $2, $3)) AS geom FROM drawn
					WHERE geom && ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096)) t`, int(x.Z), int(x.X), int(x.Y)).Scan(&b); err != nil {
					return 0, 0, err
				}
			}
			return len(asked), time.Since(start), nil
		},
		Same: "the product is asked over HTTP, the peer over its own protocol",
	}, stop, nil
}
