package data

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

// makeRaw writes a RAW folder of two communes of the Nord, side by side, with a
// QPV across their border in 2024 and one of 2015 in the first, and n addresses.
// Longitudes go from 3.0 to 3.1 (59001) and from 3.1 to 3.2 (59002).
func makeRaw(t testing.TB, raw string, n int) {
	t.Helper()
	put := func(name, text string) {
		p := filepath.Join(raw, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	square := func(x0, x1, y0, y1 float64) string {
		const off = 0.000003 // so that six decimals are needed: the precision of a file is measured
		x0, x1, y0, y1 = x0+off, x1+off, y0+off, y1+off
		return fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%.6[1]f,%.6[3]f],[%.6[2]f,%.6[3]f],[%.6[2]f,%.6[4]f],[%.6[1]f,%.6[4]f],[%.6[1]f,%.6[3]f]]]}`, x0, x1, y0, y1)
	}
	feature := func(props, geometry string) string {
		return `{"type":"Feature","properties":{` + props + `},"geometry":` + geometry + `}`
	}
	collection := func(f ...string) string {
		return `{"type":"FeatureCollection","features":[` + strings.Join(f, ",\n") + `]}`
	}
	put("communes/communes-59.csv", "code_insee;nom;departement;population;codes_postaux;epci;nom_epci;anciens_codes\n"+
		"59001;Premont;59;1000;59111;200093201;MEL;59003\n59002;Secondmont;59;500;59112;200000002;CC;\n")
	put("communes/communes-59.geojson", collection(
		feature(`"code":"59001","nom":"Premont"`, square(3.0, 3.1, 50.0, 50.1)),
		feature(`"code":"59002","nom":"Secondmont"`, square(3.1, 3.2, 50.0, 50.1))))
	put("qpv/qpv2015-mel.geojson", collection(feature(`"code_qp":"QP059001","nom_qp":"Vieux","commune_qp":"Premont"`, square(3.02, 3.05, 50.02, 50.05))))
	put("qpv/qpv2024-france.geojson", collection(
		feature(`"code_qp":"QN05901M","lib_qp":"Vieux","insee_dep":"59","insee_com":"59001"`, square(3.02, 3.06, 50.02, 50.05)),
		feature(`"code_qp":"QN05902N","lib_qp":"Neuf","insee_dep":"59","insee_com":"59001, 59002"`, square(3.09, 3.11, 50.02, 50.05))))
	put("zonages/frr-2025-07-10.csv", "\ufeffCode_insee;Departement;Commune;Classement FRR et FRR+ au 10 juillet 2025;\r\n59001;59;Premont;Non classée;\r\n59002;59;Secondmont;FRR+;\r\n")
	put("zonages/zrr-2021.csv", "CODGEO;ZRR_SIMP\n59001;NC - Commune non classée\n59002;C - Classée en ZRR\n")
	put("missions-locales/structures-2026.csv", "code_ml;nom_ml;adresse;code_postal;ville\n59001;59-ML PREMONT;1 rue Une;59111;Premont\n")
	put("missions-locales/couverture-2026.csv", "code_insee;code_ml;plusieurs_ml\n59001;59001;Non\n59002;59001;Non\n")
	put("missions-locales/sites-2016.csv", "id;nom;adresse;code_postal;commune;insee;lon;lat;maj\n"+
		"x;Mission locale;1 rue Une;59111;Premont;59001;3.03;50.03;2015-04-19\n"+
		"y;Permanence;4 rue Numéro 1;59111;Premont;;;;\nz;Relais;9 chemin Perdu;59111;Premont;;;;\n")
	p := filepath.Join(raw, "ban", "adresses-59.csv")
	put("ban/adresses-59.csv", "")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles")
	for i := range n {
		commune, name, cp := "59001", "Premont", "59111"
		lon := 3.0 + 0.2*float64(i)/float64(n)
		if lon >= 3.1 {
			commune, name, cp = "59002", "Secondmont", "59112"
		}
		street := i / 20
		fmt.Fprintf(w, "%s_%04d_%05d;%s_%04d;%d;;Rue Numéro %d;%s;%s;%s;;;;;%.6f;%.6f;entrée;;;%s;;commune;commune;1;\n",
			commune, street, i%20+1, commune, street, i%20+1, street, cp, commune, name, lon, 50.03, strings.ToUpper(name))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	f.Close()
}

func build(t testing.TB, raw, pack string, deps ...string) Manifest {
	t.Helper()
	m, err := Build(context.Background(), BuildOptions{Raw: raw, Pack: pack, Departements: deps})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func openPack(t testing.TB, paths ...string) *Pack {
	t.Helper()
	p, err := Open(paths...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestBuildAndOpen(t *testing.T) {
	raw, pack := t.TempDir(), filepath.Join(t.TempDir(), "pack")
	makeRaw(t, raw, 2000)
	m := build(t, raw, pack)
	p := openPack(t, pack)
	if p.ID != m.ID || len(m.ID) != 16 || len(m.Sources) != 10 || m.Stats.Index.Addresses != 2000 {
		t.Errorf("%+v", m)
	}
	if !slices.Equal(p.Departements(), []string{"59"}) || m.Stats.Zones["qpv 2024"]["59"] != 2 {
		t.Errorf("%v %v", p.Departements(), m.Stats.Zones)
	}
	if len(p.MissionsLocales) != 1 || len(p.Territories) != 2 || len(p.Sites) != 3 {
		t.Errorf("%d %d %d", len(p.MissionsLocales), len(p.Territories), len(p.Sites))
	}
	if y, z := p.Sites[1], p.Sites[2]; math.Abs(y.Lon-3.0023) > 1e-3 || y.CityCode != "59001" || !math.IsNaN(z.Lon) {
		t.Errorf("sites placed by their address: %+v %+v", y, z)
	}
	if !slices.ContainsFunc(m.Warnings, func(w string) bool {
		return strings.Contains(w, "sites d’accueil") && strings.Contains(w, "1, Relais (Premont)")
	}) {
		t.Errorf("%q", m.Warnings)
	}
	if now, former, ok := p.Communes.Resolve("59003"); !ok || now != "59001" || former != "59003" {
		t.Error(now, former, ok)
	}
	for _, s := range m.Sources {
		if len(s.SHA256) != 64 || s.Records == 0 || s.Vintage == "" {
			t.Errorf("incomplete source: %+v", s)
		}
	}
	ans, err := p.Index.NewSearcher().Search(&geocode.Query{Text: "3 rue numéro 2 59111 Premont"})
	if err != nil || len(ans.Results) == 0 || ans.Results[0].CityCode != "59001" || ans.Results[0].Precision != geocode.PrecisionNumber {
		t.Errorf("%+v %v", ans.Results, err)
	}
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	if again := build(t, raw, filepath.Join(t.TempDir(), "pack")); again.ID != m.ID {
		t.Errorf("the same files give %s, then %s", m.ID, again.ID)
	}
}

// A version is complete only for the territory that its file covers.
func TestCompletenessFollowsTheFile(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 100)
	build(t, raw, pack)
	p := openPack(t, pack)
	on := geo.MustDate("2023-05-01")
	ask := func(commune string, lon float64) geo.QPVFact {
		return p.Zonings.At(geo.Question{Commune: commune, Point: orb.Point{lon, 50.03}, HasPoint: true, On: on, Known: on}).QPV
	}
	if f := ask("59001", 3.03); f.Version == nil || f.Version.Name != "2015" || len(f.Inside) != 1 {
		t.Errorf("in the EPCI that is covered: %+v", f)
	}
	if f := ask("59002", 3.15); f.Version != nil {
		t.Errorf("outside the EPCI that is covered, 2015 should be missing: %+v", f.Version)
	}
	if i := slices.IndexFunc(p.Zonings.Versions(), func(v *geo.Version) bool { return v.Name == "2015" }); !slices.Equal(p.Zonings.Versions()[i].CompleteFor, []string{"59001"}) {
		t.Errorf("%v", p.Zonings.Versions()[i].CompleteFor)
	}
}

func TestDepsLimitAddressesOnly(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 100)
	b, _ := os.ReadFile(filepath.Join(raw, "ban", "adresses-59.csv"))
	write(t, filepath.Join(raw, "ban", "adresses-62.csv"), []byte(strings.NewReplacer("59001", "62001", "59002", "62002").Replace(string(b))))
	if m := build(t, raw, pack); m.Stats.Index.Addresses != 200 || !slices.Equal(m.Stats.Departements, []string{"59", "62"}) {
		t.Errorf("%+v", m.Stats)
	}
	m := build(t, raw, pack, "62")
	if m.Stats.Index.Addresses != 100 || !slices.Equal(m.Stats.Departements, []string{"62"}) || m.Stats.Contours != 2 || m.Stats.Zones["qpv 2024"]["59"] != 2 {
		t.Errorf("%+v", m.Stats)
	}
}

// The CSV of a département wins over its addok file, and a BAL is taken only
// where there is no BAN file; no address is loaded twice.
func TestAddressFilesThatOverlap(t *testing.T) {
	raw := t.TempDir()
	makeRaw(t, raw, 100)
	write(t, filepath.Join(raw, "ban", "adresses-addok-59.ndjson"), []byte(
		`{"id":"59001_0900","type":"street","name":"Rue d’Addok","postcode":"59111","citycode":"59001","city":"Premont","lon":3.01,"lat":50.01,"housenumbers":{"1":{"lon":3.01,"lat":50.01}}}`+"\n"))
	bal := func(insee, city string) string {
		return "uid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;commune_deleguee_nom;voie_nom;lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;cad_parcelles;source;date_der_maj;certification_commune\n" +
			";" + insee + "_0100_00001;" + insee + ";" + city + ";;;Rue de la Base;;1;;entrée;;;3.05;50.05;;commune;2024-01-01;1\n"
	}
	write(t, filepath.Join(raw, "ban", "bal-59001.csv"), []byte(bal("59001", "Premont")))
	write(t, filepath.Join(raw, "ban", "bal-35047.csv"), []byte(bal("35047", "Bruz")))
	write(t, filepath.Join(raw, "ban", "bal-35047-copie.csv"), []byte(bal("35047", "Bruz")))
	m := build(t, raw, t.TempDir())
	if m.Stats.Index.Addresses != 101 || m.Stats.Index.Duplicates != 0 || !slices.Equal(m.Stats.Departements, []string{"35", "59"}) {
		t.Errorf("%+v", m.Stats)
	}
	if !slices.ContainsFunc(m.Warnings, func(w string) bool { return strings.Contains(w, "adresses-addok-59") && strings.Contains(w, "CSV") }) {
		t.Errorf("%q", m.Warnings)
	}
	os.Remove(filepath.Join(raw, "ban", "adresses-59.csv"))
	if m := build(t, raw, t.TempDir()); m.Stats.Index.Addresses != 2 {
		t.Errorf("without the CSV, addok's file and the BAL of Bruz: %+v", m.Stats.Index)
	}
}

func TestBuildRefuses(t *testing.T) {
	for _, c := range []struct {
		name, file, content, says string
	}{
		{"zonage sans date", "qpv/autre.geojson", "{}", "zonage sans date"},
		{"QPV illisible", "qpv/qpv2024-france.geojson", "<html></html>", "qpv2024-france.geojson"},
		{"liste d’un autre zonage", "zonages/frr-2025-07-10.csv", "CODGEO;ZRR_SIMP\n59001;C - Classée en ZRR\n59002;NC - Commune non classée\n", "liste d’un autre zonage"},
		{"deux fichiers de la même version", "qpv/qpv2024.geojson", "", "déjà dans un autre fichier"},
		{"EPCI inconnu", "communes/communes-59.csv", "code_insee;nom\n59001;Premont\n", "aucune commune n’est dans la table"},
		{"colonnes BAN absentes", "ban/adresses-59.csv", "a;b\n1;2\n", "adresses-59.csv"},
		{"somme différente de sources.json", SourcesFile, `{"format":1,"files":[{"path":"ban/adresses-59.csv","kind":"adresses","sha256":"00"}]}`, "a changé depuis son téléchargement"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, pack := t.TempDir(), t.TempDir()
			makeRaw(t, raw, 50)
			before := build(t, raw, pack)
			content := []byte(c.content)
			if c.content == "" {
				content, _ = os.ReadFile(filepath.Join(raw, "qpv", "qpv2024-france.geojson"))
			}
			write(t, filepath.Join(raw, c.file), content)
			_, err := Build(context.Background(), BuildOptions{Raw: raw, Pack: pack})
			if err == nil || !strings.Contains(err.Error(), c.says) || fault.KindOf(err) == fault.Internal {
				t.Fatalf("%v", err)
			}
			if got := names(t, pack); got != "current "+before.ID && got != before.ID+" current" {
				t.Errorf("the former pack should be alone: %s", got)
			}
		})
	}
	if _, err := Build(context.Background(), BuildOptions{Raw: t.TempDir(), Pack: t.TempDir()}); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	raw := t.TempDir()
	makeRaw(t, raw, 50)
	cancel()
	if _, err := Build(ctx, BuildOptions{Raw: raw, Pack: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "interrompue") {
		t.Error(err)
	}
}

// Every byte of a pack is covered: whichever one is changed, the pack is refused
// at opening or by Verify, and nothing panics.
func TestDamagedPack(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 500)
	m := build(t, raw, pack)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, f := range append(m.Files, PackFile{Name: manifestFile, Bytes: 400}) {
		path := filepath.Join(pack, m.ID, f.Name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		os.Chmod(path, 0o644)
		for range 8 {
			bad := slices.Clone(good)
			bad[rng.Int64N(f.Bytes)] ^= 0x41
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			p, err := Open(pack)
			if err == nil {
				if err = p.Verify(); err == nil && f.Name != manifestFile {
					t.Errorf("%s: a changed byte is not seen", f.Name)
				}
				p.Close()
			}
			if k := fault.KindOf(err); err != nil && k != fault.Corrupt {
				t.Errorf("%s : %v (%v)", f.Name, err, k)
			}
		}
		os.WriteFile(path, good[:len(good)/2], 0o644)
		if p, err := Open(pack); err == nil {
			if err = p.Verify(); err == nil {
				t.Errorf("%s: a file cut in two is accepted", f.Name)
			}
			p.Close()
		}
		os.WriteFile(path, good, 0o644)
	}
	os.Remove(filepath.Join(pack, m.ID, "reverse.idx"))
	if _, err := Open(pack); err == nil {
		t.Error("a missing file is accepted")
	}
	build(t, raw, pack) // the same id, healed
	if err := openPack(t, pack).Verify(); err != nil {
		t.Error(err)
	}
}

func TestOpenSeveralPacks(t *testing.T) {
	rawA, rawB, a, b := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	makeRaw(t, rawA, 100)
	makeRaw(t, rawB, 100)
	// The second holds other communes, another 2015 and no addresses in common.
	csv, _ := os.ReadFile(filepath.Join(rawB, "ban", "adresses-59.csv"))
	os.Remove(filepath.Join(rawB, "ban", "adresses-59.csv"))
	swap := strings.NewReplacer("59001", "62001", "59002", "62002")
	write(t, filepath.Join(rawB, "ban", "adresses-62.csv"), []byte(swap.Replace(string(csv))))
	table, _ := os.ReadFile(filepath.Join(rawB, "communes", "communes-59.csv"))
	write(t, filepath.Join(rawB, "communes", "communes-59.csv"), []byte(strings.ReplaceAll(swap.Replace(string(table)), ";59;", ";62;")))
	ma, mb := build(t, rawA, a), build(t, rawB, b)
	p, q := openPack(t, a, b), openPack(t, b, a)
	if p.ID != q.ID || p.ID == ma.ID || p.ID == mb.ID {
		t.Errorf("%s %s %s %s", p.ID, q.ID, ma.ID, mb.ID)
	}
	if p.Communes.Len() != 4 || !slices.Equal(p.Departements(), []string{"59", "62"}) || len(p.MissionsLocales) != 1 {
		t.Errorf("%d %v %d", p.Communes.Len(), p.Departements(), len(p.MissionsLocales))
	}
	i := slices.IndexFunc(p.Zonings.Versions(), func(v *geo.Version) bool { return v.Name == "2015" })
	if got := p.Zonings.Versions()[i].CompleteFor; !slices.Equal(got, []string{"59001", "62001"}) {
		t.Errorf("%v", got)
	}
	if same := openPack(t, a, a); same.ID != ma.ID {
		t.Errorf("the same twice: %s", same.ID)
	}
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
}

func TestManifestIsJSONThatOthersRead(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 50)
	build(t, raw, pack)
	b, err := os.ReadFile(filepath.Join(pack, "current", manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	type source struct {
		Path, Kind, Zoning, Version, SHA256 string
		ValidFrom                           string   `json:"valid_from"`
		KnownFrom                           string   `json:"known_from"`
		CompleteFor                         []string `json:"complete_for"`
		Precision                           float64  `json:"precision_m"`
		Warnings                            []string
	}
	var m struct {
		ID       string
		Sources  []source
		Versions []geo.Version
	}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(m.Sources, func(s source) bool { return s.Version == "2015" })
	s := m.Sources[i]
	if s.Zoning != "qpv" || s.ValidFrom != "2015-01-01" || s.KnownFrom != "2014-12-31" || len(s.SHA256) != 64 || s.Precision == 0 {
		t.Errorf("%+v", s)
	}
	if len(m.Versions) != 4 {
		t.Errorf("%+v", m.Versions)
	}
}

// Without any address the pack still answers on points and communes.
func TestPackWithoutAddresses(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 10)
	if err := os.RemoveAll(filepath.Join(raw, "ban")); err != nil {
		t.Fatal(err)
	}
	m := build(t, raw, pack)
	p := openPack(t, pack)
	if !slices.ContainsFunc(m.Warnings, func(w string) bool { return strings.Contains(w, "aucun fichier d’adresses") }) {
		t.Errorf("%q", m.Warnings)
	}
	on := geo.MustDate("2024-05-01")
	f := p.Zonings.At(geo.Question{Point: orb.Point{3.03, 50.03}, HasPoint: true, On: on, Known: on}).QPV
	if len(f.Inside) != 1 || f.Inside[0].Code != "QN05901M" {
		t.Errorf("%+v", f)
	}
	ans, err := p.Index.NewSearcher().Search(&geocode.Query{Text: "59112 Secondmont"})
	if err != nil || len(ans.Results) == 0 || ans.Results[0].CityCode != "59002" {
		t.Errorf("%+v %v", ans.Results, err)
	}
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
}

// A file of another pack in the place of one of the same name is refused at opening,
// be it whole and of the same length; a pack of before build ids still opens.
func TestFileOfAnotherEdition(t *testing.T) {
	raw, pack, other := t.TempDir(), t.TempDir(), t.TempDir()
	makeRaw(t, raw, 50)
	m := build(t, raw, pack)
	makeRaw(t, raw, 60)
	n := build(t, raw, other)
	if m.Build == n.Build || len(m.Build) != 16 {
		t.Fatalf("%q and %q", m.Build, n.Build)
	}
	dir := filepath.Join(pack, m.ID)
	for _, f := range m.Files {
		path := filepath.Join(dir, f.Name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		foreign, err := os.ReadFile(filepath.Join(other, n.ID, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(f.Name) == blockExt { // of the same length, too
			foreign = append(foreign, make([]byte, max(0, len(good)-len(foreign)))...)[:len(good)]
		} else if len(foreign) == len(good) {
			continue
		}
		os.Chmod(path, 0o644)
		if err := os.WriteFile(path, foreign, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(pack); fault.KindOf(err) != fault.Corrupt || !strings.Contains(err.Error(), f.Name) {
			t.Errorf("%s of another edition: %v", f.Name, err)
		}
		os.WriteFile(path, good, 0o644)
	}
	m.Build = ""
	if err := m.write(dir); err != nil {
		t.Fatal(err)
	}
	openPack(t, pack)
}
