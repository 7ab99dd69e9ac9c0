package method

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/quota"
	"perimetre/server/packs"
	"perimetre/server/pages/explain"
	"perimetre/web"
)

// SourceTables returns the versions of the zonings and the files of the référentiel.
func SourceTables(h *packs.Holder) (versions, sources web.Table) {
	pack := h.Acquire()
	defer pack.Release()
	versions = web.Table{ID: "versions", Caption: "Versions des zonages", Columns: []web.Column{{Label: "Zonage"}, {Label: "En vigueur"}, {Label: "Connu depuis"}, {Label: "Complet pour"}, {Label: "Précision des coordonnées", Number: true}}}
	for _, x := range pack.Zonings.Versions() {
		precision := "–"
		if x.Precision > 0 {
			precision = french.Length(x.Precision)
		}
		versions.Rows = append(versions.Rows, []string{strings.ToUpper(string(x.Zoning)) + " " + x.Name, explain.InForce(x), french.Date(x.KnownFrom), completeText(x.CompleteFor), precision})
	}
	sources = web.Table{ID: "sources", Caption: "Fichiers du référentiel géographique", Columns: []web.Column{{Label: "Fichier"}, {Label: "Enregistrements", Number: true}, {Label: "Réparés", Number: true}, {Label: "Remarques"}, {Label: "Empreinte SHA-256"}}}
	for _, m := range pack.Manifests {
		for _, f := range m.Sources {
			sources.Rows = append(sources.Rows, []string{f.Path, strconv.FormatInt(f.Records, 10), strconv.Itoa(f.Repaired), strings.Join(f.Warnings, " "), f.SHA256[:min(16, len(f.SHA256))]})
		}
	}
	return versions, sources
}

func completeText(list []string) string {
	switch {
	case slices.Contains(list, "*"):
		return "toute la France"
	case len(list) > 8:
		return fmt.Sprintf("%d départements ou communes", len(list))
	}
	return strings.Join(list, ", ")
}

// Targets writes the targets of a rule, or « sans objectif ».
func Targets(rule *quota.Rule) string {
	if !rule.HasTarget() {
		return "sans objectif"
	}
	var parts []string
	for _, t := range rule.Targets {
		parts = append(parts, targetText(t))
	}
	if n := len(rule.UnitTargets); n > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", n, french.Plural(n, "Mission Locale à part", "Missions Locales à part")))
	}
	return strings.Join(parts, " ; ")
}

// targetText is « 40 % », « 45 % à partir du 01/07/2025 ».
func targetText(t quota.Target) string {
	text := web.Percent(t.Share.Float())
	if !t.From.IsZero() {
		text += " à partir du " + french.Date(t.From)
	}
	if !t.To.IsZero() {
		text += " jusqu’au " + french.Date(t.To)
	}
	return text
}

// Span writes the days on which a rule counts, or « non datée ».
func Span(rule *quota.Rule) string {
	switch {
	case rule.ValidFrom.IsZero() && rule.ValidTo.IsZero():
		return "non datée"
	case rule.ValidTo.IsZero():
		return "depuis le " + french.Date(rule.ValidFrom)
	case rule.ValidFrom.IsZero():
		return "jusqu’au " + french.Date(rule.ValidTo)
	}
	return french.Date(rule.ValidFrom) + " au " + french.Date(rule.ValidTo)
}
