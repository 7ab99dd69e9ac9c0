package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The table takes the place of the former one, and the page around it stays.
func TestPut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	os.WriteFile(path, []byte("avant\n"+begins+"ancien\n"+ends+"après\n"), 0o644)
	for range 2 { // writing twice is as writing once
		if err := put(path, "| a |"); err != nil {
			t.Fatal(err)
		}
	}
	if b, _ := os.ReadFile(path); string(b) != "avant\n"+begins+"\n| a |\n"+ends+"après\n" {
		t.Errorf("%s", b)
	}
	os.WriteFile(path, []byte("sans repère\n"), 0o644)
	if err := put(path, "| a |"); err == nil {
		t.Error("a page without marks is written over")
	}
	if b, _ := os.ReadFile(path); string(b) != "sans repère\n" {
		t.Errorf("%s", b)
	}
}
