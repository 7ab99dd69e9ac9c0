package audit

import (
	"testing"
	"testing/fstest"

	"perimetre/geo/fault"
)

// Published tables and the identities between them are audited or refused.
func FuzzReadAll(f *testing.F) {
	f.Add([]byte("Territoire;Entrées;Dont QPV\nLille;100;s\nRoubaix;50;20\nTotal;150;60\n"), []byte("identities:\n  - total: \"a: Total / Entrées\"\n    of: [\"a: Lille / Entrées\"]\n"))
	f.Add([]byte("a;b\nx;1\n"), []byte("- x\n"))
	f.Fuzz(func(t *testing.T, csv, identities []byte) {
		if len(csv) > 2000 {
			return // what is read is then searched: small tables go further in the time
		}
		tables, ids, err := ReadAll(fstest.MapFS{"a.csv": {Data: csv}, IdentitiesFile: {Data: identities}}, ".")
		if err == nil {
			_, err = Audit(tables, ids)
		}
		if k := fault.KindOf(err); err != nil && k != fault.Input && k != fault.TooLarge {
			t.Fatalf("%v: %v", k, err)
		}
	})
}
