package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// report is what a run saw.
type report struct {
	late   []time.Duration // of the requests that were answered, sorted
	errors map[string]int  // by status or reason
	took   time.Duration
	bytes  int64
}

// String returns one line of figures.
func (r *report) String() string {
	n := 0
	for _, c := range r.errors {
		n += c
	}
	s := fmt.Sprintf("%d answers in %.1f s: %.0f/s, %.1f MB/s; p50 %v, p99 %v, p99.9 %v, max %v; %d errors", len(r.late), r.took.Seconds(),
		float64(len(r.late))/r.took.Seconds(), float64(r.bytes)/r.took.Seconds()/1e6, r.at(.5), r.at(.99), r.at(.999), r.at(1), n)
	if n > 0 {
		s += fmt.Sprint(" ", r.errors)
	}
	return s
}

// at returns a quantile of the latencies, by the nearest rank.
func (r *report) at(p float64) time.Duration {
	if len(r.late) == 0 {
		return 0
	}
	return r.late[min(int(p*float64(len(r.late))), len(r.late)-1)].Round(10 * time.Microsecond)
}

// openLoop sends requests in turn, the i-th being due i/rate after the start, over
// connections kept open; a request goes as soon as it is due and a connection free.
func openLoop(ctx context.Context, address string, requests [][]byte, rate float64, lasts time.Duration, connections int) (*report, error) {
	total := int64(rate * lasts.Seconds())
	var next atomic.Int64
	parts := make([]report, connections)
	var all sync.WaitGroup
	open := make([]net.Conn, connections)
	for i := range open {
		var err error
		if open[i], err = net.Dial("tcp", address); err != nil {
			return nil, err
		}
	}
	start := time.Now().Add(50 * time.Millisecond)
	for c := range connections {
		all.Go(func() {
			part := &parts[c]
			part.errors = map[string]int{}
			conn := open[c]
			in := bufio.NewReaderSize(conn, 32<<10)
			for ctx.Err() == nil {
				i := next.Add(1) - 1
				if i >= total {
					break
				}
				due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
				time.Sleep(time.Until(due))
				status, n, err := ask(conn, in, requests[i%int64(len(requests))])
				part.bytes += n
				switch {
				case err != nil:
					part.errors["connection"]++
					conn.Close()
					if conn, err = net.Dial("tcp", address); err != nil {
						part.errors["refused"]++
						return
					}
					in.Reset(conn)
				case status != http.StatusOK && status != http.StatusNoContent:
					part.errors[fmt.Sprint(status)]++
				default:
					part.late = append(part.late, time.Since(due))
				}
			}
			conn.Close()
		})
	}
	all.Wait()
	r := &report{errors: map[string]int{}, took: time.Since(start)}
	for _, p := range parts {
		r.late = append(r.late, p.late...)
		r.bytes += p.bytes
		for k, n := range p.errors {
			r.errors[k] += n
		}
	}
	slices.Sort(r.late)
	return r, nil
}

// ask sends one request and reads its answer to the end.
func ask(conn net.Conn, in *bufio.Reader, request []byte) (status int, n int64, err error) {
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := conn.Write(request); err != nil {
		return 0, 0, err
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	n, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, n, err
}
