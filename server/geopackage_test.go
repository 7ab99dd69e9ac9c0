package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Each GeoPackage passes GDAL's validator and has an R-tree that GDAL uses and that
// its triggers keep.
func TestGeoPackages(t *testing.T) {
	w := newWorld(t)
	validator := "/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py"
	if _, err := os.Stat(validator); err != nil {
		t.Log("not validated: install python3-gdal")
		validator = ""
	}
	for _, l := range w.layers() {
		file := filepath.Join(t.TempDir(), l.ID+".gpkg")
		if err := os.WriteFile(file, w.client().get("/ogc/collections/"+l.ID+"/geopackage").want(200).body, 0o600); err != nil {
			t.Fatal(err)
		}
		if validator != "" {
			out, err := exec.Command("/usr/bin/python3", validator, "-k", file).CombinedOutput()
			if err != nil || strings.Contains(string(out), "ERROR") {
				t.Errorf("%s: %v %s", l.ID, err, out)
			}
		}
		sql := func(query string) string { return gdal(t, "ogrinfo", "-q", file, "-sql", query) }
		indexed := 0
		for i := range l.Features {
			if !l.Features[i].Bound.IsEmpty() {
				indexed++
			}
		}
		if out := sql("SELECT HasSpatialIndex('" + l.ID + "', 'geom')"); !strings.Contains(out, "= 1") {
			t.Errorf("%s: GDAL finds no index: %s", l.ID, out)
		}
		count := `SELECT COUNT(*) AS n FROM "rtree_` + l.ID + `_geom"`
		if out := sql(count); !strings.Contains(out, "n (Integer) = "+strconv.Itoa(indexed)+"\n") {
			t.Errorf("%s: %d features have a shape, the index %s", l.ID, indexed, out)
		}
		fid := 1
		for l.Features[fid-1].Bound.IsEmpty() {
			fid++
		}
		row := " WHERE fid = " + strconv.Itoa(fid)
		for _, change := range []struct {
			statement string
			rows      int
		}{
			{`UPDATE "` + l.ID + `" SET fid = 1000000` + row, indexed},
			{`UPDATE "` + l.ID + `" SET geom = NULL WHERE fid = 1000000`, indexed - 1},
			{`UPDATE "` + l.ID + `" SET geom = (SELECT geom FROM "` + l.ID + `" WHERE geom NOT NULL LIMIT 1) WHERE fid = 1000000`, min(indexed, len(l.Features))},
			{`DELETE FROM "` + l.ID + `" WHERE fid = 1000000`, indexed - 1},
		} {
			if indexed < 2 {
				break // nothing to copy a shape from
			}
			sql(change.statement)
			if out := sql(count); !strings.Contains(out, "n (Integer) = "+strconv.Itoa(change.rows)+"\n") {
				t.Errorf("%s: after %s, want %d rows in the index: %s", l.ID, change.statement, change.rows, out)
			}
		}
	}
}
