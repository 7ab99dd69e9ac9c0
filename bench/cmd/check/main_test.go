package main

import (
	"os"
	"testing"
)

func TestCompare(t *testing.T) {
	got := read([]byte("goos: linux\nBenchmarkAt-2   \t 100\t 85.4 ns/op\t 11.7 Mpoints/s\nBenchmarkBuild \t 3\t 2000 ns/op\nPASS\n"))
	if len(got) != 2 || got["BenchmarkAt"] != 85.4 || got["BenchmarkBuild"] != 2000 {
		t.Fatal(got)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, c := range []struct {
		want map[string]float64
		bad  int
	}{
		{map[string]float64{"BenchmarkAt": 80, "BenchmarkBuild": 2500}, 0},
		{map[string]float64{"BenchmarkAt": 74, "BenchmarkBuild": 2000}, 1},
		{map[string]float64{"BenchmarkAt": 85, "BenchmarkGone": 1}, 1},
	} {
		if n := compare(null, c.want, got); n != c.bad {
			t.Errorf("%v: %d", c.want, n)
		}
	}
}
