package publicapi

import (
	"math"
	"slices"
	"strings"

	"perimetre/geo/residency"
)

// Zonings are the zonings that an answer may include, as the parameter zonages names them.
var Zonings = []string{"qpv", "frr", "zrr"}

// Zoned are the properties of a place that zonages adds: the decision on it, and its
// reason in French.
type Zoned struct {
	QPVStatus    string   `json:"qpv_statut,omitempty"`
	QPVCode      string   `json:"qpv_code,omitempty"` // several are joined by "|"
	QPVName      string   `json:"qpv_nom,omitempty"`
	QPVDistance  *float64 `json:"qpv_distance_m,omitempty"` // metres, positive inside
	QPVMotif     string   `json:"qpv_motif,omitempty"`
	QPVReason    string   `json:"qpv_raison,omitempty"`
	QPVAction    string   `json:"qpv_action,omitempty"`
	QPVPerimeter string   `json:"qpv_perimetre,omitempty"`
	FRRStatus    string   `json:"frr_statut,omitempty"`
	ZRRStatus    string   `json:"zrr_statut,omitempty"`
	Date         string   `json:"zonage_date,omitempty"`
}

// ZonedBy returns the properties of a decision for the zonings asked.
func ZonedBy(d *residency.Decision, asked []string) *Zoned {
	z := &Zoned{Date: d.On.String()}
	if slices.Contains(asked, "qpv") {
		var codes, names []string
		for _, ref := range d.Zones {
			codes, names = append(codes, ref.Code), append(names, ref.Name)
		}
		z.QPVStatus, z.QPVCode, z.QPVName = string(d.Status), strings.Join(codes, "|"), strings.Join(names, "|")
		z.QPVMotif, z.QPVReason, z.QPVAction, z.QPVPerimeter = string(d.Motif), d.Motif.Text(), string(d.Action), d.Perimeter
		if d.HasDistance {
			m := math.Round(d.Distance*10)/10 + 0 // +0 takes the sign off zero
			z.QPVDistance = &m
		}
	}
	if slices.Contains(asked, "frr") {
		z.FRRStatus = string(d.FRR)
	}
	if slices.Contains(asked, "zrr") {
		z.ZRRStatus = string(d.ZRR)
	}
	return z
}
