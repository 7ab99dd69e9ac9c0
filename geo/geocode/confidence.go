package geocode

import (
	"math"

	"perimetre/geo/address"
)

// Features are what the confidence of a street-level result is computed from.
type Features [featureCount]float64

// The features, in the order of the coefficients.
const (
	fBias = iota
	fNameLost
	fLeft
	fMissing
	fWorst
	fOtherType
	fNoType
	fGap
	fGapNone
	fTownLost
	fTownOther
	fTownNone
	fPostcodeOther
	fPostcodeNone
	fCode
	fCodeOther
	fNumberExact
	fNumberAbsent
	fNumberNear
	fMatched
	fSplit
	fSwapped
	fNameLostSquared
	fLeftAlone
	fRareTypo
	fPerson
	fPersonLeft
	fTail
	fQualified
	fKnownWord
	fInitial
	fOtherPart
	fStreets
	fTypoStreets
	fMissingStreets
	fWholeTypo
	fWholeWords
	fWholePerson
	fTypeAlone
	fOtherPartFault
	fPersonPlaced
	featureCount
)

// FeatureNames name the features, in order.
var FeatureNames = [featureCount]string{
	"constante", "nom_perdu", "mots_en_trop", "mots_absents", "mot_le_moins_sur", "autre_type", "sans_type", "ecart", "sans_rival",
	"ville_perdue", "autre_ville", "sans_ville", "autre_code_postal", "sans_code_postal", "insee", "autre_insee", "numero_exact",
	"numero_absent", "numero_voisin", "mots_expliques", "ville_dans_le_texte", "ordre_inverse", "nom_perdu_carre", "mot_en_trop_net", "faute_sur_un_seul_mot",
	"prenom_omis", "prenom_en_plus", "fin_omise", "qualificatif", "faute_qui_est_un_mot", "initiale", "autre_partie", "voies_comparees",
	"faute_parmi_les_voies", "absents_parmi_les_voies", "autre_nom_par_une_faute", "autre_nom_par_un_mot", "autre_nom_par_un_prenom", "type_seul", "autre_partie_et_faute",
	"prenom_en_plus_au_numero",
}

// features describes a hit beside the best other place, nil without one.
func (s *Searcher) features(h, next *hit, p *address.Parsed) Features {
	var f Features
	f[fBias] = 1
	lost := float64(1 - h.nameSim)
	f[fNameLost] = lost
	f[fNameLostSquared] = lost * lost
	f[fLeft] = float64(min(h.left, 2))
	if h.left > 0.3 {
		f[fLeftAlone] = 1
	}
	f[fMissing] = float64(min(h.missing, 2))
	f[fWorst] = float64(1 - h.worst)
	switch h.typeFit {
	case -1:
		f[fOtherType] = 1
	case 0:
		f[fNoType] = 1
	}
	if next == nil {
		f[fGap], f[fGapNone] = 1, 1
	} else {
		f[fGap] = math.Max(-1, math.Min(1, float64(h.total-next.total)/6))
	}
	switch {
	case h.cand.sim >= 0:
		f[fTownLost] = float64(1 - h.cand.sim)
	case len(p.City) > 0:
		f[fTownOther] = 1
	default:
		f[fTownNone] = 1
	}
	switch {
	case h.cand.postcode < 0:
		f[fPostcodeOther] = 1
	case h.cand.postcode == 0:
		f[fPostcodeNone] = 1
	}
	switch h.cand.code {
	case 1:
		f[fCode] = 1
	case -1:
		f[fCodeOther] = 1
	}
	switch h.level {
	case numberExact:
		f[fNumberExact] = 1
	case numberAbsent, numberInterpolated:
		f[fNumberAbsent] = 1
	case numberOtherSuffix, numberInRange:
		f[fNumberNear] = 1
	}
	f[fMatched] = float64(min(h.matched, 3)) / 3
	if h.cand.cut > 0 {
		f[fSplit] = 1
	}
	if h.swapped {
		f[fSwapped] = 1
	}
	if h.matched < 1 && h.worst < 1 {
		f[fRareTypo] = 1 - float64(h.worst)
	}
	s.neighbourFeatures(&f, h)
	return f
}

// neighbourFeatures tells what speaks for another street of the commune, one that
// the base lacks, than the one found.
func (s *Searcher) neighbourFeatures(f *Features, h *hit) {
	b := s.ix.bases[h.rank]
	typo := float64(1 - h.worst)
	if h.initials > 0 {
		typo = 0
		f[fInitial] = 1
	}
	f[fPerson], f[fPersonLeft] = float64(min(h.person, 1)), float64(min(h.personLeft, 1))
	f[fTail] = float64(min(h.end, 1))
	f[fKnownWord] = float64(min(h.known, 1))
	if h.qualified {
		f[fQualified] = 1
	}
	if h.otherPart {
		f[fOtherPart] = 1
	}
	f[fStreets] = math.Log10(1 + float64(b.communes[h.cand.commune].streets))
	f[fTypoStreets], f[fMissingStreets] = typo*f[fStreets], f[fMissing]*f[fStreets]
	words := h.left > 0.1 || h.missing > 0.1 || h.end > 0
	if h.otherPart && (words || h.worst < 1 || h.typeFit < 0 || h.person+h.personLeft > 0) {
		f[fOtherPartFault] = 1
	}
	if typo == 0 && !words && h.person == 0 && h.typeFit >= 0 && !h.otherPart && h.level == numberExact {
		f[fPersonPlaced] = f[fPersonLeft] // nothing else is at fault
	}
	switch {
	case typo == 0 && !words && h.person+h.personLeft == 0:
		if h.typeFit < 0 {
			f[fTypeAlone] = 1
		}
	case !s.wholeName(b, h.asked):
	case words:
		f[fWholeWords] = 1
	case typo > 0:
		f[fWholeTypo] = 1
	default:
		f[fWholePerson] = 1
	}
}

// wholeName reports whether the first n words asked are the whole name, type apart,
// of some street of the base.
func (s *Searcher) wholeName(b *base, n int) bool {
	k := s.keyBuf[:0]
	for i := range s.asked[:min(n, len(s.asked))] {
		if i > 0 {
			k = append(k, ' ')
		}
		k = append(k, s.asked[i].text...)
	}
	s.keyBuf = k
	return b.hasName(k)
}

// Confidence returns the logistic model's probability that the place is right.
func (f *Features) Confidence() float64 {
	z := 0.0
	for i, v := range f {
		z += v * coefficients[i]
	}
	return 1 / (1 + math.Exp(-z))
}

// score is comparable with the public API's: near 1 when all agrees, falling
// with the name's likeness, a doubtful town and an absent number.
func score(h *hit) float64 {
	v := 0.12 + 0.86*float64(h.sim)
	switch {
	case h.cand.sim >= 0:
		v *= 0.8 + 0.2*float64(h.cand.sim)
	case h.cand.postcode > 0 || h.cand.code > 0:
		v *= 0.95
	default:
		v *= 0.85
	}
	if h.cand.postcode < 0 || h.cand.code < 0 {
		v *= 0.9
	}
	v *= [...]float64{0.97, 0.88, 0.93, 0.97, 0.97, 1}[h.level]
	return math.Round(math.Max(0, math.Min(1, v))*1e5) / 1e5
}

func townScore(c *candidate) float64 {
	v := 0.4
	if c.sim >= 0 {
		v = 0.95 * float64(c.sim)
	} else if c.code > 0 || c.postcode > 0 {
		v = 0.7
	}
	if c.postcode < 0 || c.code < 0 {
		v *= 0.85
	}
	return math.Round(v*1e5) / 1e5
}
