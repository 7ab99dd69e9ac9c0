package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

// Pack is one or several packs opened together. It may be read concurrently; its
// records must not be changed.
type Pack struct {
	// ID is the identifier of the pack, or the hash of the sorted identifiers of several
	// packs.
	ID        string
	Index     *geocode.Index
	Zonings   *geo.Zonings
	Communes  *geo.Communes
	Manifests []Manifest // one a pack, in the order given

	MissionsLocales []geo.MissionLocale
	Territories     []geo.Territory
	Sites           []geo.Site
	// UsualNames are the names that people use for Missions Locales, by code.
	UsualNames map[string]string

	dirs   []string
	opened []*geo.Zonings
	maps   mapFiles
}

// mostTries is how often a pack is opened that builds take away meanwhile.
const mostTries = 100

// DefaultPack is the folder that is opened when none is given.
const DefaultPack = "pack"

// Open maps packs into memory: PACK folders, or folders of one pack. Several must
// not disagree: a version of a zoning that two of them hold has the same dates.
func Open(paths ...string) (*Pack, error) {
	if len(paths) == 0 {
		paths = []string{DefaultPack}
	}
	for try := 1; ; try++ {
		dirs, err := packDirs(paths)
		if err != nil {
			return nil, err
		}
		folders := foldersOf(dirs)
		p, err := open(dirs)
		kind := fault.KindOf(err)
		if err == nil || kind != fault.NotFound && kind != fault.Corrupt || try == mostTries {
			return p, err
		}
		// A build may have taken the pack's place in between, another given it back, or the
		// same content built again: files are then missing, or are not of one build.
		if again, e := packDirs(paths); e != nil || slices.Equal(again, dirs) && slices.EqualFunc(folders, foldersOf(dirs), sameFolder) {
			return nil, err
		}
	}
}

// foldersOf returns what the system says of folders, nil for one that is not there.
func foldersOf(dirs []string) []os.FileInfo {
	list := make([]os.FileInfo, len(dirs))
	for i, dir := range dirs {
		list[i], _ = os.Stat(dir)
	}
	return list
}

// sameFolder reports whether a folder was neither made again nor emptied in between.
func sameFolder(a, b os.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.ModTime().Equal(b.ModTime())
}

func packDirs(paths []string) ([]string, error) {
	var dirs []string
	for _, path := range paths {
		dir, err := packDir(path)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

func open(dirs []string) (p *Pack, err error) {
	p = &Pack{dirs: dirs}
	defer func() {
		if err != nil {
			p.Close()
			p = nil
		}
	}()
	var all places
	var parts []*geo.Zonings
	seen := map[string]bool{}
	for _, dir := range dirs {
		m, err := readManifest(dir)
		if err != nil {
			return p, err
		}
		if err := m.checkFiles(dir); err != nil {
			return p, err
		}
		p.Manifests = append(p.Manifests, m)
		pl, err := openPlaces(filepath.Join(dir, placesFile))
		if err != nil {
			return p, err
		}
		all.add(pl)
		if sum := m.sumOf(zoningsFile); sum == "" || !seen[sum] {
			seen[sum] = true
			z, err := geo.OpenZonings(filepath.Join(dir, zoningsFile))
			if err != nil {
				return p, err
			}
			p.opened = append(p.opened, z)
			parts = append(parts, z)
		}
	}
	p.MissionsLocales, p.Territories, p.Sites = all.Missions, all.Territories, all.Sites
	p.UsualNames = make(map[string]string, len(all.UsualNames))
	for _, n := range all.UsualNames {
		p.UsualNames[n.Code] = n.Name
	}
	if p.Zonings = parts[0]; len(parts) > 1 {
		if p.Zonings, err = geo.JoinZonings(parts...); err != nil {
			return p, err
		}
	}
	p.Communes = p.Zonings.Communes()
	p.ID = jointID(p.Manifests)
	p.Index, err = geocode.Open(dirs...)
	return p, err
}

// jointID returns the only pack's id, or the hash of the sorted ids of several.
func jointID(ms []Manifest) string {
	if len(ms) == 1 {
		return ms[0].ID
	}
	var ids []string
	for _, m := range ms {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:])[:16]
}

// Close frees the packs, which must no longer be used.
func (p *Pack) Close() error {
	var errs []error
	if p.Index != nil {
		errs = append(errs, p.Index.Close())
	}
	for _, z := range p.opened {
		errs = append(errs, z.Close())
	}
	errs = append(errs, p.maps.close()...)
	return errors.Join(errs...)
}

// Departements lists those whose addresses the packs hold, sorted.
func (p *Pack) Departements() []string {
	var out []string
	for _, m := range p.Manifests {
		out = append(out, m.Stats.Departements...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Verify reads every byte of the packs and compares it with what their manifests
// say; the first difference is a fault of kind Corrupt.
func (p *Pack) Verify() error {
	for i, dir := range p.dirs {
		files, err := listFiles(dir)
		if err != nil {
			return err
		}
		want := p.Manifests[i].Files
		for _, f := range want {
			k := slices.IndexFunc(files, func(o PackFile) bool { return o.Name == f.Name })
			path := filepath.Join(dir, f.Name)
			if k < 0 {
				return &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier absent ; reconstruire avec « perimetre data build »"}
			}
			if files[k] != f {
				return &fault.Error{Kind: fault.Corrupt, File: path, Message: "octets endommagés ; reconstruire avec « perimetre data build »",
					Expected: "sha256 " + f.SHA256, Seen: files[k].SHA256}
			}
		}
		if len(files) != len(want) {
			return &fault.Error{Kind: fault.Corrupt, File: dir, Message: "fichiers étrangers dans le référentiel"}
		}
	}
	// The bytes are those written; the blocks must also be those that were summed.
	for _, z := range p.opened {
		if err := z.Verify(); err != nil {
			return err
		}
	}
	return p.Index.Verify()
}
