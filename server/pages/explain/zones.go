package explain

import (
	"perimetre/french"
	"perimetre/geo"
)

// InForce is « depuis le 01/01/2024 », « du 01/01/2015 au 31/12/2023 ».
func InForce(v *geo.Version) string {
	if v.ValidTo.IsZero() {
		return "depuis le " + french.Date(v.ValidFrom)
	}
	return "du " + french.Date(v.ValidFrom) + " au " + french.Date(v.ValidTo)
}

// ListNames are the statuses of a commune in FRR and ZRR, as pages write them.
var ListNames = map[geo.ListStatus]string{
	geo.StatusNo: "commune non classée", geo.StatusYes: "commune classée", "socle": "FRR socle", "plus": "FRR+", "beneficiaire": "bénéficiaire (ZRR maintenue)",
	"partiel": "commune classée en partie", geo.StatusUncertain: "à vérifier", "sans_objet": "sans objet à cette date",
}

// ZoneName returns the name of a zone, or its code when it has no name.
func ZoneName(z geo.ZoneRef) string {
	if z.Name == "" {
		return z.Code
	}
	return z.Name
}
