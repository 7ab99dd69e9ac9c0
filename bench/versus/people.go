package versus

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/ingest"
)

// qpvVersion is the perimeter that the trials on people ask for.
const qpvVersion = "2024"

// LoadRegion puts the region in PostGIS: its addresses, indexed by postcode and by the
// trigrams of their text, and its QPV.
func (r *Region) LoadRegion(ctx context.Context, conn *pgx.Conn) error {
	if err := statements(ctx, conn, "CREATE TABLE addresses (id int, label text, postcode text, city text, geom geometry(Point, 4326))",
		"CREATE TEMP TABLE staged (id int, label text, postcode text, city text, lon float8, lat float8)"); err != nil {
		return err
	}
	n := 0
	for _, path := range r.Bases {
		var rows [][]any
		if _, err := ingest.Addresses(path, func(batch []geo.Address) error {
			for i := range batch {
				if a := &batch[i]; a.Kind == geo.KindHouseNumber && !math.IsNaN(a.Lon) {
					rows = append(rows, []any{n, fmt.Sprint(a.Number, " ", a.Suffix, " ", a.Street), a.Postcode, a.City, a.Lon, a.Lat})
					n++
				}
			}
			return nil
		}); err != nil {
			return err
		}
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{"staged"}, []string{"id", "label", "postcode", "city", "lon", "lat"}, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
	}
	if err := statements(ctx, conn,
		"INSERT INTO addresses SELECT id, lower(unaccent(replace(label, '  ', ' '))), postcode, lower(unaccent(city)), ST_SetSRID(ST_MakePoint(lon, lat), 4326) FROM staged", "DROP TABLE staged",
		"CREATE INDEX ON addresses (postcode)", "CREATE INDEX ON addresses USING gist (geom)", "VACUUM ANALYZE addresses"); err != nil {
		return err
	}
	zones, index, ok := r.Pack.Zonings.Polygons(geo.QPV, qpvVersion)
	if !ok {
		return fmt.Errorf("the pack has no QPV %s", qpvVersion)
	}
	if err := statements(ctx, conn, "CREATE TABLE qpv (id int, geom geometry(MultiPolygon, 4326))"); err != nil {
		return err
	}
	if err := copyShapes(ctx, conn, "qpv", len(zones), func(i int) orb.Geometry { return index.Shape(i) }); err != nil {
		return err
	}
	return statements(ctx, conn, "UPDATE qpv SET geom = ST_Multi(ST_CollectionExtract(ST_MakeValid(geom), 3)) WHERE NOT ST_IsValid(geom)", "CREATE INDEX ON qpv USING gist (geom)", "VACUUM ANALYZE qpv")
}

// Decided counts the answers about people whose true point is known: those wrong, and
// those not decided, of all.
type Decided struct{ Wrong, Undecided, All int }

func (d Decided) String() string {
	return fmt.Sprintf("wrong %.2f %%, undecided %.2f %% of %d", 100*float64(d.Wrong)/float64(d.All), 100*float64(d.Undecided)/float64(d.All), d.All)
}

// Flagging returns the trial of the whole chain, from a file of people to the QPV of each: the
// product's process on the whole file, and PostGIS with trigrams on its first rows. Its
// decisions beside tell how often each is wrong.
func (r *Region) Flagging(ctx context.Context, conn *pgx.Conn, sample int) (t Trial, ours, theirs Decided, err error) {
	truth, err := r.truths(ctx, conn)
	if err != nil {
		return t, ours, theirs, err
	}
	if ours, err = r.judge(truth); err != nil {
		return t, ours, theirs, err
	}
	if err = r.loadPeople(ctx, conn, sample); err != nil {
		return t, ours, theirs, err
	}
	// The most alike of the addresses of the written postcode, then the QPV of its point.
	const asked = `SELECT p.id, EXISTS (SELECT FROM qpv z WHERE ST_Intersects(z.geom, a.geom)) FROM people p LEFT JOIN LATERAL
		(SELECT geom FROM addresses a WHERE a.postcode = p.postcode ORDER BY similarity(a.label || ' ' || a.city, p.street || ' ' || p.city) DESC LIMIT 1) a ON true`
	peer := func(ctx context.Context) (n int, took time.Duration, err error) {
		start := time.Now()
		rows, err := conn.Query(ctx, asked)
		if err != nil {
			return 0, 0, err
		}
		theirs = Decided{}
		var id int
		var in bool
		_, err = pgx.ForEachRow(rows, []any{&id, &in}, func() error {
			n++
			if want, ok := truth[id]; ok {
				theirs.All++
				if in != want {
					theirs.Wrong++
				}
			}
			return nil
		})
		return n, time.Since(start), err
	}
	if _, _, err = peer(ctx); err != nil {
		return t, ours, theirs, err
	}
	return Trial{
		Work: fmt.Sprintf("people flagged, CSV to CSV, %s addresses (peer: %d rows)", thousands(float64(r.addresses(ctx, conn))), sample), Peer: "PostGIS and pg_trgm, within the postcode",
		Ours: func(ctx context.Context) (int, time.Duration, error) {
			took, err := r.run(ctx, "flag", r.People, "-o", r.Flagged, "--encoding", "utf-8")
			return len(r.Cases), took, err
		},
		Their: peer, Same: fmt.Sprintf("Périmètre %s; peer %s", ours, theirs),
	}, ours, theirs, nil
}

func (r *Region) addresses(ctx context.Context, conn *pgx.Conn) (n int) {
	conn.QueryRow(ctx, "SELECT count(*) FROM addresses").Scan(&n)
	return n
}

// truths tells for each case whose point is known whether that point is in a QPV, by
// PostGIS alone.
func (r *Region) truths(ctx context.Context, conn *pgx.Conn) (map[int]bool, error) {
	if err := statements(ctx, conn, "CREATE TABLE truths (id int, geom geometry(Point, 4326))"); err != nil {
		return nil, err
	}
	var known []int
	for i := range r.Cases {
		if placed(&r.Cases[i]) {
			known = append(known, i)
		}
	}
	at := func(k int) orb.Geometry {
		t := r.Cases[known[k]].Truth
		return orb.Point{t.Lon, t.Lat}
	}
	if err := copyShapes(ctx, conn, "truths", len(known), at); err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, "SELECT t.id, EXISTS (SELECT FROM qpv z WHERE ST_Intersects(z.geom, t.geom)) FROM truths t")
	if err != nil {
		return nil, err
	}
	truth := map[int]bool{}
	var k int
	var in bool
	_, err = pgx.ForEachRow(rows, []any{&k, &in}, func() error { truth[known[k]] = in; return nil })
	return truth, err
}

// flagged opens the flagged file behind its header.
func (r *Region) flagged() (rows *csv.Reader, head []string, closed func() error, err error) {
	f, err := os.Open(r.Flagged)
	if err != nil {
		return nil, nil, nil, err
	}
	rows = csv.NewReader(f)
	rows.Comma = ';'
	if head, err = rows.Read(); err != nil {
		f.Close()
		return nil, nil, nil, err
	}
	return rows, head, f.Close, nil
}

// judge compares the flagged file with the truth.
func (r *Region) judge(truth map[int]bool) (d Decided, err error) {
	read, head, closed, err := r.flagged()
	if err != nil {
		return d, err
	}
	defer closed()
	column := slices.Index(head, "qpv_statut")
	if column < 0 {
		return d, fmt.Errorf("%s: no column qpv_statut in %v", r.Flagged, head)
	}
	for i := 0; ; i++ {
		row, err := read.Read()
		if err == io.EOF {
			return d, nil
		}
		if err != nil {
			return d, err
		}
		want, ok := truth[i]
		if !ok {
			continue
		}
		d.All++
		switch answer := row[column]; {
		case answer != "oui" && answer != "non":
			d.Undecided++
		case (answer == "oui") != want:
			d.Wrong++
		}
	}
}

func (r *Region) loadPeople(ctx context.Context, conn *pgx.Conn, n int) error {
	n = min(n, len(r.Cases))
	if err := statements(ctx, conn, "CREATE TABLE people (id int, street text, postcode text, city text)"); err != nil {
		return err
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"people"}, []string{"id", "street", "postcode", "city"}, pgx.CopyFromSlice(n, func(i int) ([]any, error) {
		c := &r.Cases[i].Split
		return []any{i, c.Street, c.Postcode, c.City}, nil
	})); err != nil {
		return err
	}
	return statements(ctx, conn, "UPDATE people SET street = lower(unaccent(street)), city = lower(unaccent(city))", "ANALYZE people")
}

// Quota returns the trial of the count of a quarter for every Mission Locale, from the flagged
// CSV: the product's process, with rejects, bounds and verdicts, against a table loaded
// with COPY and one query, which counts entries and residents alone.
func (r *Region) Quota(conn *pgx.Conn) (t Trial, err error) {
	_, head, closed, err := r.flagged()
	if err != nil {
		return t, err
	}
	closed()
	var columns []string
	for _, title := range head {
		columns = append(columns, pgx.Identifier{title}.Sanitize()+" text")
	}
	load := []string{"DROP TABLE IF EXISTS flagged", "CREATE TEMP TABLE flagged (" + strings.Join(columns, ", ") + ")"}
	const count = `SELECT unit, count(*), count(*) FILTER (WHERE status = 'oui'), count(*) FILTER (WHERE status = 'a_verifier') FROM
		(SELECT DISTINCT ON ("N° dossier") "Code structure" AS unit, qpv_statut AS status FROM flagged
		WHERE "Dispositif" = 'CEJ' AND to_date("Date début CEJ", 'DD/MM/YYYY') BETWEEN '2024-07-01' AND '2024-09-30'
		ORDER BY "N° dossier", to_date("Date début CEJ", 'DD/MM/YYYY')) x GROUP BY unit`
	out := filepath.Join(r.Dir, "quota.json")
	return Trial{
		Work: fmt.Sprintf("quota of a quarter by Mission Locale, from a CSV of %s people", thousands(float64(len(r.Cases)))), Peer: "PostgreSQL, COPY and one query",
		Ours: func(ctx context.Context) (int, time.Duration, error) {
			took, err := r.run(ctx, "quota", r.Flagged, "--period", "2024-T3", "--format", "json", "-o", out)
			return len(r.Cases), took, err
		},
		Their: func(ctx context.Context) (int, time.Duration, error) {
			start := time.Now()
			f, err := os.Open(r.Flagged)
			if err != nil {
				return 0, 0, err
			}
			defer f.Close()
			if err := statements(ctx, conn, load...); err != nil {
				return 0, 0, err
			}
			if _, err := conn.PgConn().CopyFrom(ctx, f, "COPY flagged FROM STDIN WITH (FORMAT csv, DELIMITER ';', HEADER)"); err != nil {
				return 0, 0, err
			}
			_, err = conn.Exec(ctx, count)
			return len(r.Cases), time.Since(start), err
		},
		Same: "the product tells rejects, bounds and verdicts too",
	}, nil
}
