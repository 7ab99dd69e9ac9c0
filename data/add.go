package data

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"perimetre/data/download"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/ingest"
)

// Add copies a file that has no stable address into a RAW folder, with its dates, and returns
// its line of sources.json. A file of the same path and another content is replaced. The file
// is first read as a build reads it: Add refuses what a build would refuse, and returns as
// warnings, in French, what a build would report. A trial copies nothing.
func Add(raw, file string, t Term, trial bool) (line RawFile, warnings []string, err error) {
	t.Zoning = geo.Zoning(strings.ToLower(string(t.Zoning)))
	if err := t.check(file); err != nil {
		return line, nil, err
	}
	for _, c := range t.CompleteFor {
		if !reComplete.MatchString(c) {
			return line, nil, &fault.Error{Kind: fault.Usage, Message: "territoire illisible dans --complete-for",
				Expected: "départements (59), communes (59350), epci:SIREN ou *", Seen: c}
		}
	}
	st, err := os.Stat(file)
	if err != nil || st.IsDir() {
		return line, nil, fault.New(fault.NotFound, "fichier absent : %s", file)
	}
	if warnings, err = t.read(raw, file); err != nil {
		return line, nil, err
	}
	line = t.place(filepath.Base(file))
	return line, warnings, bring(raw, file, &line, trial)
}

// AddSites puts a list of sites in a RAW folder, read first as a build does.
func AddSites(raw, file string, trial bool) (line RawFile, warnings []string, err error) {
	list, report, err := ingest.Sites(file)
	if err != nil {
		return line, nil, err
	}
	src, err := SourceByID("sites")
	if err != nil {
		return line, nil, err
	}
	for _, e := range report.Faults {
		warnings = append(warnings, e.Error())
	}
	warnings = append(append(warnings, report.Notices...), fmt.Sprintf("%d sites, dont %d avec des coordonnées et %d avec des horaires", len(list), report.WithPoint, report.WithOpening))
	base := filepath.Base(file)
	if !strings.HasPrefix(strings.ToLower(base), "sites") {
		base = "sites-" + base
	}
	line = src.File("missions-locales/" + base)
	return line, warnings, bring(raw, file, &line, trial)
}

// bring copies a file to the place of its line, and writes the line in sources.json; a trial
// only looks whether it may.
func bring(raw, file string, line *RawFile, trial bool) error {
	st, err := os.Stat(file)
	if err != nil || st.IsDir() {
		return fault.New(fault.NotFound, "fichier absent : %s", file)
	}
	if trial {
		_, err := contentOf(file, file)
		return asInput(err)
	}
	dest := filepath.Join(raw, filepath.FromSlash(line.Path))
	if err := copyFile(file, dest+".part", func(int64) {}); err != nil {
		return err
	}
	if _, err := contentOf(dest+".part", file); err != nil {
		download.Drop(dest)
		return asInput(err)
	}
	if err := copyCompanions(file, dest); err != nil {
		return err
	}
	if line.SHA256, line.Bytes, err = sumFile(dest + ".part"); err != nil {
		return err
	}
	if err := atomicfile.Rename(dest+".part", dest); err != nil {
		return fault.Wrap(fault.Internal, err, "mise en place de %s", line.Path)
	}
	line.Vintage = geo.DateOf(st.ModTime()).String()
	line.FetchedAt = time.Now().UTC().Truncate(time.Second)
	list, err := ReadRawList(raw)
	if err != nil {
		return err
	}
	list.Set(*line)
	return list.Write(raw)
}

// read reads the file as a build does, on the communes that RAW has, and returns what
// the build would say of it. What is wrong with the communes is for the build to say.
func (t Term) read(raw, file string) ([]string, error) {
	b := territoryBuild{raw: raw, zones: map[string]map[string]int{}}
	if files, _, err := RawFiles(raw); err != nil || b.readCommunes(files) != nil {
		b = territoryBuild{zones: map[string]map[string]int{}}
	}
	b.raw, b.sources = filepath.Dir(file), nil
	f := RawFile{Path: filepath.Base(file), Term: t}
	v := geo.Version{Zoning: t.Zoning, Name: t.Version, ValidFrom: t.ValidFrom, ValidTo: t.ValidTo, KnownFrom: t.KnownFrom, CompleteFor: t.CompleteFor}
	read := b.addList
	if t.Zoning == geo.QPV {
		read = b.addPolygons
	}
	if err := read(f, v); err != nil {
		return nil, err
	}
	return b.sources[0].Warnings, nil
}

var reComplete = regexp.MustCompile(`^(\*|\d{2,3}|\d[A-Z]|\d[0-9A-Z]\d{3}|epci:\d{9})$`)

// place returns the line of a file: its folder, its source, and a name that tells
// the zoning and version, so that two versions never take each other's place.
func (t Term) place(base string) RawFile {
	folder, id := "zonages", string(t.Zoning)
	if t.Zoning == geo.QPV {
		folder, id = "qpv", "qpv-"+t.Version
	}
	src, err := SourceByID(id)
	if err != nil { // a later generation than the catalogue's
		src = Source{ID: id, Kind: KindZoning}
	}
	src.Term = t
	prefix := string(t.Zoning)
	if t.Zoning == geo.QPV {
		prefix += t.Version
	} else {
		prefix += "-" + t.Version
	}
	if !strings.HasPrefix(strings.ToLower(base), prefix) {
		base = fmt.Sprintf("%s-%s", prefix, base)
	}
	return src.File(folder + "/" + base)
}

// copyCompanions brings the other files of a shapefile.
func copyCompanions(file, dest string) error {
	ext := filepath.Ext(file)
	if strings.ToLower(ext) != ".shp" {
		return nil
	}
	stem := strings.TrimSuffix(file, ext)
	siblings, err := filepath.Glob(escapeGlob(stem) + ".*")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "lecture de %s", filepath.Dir(file))
	}
	for _, s := range siblings {
		e := strings.ToLower(filepath.Ext(s))
		if !slices.Contains([]string{".dbf", ".shx", ".prj", ".cpg"}, e) {
			continue
		}
		if err := copyFile(s, strings.TrimSuffix(dest, filepath.Ext(dest))+e, func(int64) {}); err != nil {
			return err
		}
	}
	return nil
}

func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// asInput returns a fault of a user's own file the kind that it has.
func asInput(err error) error {
	if f, ok := err.(*fault.Error); ok && f.Kind == fault.Network {
		f.Kind = fault.Input
	}
	return err
}
