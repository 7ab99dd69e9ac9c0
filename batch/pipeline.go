package batch

import (
	"context"
	"errors"
	"io"
	"sync"

	"perimetre/geo/blockfile"
	"perimetre/ingest/table"
)

// A chunk is so many rows, fewer of very wide or very long ones.
const (
	chunkRows  = 256
	chunkCells = 1 << 16
	chunkBytes = 1 << 20
)

// chunk is a run of rows on its way: read, worked on, then written in order.
type chunk struct {
	rows  []table.Row // cells cut from in
	in    []string
	out   []string // width cells a row
	notes []note
	err   error
	done  chan struct{}
}

// note is something to tell of a row, in the order of rows.
type note struct {
	line int
	text string
}

// worker fills the output cells of one row; each has its own.
type worker interface {
	row(r *table.Row, out []string, n *[]note) error
}

// pipeline runs rows through workers, in order.
type pipeline struct {
	in       *table.Reader
	out      Writer
	width    int // cells of an output row
	progress func(int)
	note     func(note)
}

// run reads to the end. An error of the reader, of a worker or of the writer
// stops everything; the error of the earliest row wins.
func (p *pipeline) run(ctx context.Context, workers []worker) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan *chunk)
	ordered := make(chan *chunk, 2*len(workers)+2)
	free := make(chan *chunk, cap(ordered)+len(workers)+2)

	var readErr error
	go func() {
		defer close(work)
		defer close(ordered)
		for {
			c, err := p.read(free)
			if len(c.rows) > 0 {
				select {
				case ordered <- c:
				case <-ctx.Done():
					return
				}
				select {
				case work <- c:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					readErr = err
				}
				return
			}
		}
	}()
	var group sync.WaitGroup
	for _, w := range workers {
		group.Go(func() {
			for {
				select {
				case c, ok := <-work:
					if !ok {
						return
					}
					c.err = p.work(w, c)
					close(c.done)
				case <-ctx.Done(): // the reader may be waiting for its input
					return
				}
			}
		})
	}
	defer group.Wait()
	defer cancel()

	rows := 0
	for c := range ordered {
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if c.err != nil {
			return c.err
		}
		for _, n := range c.notes {
			p.note(n)
		}
		for i := range c.rows {
			if err := p.out.Write(c.out[i*p.width : (i+1)*p.width]); err != nil {
				return err
			}
		}
		rows += len(c.rows)
		if p.progress != nil {
			p.progress(rows)
		}
		select {
		case free <- c:
		default:
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return readErr
}

// read fills a chunk; the rows before an error are in it.
func (p *pipeline) read(free chan *chunk) (*chunk, error) {
	var c *chunk
	select {
	case c = <-free:
	default:
		n := max(1, min(chunkRows, chunkCells/p.width))
		c = &chunk{rows: make([]table.Row, 0, n), in: make([]string, 0, n*len(p.in.Header)), out: make([]string, n*p.width)}
	}
	c.rows, c.in, c.notes, c.err, c.done = c.rows[:0], c.in[:0], c.notes[:0], nil, make(chan struct{})
	for size := 0; len(c.rows) < cap(c.rows) && size < chunkBytes; {
		r, err := p.in.Next()
		if err != nil {
			return c, err
		}
		start := len(c.in)
		c.in = append(c.in, r.Cells...)
		for _, s := range r.Cells {
			size += len(s)
		}
		r.Cells = c.in[start:len(c.in):len(c.in)]
		if len(r.Overflow) > 0 {
			r.Overflow = append([]string(nil), r.Overflow...)
		}
		c.rows = append(c.rows, r)
	}
	return c, nil
}

// work runs a worker over a chunk; a damaged byte of the pack is an error.
func (p *pipeline) work(w worker, c *chunk) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	for i := range c.rows {
		if err := w.row(&c.rows[i], c.out[i*p.width:(i+1)*p.width], &c.notes); err != nil {
			return err
		}
	}
	return nil
}
