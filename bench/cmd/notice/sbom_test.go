package main

import (
	"encoding/json"
	"testing"
	"time"
)

func TestMaterials(t *testing.T) {
	b, err := materials("1.2", time.Unix(0, 0), []part{{name: "Go"}, {name: "example.org/m", version: "v1.0.0+incompatible"}}, []part{{name: "@scope/p", version: "2.0.0"}})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		BOMFormat  string `json:"bomFormat"`
		Metadata   struct{ Timestamp string }
		Components []component
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"", "pkg:golang/example.org/m@v1.0.0+incompatible", "pkg:npm/%40scope/p@2.0.0"}
	if got.BOMFormat != "CycloneDX" || got.Metadata.Timestamp != "1970-01-01T00:00:00Z" || len(got.Components) != len(want) {
		t.Fatalf("%s", b)
	}
	for i, w := range want {
		if got.Components[i].PURL != w {
			t.Errorf("component %d is %q, want %q", i, got.Components[i].PURL, w)
		}
	}
}
