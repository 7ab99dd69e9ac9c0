package geocode

import "perimetre/geo/address"

// Faults say what was forgiven; result_faults joins them by "|".
const (
	FaultWordTypo           = "mot_approche"         // a word was read with a typo
	FaultWordLeft           = "mot_inexplique"       // a word asked is in no name
	FaultWordMissing        = "mot_manquant"         // a word of the street was not written
	FaultOrder              = "ordre_des_mots"       // the words stand in another order
	FaultType               = "type_de_voie"         // rue for avenue
	FaultTypeMissing        = "type_de_voie_absent"  // no type was written
	FaultCityTypo           = "ville_approchee"      // the town was read with a typo
	FaultCityOther          = "autre_ville"          // the street is in another town than written
	FaultCityMissing        = "ville_absente"        // no town was written
	FaultFormerCity         = "ancienne_commune"     // the town is a former commune
	FaultPostcode           = "code_postal"          // the postcode is another commune's
	FaultPostcodeMissing    = "code_postal_absent"   // no postcode was written
	FaultPostcodeSpecial    = "code_postal_special"  // a CEDEX or another postcode of no commune
	FaultCityCode           = "code_insee"           // the INSEE code is another commune's
	FaultNumberAbsent       = "numero_inconnu"       // the street has no such number
	FaultNumberInterpolated = "numero_interpole"     // placed between its neighbours
	FaultSuffix             = "indice_de_repetition" // 12 for 12 bis
	FaultRange              = "plage_de_numeros"     // several numbers were written: the first that is known
	FaultStreetNotFound     = "voie_introuvable"     // the commune alone was found
	FaultComplement         = "complement"           // found through the complement
	FaultAmbiguous          = "ambigu"               // distinct places fit equally
)

func (s *Searcher) faults(h *hit, p *address.Parsed, f []string) []string {
	add := func(ok bool, name string) {
		if ok {
			f = append(f, name)
		}
	}
	add(s.answer.Rivals > 1, FaultAmbiguous)
	add(h.worst < 1, FaultWordTypo)
	add(h.left+h.personLeft > 0.1, FaultWordLeft)
	add(h.missing+h.person+h.end > 0.1, FaultWordMissing)
	add(h.swapped, FaultOrder)
	add(h.typeFit < 0, FaultType)
	add(h.noType, FaultTypeMissing)
	add(len(p.Street) == 0 || p.FromComplement, FaultComplement)
	f = townFaults(f, &h.cand)
	add(h.otherPart && h.cand.postcode >= 0 && h.cand.code >= 0, FaultPostcode)
	add(h.cand.sim < 0 && len(p.City) > 0, FaultCityOther)
	add(h.cand.sim < 0 && len(p.City) == 0, FaultCityMissing)
	add(p.Postcode == "" && h.cand.postcode == 0, FaultPostcodeMissing)
	add(p.Postcode != "" && h.cand.postcode == 0, FaultPostcodeSpecial)
	add(h.level == numberAbsent, FaultNumberAbsent)
	add(h.level == numberInterpolated, FaultNumberInterpolated)
	add(h.level == numberOtherSuffix, FaultSuffix)
	add(p.NumberEnd > 0 && h.level > numberNone, FaultRange)
	return f
}

func townFaults(f []string, c *candidate) []string {
	if c.sim >= 0 && c.sim < 0.999 {
		f = append(f, FaultCityTypo)
	}
	if c.former > 0 {
		f = append(f, FaultFormerCity)
	}
	if c.postcode < 0 {
		f = append(f, FaultPostcode)
	}
	if c.code < 0 {
		f = append(f, FaultCityCode)
	}
	return f
}

// explainCommunes tells what speaks for each commune.
func (s *Searcher) explainCommunes(b *base, cs []candidate) {
	for _, c := range cs[:min(len(cs), 10)] {
		cm := &b.communes[c.commune]
		e := CommuneEvidence{Code: cm.code, Name: cm.name, Similarity: float64(c.sim), Postcode: c.postcode > 0, CityCode: c.code > 0, Weight: float64(c.weight)}
		if c.sim >= 0 {
			e.Matched = cm.name
			if c.former > 0 && int(c.former) <= len(cm.formers) {
				e.Matched = cm.formers[c.former-1].Name
			}
		}
		s.answer.Communes = append(s.answer.Communes, e)
	}
}
