// Command versus times the product against its peers on the same work, in one run, each
// set up here: PostGIS, prepared GEOS, orb and S2. It prints one table, and with -o writes
// it between its two marks in a page of figures. What the machine lacks is skipped with
// its reason.
//
//	go run ./cmd/versus --perimetre ../bin/perimetre --shared ../../shared -o ../docs/benchmarks.md
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"perimetre/bench/versus"
)

type options struct {
	program, shared, dir, page            string
	pairs, points, people, sample, sought int
	scale                                 float64
}

func main() {
	var o options
	flag.StringVar(&o.program, "perimetre", "../bin/perimetre", "the program")
	flag.StringVar(&o.shared, "shared", "../../shared", "folder of official files and of the tool that makes an address base")
	flag.StringVar(&o.dir, "dir", filepath.Join(os.TempDir(), "perimetre-versus"), "folder where the region's pack is made, and kept")
	flag.StringVar(&o.page, "o", "", "page whose table is written")
	flag.IntVar(&o.pairs, "pairs", 5, "runs of each side")
	flag.IntVar(&o.points, "points", 1_000_000, "points of the containment")
	flag.IntVar(&o.people, "people", 115_109, "people to flag")
	flag.IntVar(&o.sample, "sample", 300, "people that PostGIS places")
	flag.IntVar(&o.sought, "sought", 100_000, "addresses whose nearest site PostGIS looks for")
	flag.Float64Var(&o.scale, "scale", 1, "size of the region's address base; 1 is 2.6 million")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	conn, peer, err := versus.PostGIS(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "skipped: PostGIS:", err)
	} else {
		defer conn.Close(context.WithoutCancel(ctx))
	}
	trials, err := versus.Containment(ctx, conn, 1300, o.points)
	if err != nil {
		return err
	}
	list, err := timed(ctx, trials, o.pairs)
	if err != nil {
		return err
	}
	switch _, absent := os.Stat(filepath.Join(o.shared, "tools", "hdf_base.py")); {
	case absent != nil:
		fmt.Fprintln(os.Stderr, "skipped: the region:", absent)
	case conn == nil:
		fmt.Fprintln(os.Stderr, "skipped: the region: no PostGIS")
	default:
		more, err := region(ctx, conn, o)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, %s/%s, %d processors, Go %s; %s. Medians of %d pairs, run in turn.\n\n", time.Now().Format("2 January 2006"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), strings.TrimPrefix(runtime.Version(), "go"), peer, o.pairs)
	if err := versus.Write(&b, list); err != nil {
		return err
	}
	fmt.Print(b.String())
	if o.page == "" {
		return nil
	}
	return put(o.page, b.String())
}

func timed(ctx context.Context, trials []versus.Trial, pairs int) (list []versus.Outcome, err error) {
	for _, t := range trials {
		fmt.Fprintf(os.Stderr, "%s: %s\n", t.Work, t.Peer)
		o, err := t.Run(ctx, pairs)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// region runs the trials that need a whole region and its people.
func region(ctx context.Context, conn *pgx.Conn, o options) ([]versus.Outcome, error) {
	fmt.Fprintln(os.Stderr, "the region: base, pack and people")
	r, err := versus.NewRegion(ctx, o.program, o.shared, o.dir, o.scale, o.people)
	if err != nil {
		return nil, err
	}
	defer r.Pack.Close()
	if err := r.LoadRegion(ctx, conn); err != nil {
		return nil, err
	}
	flagging, _, _, err := r.Flagging(ctx, conn, o.sample)
	if err != nil {
		return nil, err
	}
	count, err := r.Quota(conn)
	if err != nil {
		return nil, err
	}
	reach, err := r.Coverage(ctx, conn, filepath.Join(o.shared, "data", "addresses", "services-publics.csv"), 962, o.sought)
	if err != nil {
		return nil, err
	}
	tiles, stop, err := r.Tiles(ctx, conn, 500)
	if err != nil {
		return nil, err
	}
	defer stop()
	return timed(ctx, []versus.Trial{flagging, count, reach, tiles}, o.pairs)
}

// The page's table stands between these two lines.
const begins, ends = "<!-- versus: made by bench/cmd/versus -->\n", "<!-- /versus -->\n"

// put writes the table in its place in a page.
func put(path, table string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(page), begins)
	_, tail, ended := strings.Cut(rest, ends)
	if !ok || !ended {
		return errors.New(path + ": the marks of the table are not there")
	}
	return os.WriteFile(path, []byte(head+begins+"\n"+table+"\n"+ends+tail), 0o644)
}
