package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// component is a part in a bill of materials of CycloneDX 1.5.
type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	PURL    string `json:"purl,omitempty"`
}

// materials returns the bill of materials of a version of the program: its Go modules and the
// npm packages of its pages. The same parts and date give the same bytes.
func materials(version string, at time.Time, modules, packages []part) ([]byte, error) {
	all := []component{}
	for _, list := range []struct {
		kind  string
		parts []part
	}{{"golang", modules}, {"npm", packages}} {
		for _, p := range list.parts {
			if p.version == "" { // Go's own library: its version is the builder's
				all = append(all, component{Type: "library", Ref: p.name, Name: p.name})
				continue
			}
			purl := "pkg:" + list.kind + "/" + strings.ReplaceAll(p.name, "@", "%40") + "@" + url.PathEscape(p.version)
			all = append(all, component{Type: "library", Ref: purl, Name: p.name, Version: p.version, PURL: purl})
		}
	}
	program := component{Type: "application", Ref: "perimetre", Name: "perimetre", Version: version}
	return json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata":   map[string]any{"timestamp": at.UTC().Format(time.RFC3339), "component": program},
		"components": all,
	}, "", " ")
}
