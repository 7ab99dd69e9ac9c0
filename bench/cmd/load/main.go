// Command load asks a server for answers at a fixed rate, and prints how late they
// come. The loop is open: each request is due at a time of its own, and its latency
// counts from that time, so that a server that stalls pays for all who wait.
//
//	go run ./cmd/load --rate 4000 --for 30s --csv RAW/ban/adresses-59.csv.gz
//	go run ./cmd/load --rate 15000 --for 30s --tiles PACK --accept-encoding gzip
//	go run ./cmd/load --rate 2000 --for 60s --csv … --slow 500
//
// It asks only a server of this machine.
package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("load", flag.ContinueOnError)
	address := f.String("address", "127.0.0.1:8080", "the server, on this machine")
	rate := f.Float64("rate", 1000, "requests due a second")
	lasts := f.Duration("for", 10*time.Second, "how long, at most ten minutes")
	connections := f.Int("connections", 64, "connections kept open")
	table := f.String("csv", "", "table of addresses (CSV, or CSV in gzip), one query a row")
	columns := f.String("columns", "numero,rep,nom_voie,code_postal,nom_commune", "columns of a query, joined by spaces")
	template := f.String("path", "/search?limit=5&q={}", "path asked for a row of the table, the query standing for {}")
	pack := f.String("tiles", "", "pack whose tiles are asked for, instead of a table")
	largest := f.Int("largest", 0, "of these, only so many, the largest; 0: all")
	slow := f.Int("slow", 0, "clients that read, and others that write, a few bytes a second meanwhile")
	heavy := f.String("heavy", "/ogc/collections/communes/items?limit=10000", "what the slow readers ask for")
	accept := f.String("accept-encoding", "", "Accept-Encoding of each request")
	if err := f.Parse(args); err != nil {
		return err
	}
	if host, _, err := net.SplitHostPort(*address); err != nil || !loopback(host) {
		return errors.New("--address is not of this machine: " + *address)
	}
	if *rate <= 0 || *connections <= 0 || *lasts <= 0 || *lasts > 10*time.Minute {
		return errors.New("--rate, --connections and --for are above 0, --for at most 10m")
	}
	var asked []string
	var err error
	if *pack != "" {
		asked, err = readTiles(*pack, *largest)
	} else {
		asked, err = readQueries(*table, strings.Split(*columns, ","), *template)
	}
	if err != nil {
		return err
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
	requests := make([][]byte, len(asked))
	header := " HTTP/1.1\r\nHost: " + *address + "\r\n"
	if *accept != "" {
		header += "Accept-Encoding: " + *accept + "\r\n"
	}
	for i, p := range asked {
		requests[i] = []byte("GET " + p + header + "\r\n")
	}
	crowd, err := gather(ctx, *address, *slow, *heavy)
	if err != nil {
		return err
	}
	defer crowd.leave()
	r, err := openLoop(ctx, *address, requests, *rate, *lasts, *connections)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, r)
	if *slow > 0 {
		fmt.Fprintln(out, crowd)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sample is how many rows of a table are kept, drawn evenly from all.
const sample = 200_000

// readQueries makes a path of each row of a table, its delimiter a comma or a
// semicolon.
func readQueries(name string, columns []string, template string) ([]string, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	buffered := bufio.NewReaderSize(file, 1<<20)
	if magic, _ := buffered.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		buffered = bufio.NewReaderSize(z, 1<<20)
	}
	rows := csv.NewReader(buffered)
	rows.LazyQuotes, rows.FieldsPerRecord, rows.ReuseRecord = true, -1, true
	if first, _ := buffered.Peek(4096); strings.Count(string(first), ";") > strings.Count(string(first), ",") {
		rows.Comma = ';'
	}
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, h := range header {
		at[strings.TrimPrefix(h, "\ufeff")] = i
	}
	var wanted []int
	for _, c := range columns {
		i, ok := at[c]
		if !ok {
			return nil, fmt.Errorf("%s has no column %s", name, c)
		}
		wanted = append(wanted, i)
	}
	draw := rand.New(rand.NewPCG(3, 4))
	var paths []string
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		place := n
		if n >= sample {
			if place = draw.IntN(n + 1); place >= sample {
				continue
			}
		}
		var words []string
		for _, i := range wanted {
			if i < len(row) && strings.TrimSpace(row[i]) != "" {
				words = append(words, strings.TrimSpace(row[i]))
			}
		}
		path := strings.Replace(template, "{}", url.QueryEscape(strings.Join(words, " ")), 1)
		if place == len(paths) {
			paths = append(paths, path)
		} else {
			paths[place] = path
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s has no row", name)
	}
	return paths, nil
}
