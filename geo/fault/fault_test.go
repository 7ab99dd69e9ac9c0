package fault_test

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"perimetre/geo/fault"
)

// A fault is one sentence that says where, what was expected and what was seen.
func TestSentence(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fault.At("jeunes.csv", 3, "Date d’entrée", "une date", "« 31/02/2024 »"), "jeunes.csv, ligne 3, colonne Date d’entrée ; attendu : une date ; vu : « 31/02/2024 »"},
		{fault.New(fault.Usage, "--k : %d lieux au plus", 20), "--k : 20 lieux au plus"},
		{&fault.Error{Kind: fault.Input, File: "a.csv", Message: "colonne introuvable", Expected: "adresse", Seen: "nom"}, "a.csv : colonne introuvable ; attendu : adresse ; vu : nom"},
		{fault.Wrap(fault.NotFound, fs.ErrNotExist, "référentiel introuvable"), "référentiel introuvable : file does not exist"},
		{&fault.Error{Line: 7, Message: "ligne trop longue"}, "ligne 7 : ligne trop longue"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

// A full disk is told as one by whatever wraps it; another cause leaves the kind as it was.
func TestFullDisk(t *testing.T) {
	full := fault.Wrap(fault.Input, &fs.PathError{Op: "write", Path: "x.csv", Err: syscall.ENOSPC}, "x.csv : écriture impossible")
	deep := fault.Wrap(fault.Input, fault.New(fault.NoRoom, "plus de place pour la base"), "sauvegarde impossible")
	for _, err := range []error{full, deep, fmt.Errorf("copie : %w", deep)} {
		if k := fault.KindOf(err); k != fault.NoRoom || k.Exit() != 1 {
			t.Errorf("%v: %v, exit %d", err, k, k.Exit())
		}
	}
	if k := fault.KindOf(fault.Wrap(fault.Input, fs.ErrPermission, "x.csv")); k != fault.Input {
		t.Error(k)
	}
}

// The contract of the command line: 1 failed, 2 wrong usage or input, 3 done with
// rows to look at; every kind has a name and a status.
func TestKinds(t *testing.T) {
	exits := map[fault.Kind]int{
		fault.Internal: 1, fault.Usage: 2, fault.Input: 2, fault.NotFound: 2, fault.Corrupt: 1, fault.Network: 1, fault.Unauthorized: 1,
		fault.Forbidden: 1, fault.Conflict: 1, fault.TooLarge: 2, fault.Review: 3, fault.Unsupported: 1, fault.Unavailable: 1,
	}
	for k, want := range exits {
		if k.Exit() != want || k.String() == "" || k.HTTP() < 200 || k.HTTP() > 599 {
			t.Errorf("%q: exit %d, status %d; want exit %d", k, k.Exit(), k.HTTP(), want)
		}
	}
}

// The first fault of a chain gives the kind; the cause stays reachable.
func TestKindOf(t *testing.T) {
	cause := fault.Wrap(fault.NotFound, fs.ErrNotExist, "absent")
	wrapped := fmt.Errorf("lecture : %w", cause)
	if fault.KindOf(wrapped) != fault.NotFound || !errors.Is(wrapped, fs.ErrNotExist) {
		t.Errorf("%v", wrapped)
	}
	if fault.KindOf(fault.Wrap(fault.Usage, cause, "plan")) != fault.Usage {
		t.Error("the outer fault does not rule")
	}
	if fault.KindOf(errors.New("autre")) != fault.Internal {
		t.Error("an error of no kind is not internal")
	}
}
