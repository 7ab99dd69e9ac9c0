package quota

import (
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/residency"
)

// Row is one row of a flagged file, for one rule. It holds no address.
type Row struct {
	Line       int
	Person     string
	Unit, Name string // code and name as written; Name is empty when unknown
	Programme  string
	Entry, End geo.Date
	Birth      geo.Date
	RQTH       bool
	Renewal    bool
	// AddressOld tells an address that was last checked over a year before the entry.
	AddressOld bool
	Absent     string // fields that the row's own file lacked, as AbsentTitle has them
	Answer     Answer
	Motif      string // qpv_motif
	Action     string // qpv_action
	Zone       string // qpv_code
	Perimeter  string // qpv_perimetre
	Commune    string // INSEE code of the residence
	Pack       string
	Basis      string // of a manual decision, where the file tells it
	Outcome    string // situation at the end of the programme, as written
	Own        Answer // the institution's own flag, Undecided when it says nothing
	// Decided tells a row whose answer a person made: without the decision on its QPV, it
	// would be to check, or still is because the person could not tell.
	Decided bool
	// Problem is why the row cannot be counted whatever the rule; Detail is what
	// was seen.
	Problem Reason
	Detail  string
}

// seen returns what a row shows of the reason for which a rule rejects it.
func (r *Row) seen(why Reason) string {
	if why != OutOfAge {
		return ""
	}
	age := ageOn(r.Birth, r.Entry)
	return "né le " + french.Date(r.Birth) + ", " + french.Count(age, "an", "ans") + " le " + french.Date(r.Entry)
}

// Unlocatable tells a row without an established residence.
func (r *Row) Unlocatable() bool {
	return r.Answer == Undecided && (r.Motif == string(residency.NoResidence) || r.Action == string(residency.NoneKnown))
}

// Reason is why a row is not counted.
type Reason string

// Rejected: the row must be corrected. Each is listed with its line.
const (
	NoPerson      Reason = "identifiant_absent"
	NoDate        Reason = "date_absente"
	BadDate       Reason = "date_invalide"
	EndFirst      Reason = "fin_avant_entree"
	NoStatus      Reason = "statut_absent"
	BadStatus     Reason = "statut_inconnu"
	NoProgramme   Reason = "dispositif_absent"
	OutOfAge      Reason = "hors_age"
	BadBirth      Reason = "naissance_invalide"
	UnclearRepeat Reason = "renouvellement_illisible"
)

// Set aside: the rule or the period does not count the row. Each is only counted.
const (
	OutOfPeriod    Reason = "hors_periode"
	OtherProgramme Reason = "autre_dispositif"
	Renewed        Reason = "renouvellement"
	Repeated       Reason = "entree_suivante" // a later entry of someone counted
	Moved          Reason = "mutation"        // the same, in another unit
	NotFollowed    Reason = "non_suivi"       // not in the programme on the day
	NotOriented    Reason = "non_oriente"     // the rule counts those oriented to work
	NoOutcome      Reason = "sortie_inconnue" // the same, and nothing tells the situation
	NotARow        Reason = "ligne_de_total"
)

// reasonLabels are the reasons in French, for readers.
var reasonLabels = map[Reason]string{
	NoPerson: "identifiant absent", NoDate: "date d’entrée absente", BadDate: "date d’entrée invalide",
	EndFirst: "date de fin avant la date d’entrée", NoStatus: "statut QPV absent", BadStatus: "statut QPV inconnu",
	NoProgramme: "dispositif absent", OutOfAge: "âge hors des limites de la règle", BadBirth: "date de naissance invalide",
	UnclearRepeat: "renouvellement illisible",
	OutOfPeriod:   "hors de la période", OtherProgramme: "autre dispositif", Renewed: "renouvellement",
	Repeated: "entrée suivante d’une personne déjà comptée", Moved: "mutation : personne déjà comptée ailleurs",
	NotOriented: "pas orienté vers l’emploi", NoOutcome: "situation à la sortie inconnue",
	NotFollowed: "pas en cours à la date", NotARow: "ligne de total ou vide",
}

// Label returns the reason in French.
func (r Reason) Label() string { return reasonLabels[r] }
