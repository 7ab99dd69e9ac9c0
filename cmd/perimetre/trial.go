package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"perimetre/french"
	"perimetre/geo/atomicfile"
	"perimetre/server/store"
)

// trialFlag is the flag of the commands that write.
type trialFlag struct {
	DryRun bool `name:"dry-run" help:"Essai : fait tout le travail, dit ce qui serait écrit, et n’écrit rien."`
}

// whole writes to a file as writeWhole does. A trial writes nothing, and says how long the
// file would be.
func (t trialFlag) whole(g *Globals, std streams, path string, write func(io.Writer) error) error {
	if !t.DryRun {
		return writeWhole(path, std.out, write)
	}
	to := "sur la sortie standard"
	if path != "" && path != "-" {
		if err := atomicfile.Check(path); err != nil {
			return err
		}
		to = "dans " + path
		if _, err := os.Stat(path); err == nil {
			to += ", à la place de ce qui s’y trouve"
		}
	}
	var n length
	if err := write(&n); err != nil {
		return err
	}
	t.say(g, std, french.Count(int(n), "octet irait ", "octets iraient ")+to)
	return nil
}

// say tells what a trial would have written.
func (trialFlag) say(g *Globals, std streams, would string) {
	g.messages(std.err).Info("Essai, rien n’a été écrit : " + would)
}

// length counts the bytes that it is given.
type length int

func (n *length) Write(p []byte) (int, error) {
	*n += length(len(p))
	return len(p), nil
}

// folder returns the folder to fill: dir, or in a trial another one of the same disk, which
// leave removes.
func (t trialFlag) folder(dir string) (work string, leave func(), err error) {
	if !t.DryRun {
		return dir, func() {}, nil
	}
	above := filepath.Dir(filepath.Clean(dir))
	for {
		if _, err := os.Stat(above); err == nil || above == filepath.Dir(above) {
			break
		}
		above = filepath.Dir(above)
	}
	tmp, err := atomicfile.TempDir(above, "."+filepath.Base(dir)+".essai-")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(tmp.Path, filepath.Base(dir)), func() { tmp.Remove() }, nil
}

// base opens a database to write in it; a trial opens a copy, which leave removes.
func (t trialFlag) base(ctx context.Context, where string) (st *store.Store, leave func(), err error) {
	if t.DryRun {
		return store.OpenCopy(ctx, where)
	}
	if st, err = store.Open(ctx, where); err != nil {
		return nil, nil, err
	}
	return st, func() { st.Close() }, nil
}
