package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is clients who take their time: a third read a heavy answer a few bytes a
// second, a third send a table so, a third send the head of a request so.
type crowd struct {
	stop   context.CancelFunc
	all    sync.WaitGroup
	people atomic.Int64 // connected
	cut    atomic.Int64 // hung up on by the server
}

func gather(ctx context.Context, address string, n int, heavy string) (*crowd, error) {
	ctx, stop := context.WithCancel(ctx)
	c := &crowd{stop: stop}
	for i := range n {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			c.leave()
			return nil, err
		}
		c.people.Add(1)
		c.all.Go(func() {
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			defer conn.Close()
			switch i % 3 {
			case 0:
				if tcp, ok := conn.(*net.TCPConn); ok {
					tcp.SetReadBuffer(4096)
				}
				fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", heavy, address)
				c.trickle(ctx, func(b []byte) error { _, err := io.ReadFull(conn, b); return err })
			case 1:
				fmt.Fprintf(conn, "POST /search/csv HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"+
					"--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\nadresse\n", address)
				c.trickle(ctx, func(b []byte) error { _, err := conn.Write([]byte(strings.Repeat("a", len(b)))); return err })
			case 2:
				io.WriteString(conn, "GET /search?q=rue HTTP/1.1\r\nX-A: ")
				c.trickle(ctx, func(b []byte) error { _, err := conn.Write([]byte(strings.Repeat("a", len(b)))); return err })
			}
		})
	}
	return c, nil
}

// trickle moves a few bytes a second until told to stop or hung up on.
func (c *crowd) trickle(ctx context.Context, move func([]byte) error) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for b := make([]byte, 8); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if move(b) != nil {
				c.cut.Add(1)
				return
			}
		}
	}
}

// leave hangs up.
func (c *crowd) leave() {
	c.stop()
	c.all.Wait()
}

// String tells how many the server hung up on.
func (c *crowd) String() string {
	return fmt.Sprintf("%d slow clients, %d of them cut by the server", c.people.Load(), c.cut.Load())
}
