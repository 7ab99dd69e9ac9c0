package data

import (
	"archive/zip"
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"perimetre/geo/fault"
)

func zipped(t *testing.T, name string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFileByName(t *testing.T) {
	for _, c := range []struct{ path, kind, version, known, complete string }{
		{"qpv/qpv2024-france.geojson.gz", "zonage", "2024", "2023-12-29", "*"},
		{"qpv/QP2024_France_WGS84.geojson", "zonage", "2024", "2023-12-29", "*"},
		{"qpv/qpv2015-mel.geojson.gz", "zonage", "2015", "2014-12-31", "epci:200093201"},
		{"qpv/qpv2015-62.geojson", "zonage", "2015", "2014-12-31", "62"},
		{"QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp", "zonage", "2015", "2014-12-31", "*"},
		{"zonages/frr-2025-07-10.csv.gz", "zonage", "2025-07", "2025-07-10", "*"},
		{"zonages/zrr-2021.csv.gz", "zonage", "2021", "2021-01-01", "*"},
		{"communes/communes-59.geojson.gz", "contours", "", "", ""},
		{"communes/communes-5m.geojson.gz", "contours", "", "", ""},
		{"communes/communes-59.json", "contours", "", "", ""},
		{"communes/communes-59.csv", "communes", "", "", ""},
		{"communes/communes-hdf.csv", "communes", "", "", ""},
		{"communes/communes-france.json", "communes", "", "", ""},
		{"communes/v_commune_2026.csv", "communes", "", "", ""},
		{"communes/v_mvt_commune_2026.csv", "mouvements-cog", "", "", ""},
		{"ban/adresses-2A.csv.gz", "adresses", "", "", ""},
		{"ban/lieux-dits-59-beta.csv.gz", "lieux-dits", "", "", ""},
		{"ban/adresses-addok-988.ndjson.gz", "adresses-addok", "", "", ""},
		{"ban/bal-35047-bruz.csv.gz", "bal", "", "", ""},
		{"ban/20240101_bal_35047.csv", "bal", "", "", ""},
		{"missions-locales/structures-2026.csv", "missions-locales", "", "", ""},
		{"missions-locales/annuaire-59.json", "sites", "", "", ""},
		{"missions-locales/couverture-2026.csv", "territoires", "", "", ""},
		{"missions-locales/sites-2016.csv", "sites", "", "", ""},
	} {
		f, ok, err := fileByName(c.path)
		if err != nil || !ok {
			t.Errorf("%s : %v %v", c.path, ok, err)
			continue
		}
		if string(f.Kind) != c.kind || f.Version != c.version || f.KnownFrom.String() != c.known || strings.Join(f.CompleteFor, ",") != c.complete {
			t.Errorf("%s : %+v", c.path, f)
		}
		if f.Kind == KindZoning {
			if err := f.check(c.path); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestUndatedZoningIsRefused(t *testing.T) {
	for _, p := range []string{"zonages/frr.csv", "zonages/zrr-2018.csv", "qpv/contours.geojson", "qpv/qpv.zip", "qpv2019.geojson", "zonages/frr-2025-02-31.csv"} {
		_, _, err := fileByName(p)
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "zonage sans date") || !strings.Contains(err.Error(), "--known-from") {
			t.Errorf("%s : %v", p, err)
		}
	}
	if _, _, err := fileByName("qpv/qpv2015-littoral.geojson"); err == nil || !strings.Contains(err.Error(), "territoire couvert inconnu") {
		t.Error(err)
	}
	raw := t.TempDir()
	write(t, filepath.Join(raw, "x.geojson"), []byte("{}"))
	write(t, filepath.Join(raw, SourcesFile), []byte(`{"format":1,"files":[{"path":"x.geojson","kind":"zonage","zoning":"qpv","version":"2024"}]}`))
	if _, _, err := RawFiles(raw); err == nil || !strings.Contains(err.Error(), "zonage sans date") {
		t.Error(err)
	}
}

func TestRawFilesRefusesAListThatLies(t *testing.T) {
	for _, c := range []struct{ list, says string }{
		{`{"format":1,"files":[{"path":"absent.csv","kind":"bal"}]}`, "absent"},
		{`{"format":1,"files":[{"path":"../../etc/passwd","kind":"bal"}]}`, "hors du dossier"},
		{`{"format":9}`, "autre version"},
		{`{`, "illisible"},
	} {
		raw := t.TempDir()
		write(t, filepath.Join(raw, SourcesFile), []byte(c.list))
		if _, _, err := RawFiles(raw); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s : %v", c.list, err)
		}
	}
	if _, _, err := RawFiles(filepath.Join(t.TempDir(), "nulle-part")); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestRawFilesNamesWhatItLeavesAside(t *testing.T) {
	raw := t.TempDir()
	write(t, filepath.Join(raw, "photo.png"), nil)
	write(t, filepath.Join(raw, "autre.csv"), nil)
	write(t, filepath.Join(raw, "README.md"), nil)
	write(t, filepath.Join(raw, ".cache", "adresses-59.csv.gz"), nil)
	write(t, filepath.Join(raw, "ban", "adresses-62.csv.gz.part"), nil)
	write(t, filepath.Join(raw, "ban", "adresses-59.csv.gz"), nil)
	files, notices, err := RawFiles(raw)
	if err != nil || len(files) != 1 || !slices.Equal(notices, []string{"laissés de côté, car leur nom ne dit rien : autre.csv, photo.png"}) {
		t.Errorf("%+v %q %v", files, notices, err)
	}
}
