// Package published holds published tables transcribed by hand, with their pages, as
// examples for the audit of figures.
package published

import "embed"

// Report2024 is the activity report of the Missions Locales of Hauts-de-France
// for 2024: one CSV a table, as printed, errors included, and identites.yml, which
// says what ties them.
//
//go:embed rapport-2024
var Report2024 embed.FS
