package residency

import (
	"strings"

	"perimetre/geo/geocode"
)

// faultWords are what the search forgave, as a person reads it.
var faultWords = map[string]string{
	geocode.FaultWordTypo: "un mot approché", geocode.FaultWordLeft: "un mot inexpliqué", geocode.FaultWordMissing: "un mot de la voie non écrit",
	geocode.FaultOrder: "l’ordre des mots", geocode.FaultType: "un autre type de voie", geocode.FaultTypeMissing: "le type de voie non écrit",
	geocode.FaultCityTypo: "le nom de la commune approché", geocode.FaultCityOther: "une autre commune", geocode.FaultCityMissing: "la commune non écrite",
	geocode.FaultFormerCity: "le nom d’une ancienne commune", geocode.FaultPostcode: "le code postal d’une autre commune", geocode.FaultPostcodeMissing: "le code postal non écrit",
	geocode.FaultPostcodeSpecial: "un code postal d’aucune commune", geocode.FaultCityCode: "le code INSEE d’une autre commune", geocode.FaultNumberAbsent: "un numéro inconnu dans la voie",
	geocode.FaultNumberInterpolated: "un numéro placé entre ses voisins", geocode.FaultSuffix: "l’indice de répétition", geocode.FaultRange: "un autre numéro de la plage",
	geocode.FaultStreetNotFound: "la voie introuvable", geocode.FaultComplement: "la voie lue dans le complément", geocode.FaultAmbiguous: "plusieurs lieux aussi plausibles",
}

// FaultsText says in French what the search forgave, from the words of
// geocode.Result; a word that is not known is given as it is.
func FaultsText(faults []string) string {
	words := make([]string, len(faults))
	for i, f := range faults {
		if words[i] = faultWords[f]; words[i] == "" {
			words[i] = strings.ReplaceAll(f, "_", " ")
		}
	}
	return strings.Join(words, ", ")
}
