package data

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"perimetre/geo/geocode"
	"perimetre/ingest"
)

// directoryTowns are the INSEE codes of the towns of the network's 2024
// directory, by the name that it prints, read off the COG by hand.
var directoryTowns = map[string]string{
	"ARMENTIÈRES": "59017", "LAMBERSART": "59328", "HEM": "59299", "LILLE": "59350", "TOURCOING": "59599", "RONCHIN": "59507",
	"VILLENEUVE D'ASCQ": "59009", "ROUBAIX": "59512", "WATTRELOS": "59650", "DUNKERQUE": "59183", "BOURBOURG": "59094",
	"HAZEBROUCK": "59295", "DOUAI": "59178", "MARLY": "59383", "MAUBEUGE": "59392", "CAMBRAI": "59122", "CALAIS": "62193",
	"BOULOGNE-SUR-MER": "62160", "SAINT-OMER": "62765", "BÉTHUNE": "62119", "LIEVIN": "62510", "HENIN-BEAUMONT": "62427",
	"ARRAS": "62041", "ST-POL-SUR-TERNOISE": "62767", "MONTREUIL": "62588", "ETAMPES-SUR-MARNE": "02292", "LAON": "02408",
	"TERGNIER": "02738", "SAINT-QUENTIN": "02691", "SOISSONS": "02722", "FONTAINE LES VERVINS": "02321", "CREIL": "60175",
	"SENLIS": "60612", "MÉRU": "60395", "BEAUVAIS": "60057", "SAINT-JUST-EN-CHAUSSÉE": "60581", "AGNETZ": "60007",
	"COMPIÈGNE": "60159", "NOYON": "60471", "PÉRONNE": "80620", "ABBEVILLE": "80001", "AMIENS": "80021",
}

// Each of the 42 addresses of the Missions Locales' directory gets its commune,
// those with a CEDEX code in place of a postcode among them.
func TestDirectoryCommunes(t *testing.T) {
	shared := filepath.Join("..", "..", "shared")
	seeds, _ := filepath.Glob(filepath.Join(shared, "seeds", "004_*.txt"))
	if len(seeds) == 0 {
		t.Skip("données réelles absentes : annuaire du rapport 2024 des Missions Locales")
	}
	communes, err := ingest.Communes(filepath.Join(shared, "data", "raw", "communes", "communes-hdf.csv"))
	if err != nil {
		t.Fatal(err)
	}
	NameFormer(communes)
	dir := t.TempDir()
	b, err := geocode.NewBuilder(geocode.BuildOptions{Dir: dir, Communes: communes})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Close(); err != nil {
		t.Fatal(err)
	}
	ix, err := geocode.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	f, err := os.Open(seeds[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	town := regexp.MustCompile(`(?:^|, |\s)(\d{5}) ([A-ZÉÈÀÂÊÎÔÛ' -]+)$`)
	s := ix.NewSearcher()
	seen := map[string]bool{}
	before, inside := "", false
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		inside = inside || strings.HasPrefix(line, "L'ANNUAIRE DES MISSIONS LOCALES")
		if m := town.FindStringSubmatch(line); inside && m != nil {
			address := line
			if strings.HasPrefix(line, m[1]) {
				address = before + " " + line
			}
			want, ok := directoryTowns[m[2]]
			if !ok {
				t.Fatalf("town %q is not in the hand-made table", m[2])
			}
			seen[m[2]] = true
			a, err := s.Search(&geocode.Query{Text: address})
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Results) == 0 || a.Results[0].CityCode != want {
				t.Errorf("%q: %+v, want %s", address, a.Results, want)
			}
		}
		before = line
	}
	if len(seen) != 42 {
		t.Errorf("%d addresses were read, not 42", len(seen))
	}
}
