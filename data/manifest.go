package data

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

const (
	manifestFile   = "manifest.json"
	manifestFormat = 1
	blockExt       = ".idx" // of the files that blockfile writes
)

// Manifest says what a pack holds and where each part came from.
type Manifest struct {
	Format   int           `json:"format"`
	ID       string        `json:"id"`              // of the content of the files
	Build    string        `json:"build,omitempty"` // in the header of each file; none before 2026
	BuiltAt  time.Time     `json:"built_at"`
	GEOS     geo.GEOS      `json:"geos,omitzero"` // what overlaid polygons at the build
	Sources  []PackSource  `json:"sources"`
	Versions []geo.Version `json:"versions"`
	Files    []PackFile    `json:"files"`
	Stats    PackStats     `json:"stats"`
	Warnings []string      `json:"warnings"` // French
	// Signed is the signature that was verified, or nil; it is never read from the manifest.
	Signed *Signature `json:"signed,omitempty"`
}

// PackSource is a file that a pack was built from.
type PackSource struct {
	RawFile
	Records   int64    `json:"records"`
	Precision float64  `json:"precision_m,omitempty"` // of the coordinates, metres
	Repaired  int      `json:"repaired,omitempty"`    // shapes that had to be repaired
	Counts    *Counts  `json:"counts,omitempty"`      // of a file of addresses
	Warnings  []string `json:"warnings,omitempty"`    // French
}

// PackFile is a file of the pack.
type PackFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// PackStats counts what a pack holds.
type PackStats struct {
	Communes     int           `json:"communes"`
	Contours     int           `json:"contours"`
	Departements []string      `json:"departements"` // with addresses
	Index        geocode.Stats `json:"index"`
	// Zones counts the zones of each version of polygons by département.
	Zones       map[string]map[string]int `json:"zones"`
	Missions    int                       `json:"missions_locales"`
	Territories int                       `json:"territories"`
	Sites       int                       `json:"sites"`
}

// contentID returns the hash of the names and sums of a pack's files.
func contentID(files []PackFile) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s %s\n", f.Name, f.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// stampFiles writes one build id in the header of the files of a folder: the hash of
// their contents, so that the same sources give the same files.
func stampFiles(dir string) (id string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "lecture de %s", dir)
	}
	h := sha256.New()
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) != blockExt {
			continue
		}
		path := filepath.Join(dir, e.Name())
		sum, err := blockfile.Fingerprint(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %s\n", e.Name(), sum)
		paths = append(paths, path)
	}
	id = hex.EncodeToString(h.Sum(nil))[:blockfile.BuildSize]
	for _, path := range paths {
		if err := blockfile.Stamp(path, id); err != nil {
			return "", err
		}
	}
	return id, nil
}

// checkFiles refuses a pack that holds a file which was not built with the
// others: its length, and the build id of its header, are looked at, not its bytes.
func (m Manifest) checkFiles(dir string) error {
	for _, f := range m.Files {
		path := filepath.Join(dir, f.Name)
		st, err := os.Stat(path)
		if os.IsNotExist(err) {
			continue // its reader says so when it needs it
		}
		if err != nil {
			return fault.Wrap(fault.Internal, err, "lecture de %s", path)
		}
		foreign := &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier d’une autre édition du référentiel, ou tronqué ; reconstruire avec « perimetre data build »"}
		if st.Size() != f.Bytes {
			foreign.Expected, foreign.Seen = fmt.Sprintf("%d octets", f.Bytes), fmt.Sprintf("%d octets", st.Size())
			return foreign
		}
		if m.Build == "" || filepath.Ext(f.Name) != blockExt {
			continue
		}
		build, err := blockfile.BuildOf(path)
		if err != nil {
			return err
		}
		if build != m.Build {
			foreign.Expected, foreign.Seen = "construction "+m.Build, "construction "+build
			return foreign
		}
	}
	return nil
}

// listFiles sums the files of a folder, by name.
func listFiles(dir string) ([]PackFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "lecture de %s", dir)
	}
	var out []PackFile
	for _, e := range entries {
		if slices.Contains(sealFiles, e.Name()) {
			continue
		}
		sum, n, err := sumFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, PackFile{e.Name(), n, sum})
	}
	return out, nil
}

// readManifest reads the manifest of a pack's folder; one whose id is not that of
// the files that it lists is a fault of kind Corrupt.
func readManifest(dir string) (Manifest, error) {
	path := filepath.Join(dir, manifestFile)
	b, err := os.ReadFile(path)
	if err != nil {
		kind := fault.Internal
		if os.IsNotExist(err) {
			kind = fault.NotFound
		}
		return Manifest{}, &fault.Error{Kind: kind, File: path, Message: "manifeste du référentiel illisible", Err: unpath(err)}
	}
	m, err := parseManifest(dir, b)
	if err != nil {
		return m, err
	}
	m.Signed, err = readSeal(dir, b)
	return m, err
}

// parseManifest reads the bytes of the manifest of a pack's folder.
func parseManifest(dir string, b []byte) (Manifest, error) {
	path := filepath.Join(dir, manifestFile)
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return m, &fault.Error{Kind: fault.Corrupt, File: path, Message: "manifeste du référentiel endommagé ; reconstruire avec « perimetre data build »"}
	}
	if m.Format != manifestFormat {
		return m, &fault.Error{Kind: fault.Corrupt, File: path, Message: "référentiel d’une autre version du programme ; reconstruire avec « perimetre data build »",
			Expected: fmt.Sprint("format ", manifestFormat), Seen: fmt.Sprint("format ", m.Format)}
	}
	m.Signed = nil
	if m.ID != contentID(m.Files) {
		return m, &fault.Error{Kind: fault.Corrupt, File: path, Message: "manifeste du référentiel endommagé : l’identifiant ne correspond pas aux fichiers"}
	}
	return m, nil
}

// unpath takes the path away from an error of the file system.
func unpath(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

func (m Manifest) write(dir string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture du manifeste")
	}
	return writeAtomically(filepath.Join(dir, manifestFile), append(b, '\n'))
}

// sumOf returns the SHA-256 of one of the pack's files, empty when it has none.
func (m Manifest) sumOf(name string) string {
	for _, f := range m.Files {
		if f.Name == name {
			return f.SHA256
		}
	}
	return ""
}
