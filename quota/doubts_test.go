package quota

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/quota/directory"
)

// Two files of one unit, one of them without a column of renewals: what it costs is
// carried to the unit, its bordereau, and the figures that the receiver computes.
func TestANumberTravelsWithItsDoubts(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	const shared = "Matricule;Code structure;Dispositif;Date d’entrée"
	whole := flagged(t, rule, "a.csv", shared+";Renouv.;qpv_statut;Date de l’adresse",
		"1;59512;CEJ;02/07/2024;non;oui;01/05/2024",
		"2;59512;CEJ;02/07/2024;Reconduction;oui;01/05/2024",
		"3;59512;CEJ;02/07/2024;non;non;01/05/2023",
		"4;59512;CEJ;31/02/2024;non;non;01/05/2023")
	bare := flagged(t, rule, "b.csv", shared+";qpv_statut", "5;59512;CEJ;03/07/2024;oui", "6;59512;CEJ;03/07/2024;non", "7;62119;CEJ;03/07/2024;non")
	o := Options{Period: period(t, "2024-T3"), AsOf: geo.MustDate("2024-10-02")}
	r := compute(t, rule, o, whole, bare)
	u := unitOf(t, r, "59512")
	want := Doubts{RenewalsKept: 2, AddressOld: 1, AddressUndated: 2, DatesInvalid: 1, AgeUnchecked: 4}
	if u.N() != 4 || !maps.Equal(u.Doubts, want) {
		t.Fatalf("59512: %d entries, doubts %v, want 4 and %v", u.N(), u.Doubts, want)
	}
	if r.Total.Doubts[RenewalsKept] != 3 || r.Aside[Renewed] != 1 {
		t.Errorf("total: %v, set aside %v", r.Total.Doubts, r.Aside)
	}
	if got := u.Doubts.Grave(); len(got) != 4 || got[0] != RenewalsKept {
		t.Errorf("grave doubts: %v", got)
	}
	if s := u.Doubts.Sentence(RenewalsKept, u.N()); !strings.Contains(s, "2 entrées sur 4") {
		t.Errorf("sentence: %s", s)
	}

	b, err := NewBordereau([]*Flagged{whole, bare}, rule, o, "1", nil)
	if err != nil {
		t.Fatal(err)
	}
	var sent bytes.Buffer
	if err := b.Write(&sent); err != nil {
		t.Fatal(err)
	}
	if b, err = ParseBordereau("b.json", sent.Bytes()); err != nil {
		t.Fatal(err)
	}
	received, err := FromBordereaux([]*Bordereau{b}, rule, o, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := unitOf(t, received, "59512").Doubts; !maps.Equal(got, want) {
		t.Errorf("after the bordereau: %v, want %v", got, want)
	}
	// The services de l'État read that somebody is concerned, not that it is one person.
	masked := rule.Sight(StatePartners).Bordereau(b).Units[0].Blocks[0].Doubts
	if n, told := masked[AddressOld]; !told || n != 0 {
		t.Errorf("to the State: %v", masked)
	}
}

// Rows of several files stand in one table: each row tells what its own file lacked.
func TestATableOfSeveralFilesTellsWhatEachLacked(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	f := flagged(t, rule, "a.csv", "Matricule;Code structure;Dispositif;Date d’entrée;Renouvellement;qpv_statut;"+AbsentTitle,
		"1;59512;CEJ;02/07/2024;non;oui;", "2;59512;CEJ;02/07/2024;;oui;renouvellement|date_adresse", "3;59512;;02/07/2024;;oui;dispositif|renouvellement")
	r := compute(t, rule, Options{Period: period(t, "2024-T3")}, f)
	if d := unitOf(t, r, "59512").Doubts; d[RenewalsKept] != 2 || d[ProgrammeTaken] != 1 || len(r.Rejected) != 0 {
		t.Errorf("doubts %v, rejected %+v", d, r.Rejected)
	}
}

// What i-Milo names in its own words is what the generic headings name.
func TestFieldsOfIMilo(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	f := flagged(t, rule, "a.csv", "idDossier;structureRattachement.codeStructure;accompagnementCEJ.accompagnementCEJ;accompagnementCEJ.dateDebut;accompagnementCEJ.dateFinReelle;accompagnementCEJ.premierAccompagnement;qpv_statut",
		"1;59512S00;true;2024-07-02;2024-09-01;true;oui", "2;59512S00;true;2024-07-02;;false;oui", "3;MISSION LOCALE ROUBAIX;true;2024-07-02;;true;non", "4;59-ML ROUBAIX;false;2024-07-02;;true;non")
	d := directory.New()
	d.Name("59512", "59-ML ROUBAIX")
	d.Name("59512", "Roubaix")
	r := compute(t, rule, Options{Period: period(t, "2024-T3"), Units: d}, f)
	if len(r.Units) != 1 || r.Units[0].Code != "59512" || r.Units[0].In != 1 || r.Units[0].Out != 1 {
		t.Errorf("units: %+v", r.Units)
	}
	if r.Aside[Renewed] != 1 || r.Aside[OtherProgramme] != 1 {
		t.Errorf("set aside: %v", r.Aside)
	}
}

func TestCostsOfMissingColumns(t *testing.T) {
	rule := loadRule(t, "cej-entrees")
	all := HeldBy(func(table.Field) bool { return true })
	if c := rule.Costs(all); len(c) != 0 {
		t.Errorf("a whole file costs %v", c)
	}
	all.Renewal, all.FirstEntry = false, false
	if c := rule.Costs(all); len(c) != 1 || c[0].Doubt != RenewalsKept || c[0].Effect != "les renouvellements ne sont pas écartés" {
		t.Errorf("without renewals: %+v", c)
	}
}
