package data

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// RawFiles lists the files of a RAW folder: the lines of sources.json, then the files that it
// does not name but whose own name is one of the catalogue's, dated from the catalogue. A
// zoning's file without a date is refused. The notices, in French, name the files that are
// left aside.
func RawFiles(raw string) (files []RawFile, notices []string, err error) {
	list, err := ReadRawList(raw)
	if err != nil {
		return nil, nil, err
	}
	files = list.Files
	for _, f := range files {
		if _, err := os.Stat(filepath.Join(raw, filepath.FromSlash(f.Path))); errors.Is(err, fs.ErrNotExist) {
			return nil, nil, &fault.Error{Kind: fault.NotFound, File: filepath.Join(raw, SourcesFile),
				Message: "fichier annoncé mais absent : " + f.Path}
		}
		if f.Kind == KindZoning {
			if err := f.Term.check(f.Path); err != nil {
				return nil, nil, err
			}
		}
	}
	names, err := listRaw(raw, "", 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fault.New(fault.NotFound, "dossier absent : %s", raw)
	} else if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err, "lecture de %s", raw)
	}
	var unknown []string
	for _, rel := range names {
		if _, listed := list.Find(rel); listed {
			continue
		}
		f, ok, err := fileByName(rel)
		if err != nil {
			return nil, nil, err
		}
		if !ok && inBAN(rel) {
			return nil, nil, &fault.Error{Kind: fault.Input, File: filepath.Join(raw, filepath.FromSlash(rel)), Message: "fichier d’adresses laissé de côté, car son nom ne dit pas ce qu’il est",
				Expected: "adresses-59.csv.gz, adresses-with-ids-59.csv.gz, adresses-addok-59.ndjson.gz, lieux-dits-59-beta.csv.gz (59 : le département, ou « france ») ou bal-59350.csv ; à renommer, ou à retirer de ban/",
				Seen:     path.Base(rel)}
		}
		if !ok {
			unknown = append(unknown, rel)
			continue
		}
		files = append(files, f)
	}
	if len(unknown) > 0 {
		notices = append(notices, "laissés de côté, car leur nom ne dit rien : "+strings.Join(unknown, ", "))
	}
	slices.SortStableFunc(files, func(a, b RawFile) int { return strings.Compare(a.Path, b.Path) })
	return files, notices, nil
}

// listRaw lists the files that may be data below a folder, by their path in RAW.
// Links are followed: an archive often links its BAN from elsewhere.
func listRaw(raw, rel string, depth int) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(raw, filepath.FromSlash(rel)))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		name := path.Join(rel, e.Name())
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		st, err := os.Stat(filepath.Join(raw, filepath.FromSlash(name)))
		switch {
		case err != nil:
			return nil, err
		case !st.IsDir():
			if !beside(e.Name()) || inBAN(name) && reAddresses.MatchString(e.Name()) {
				out = append(out, name)
			}
		case depth < 4:
			below, err := listRaw(raw, name, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, below...)
		}
	}
	return out, nil
}

// inBAN reports whether a file is in the folder of addresses.
func inBAN(rel string) bool {
	return slices.Contains(strings.Split(strings.ToLower(path.Dir(rel)), "/"), "ban")
}

// beside tells the files that only go with others, or with nothing.
func beside(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".part", ".tmp", ".md", ".txt", ".html", ".pdf", ".xml":
		return true
	}
	return name == SourcesFile || strings.HasSuffix(name, ".part.json") || strings.HasPrefix(strings.ToLower(name), "licen")
}

// A département's code is two or three digits, or a digit and a letter: Corsica's,
// and those of a fictional country.
var (
	reQPV2024   = regexp.MustCompile(`^qpv?[-_]?2024`)
	reQPV2015   = regexp.MustCompile(`^qpv[-_]?2015|^qp[-_]?2015|^qp_metropoleoutremer`)
	reTerritory = regexp.MustCompile(`^(?:qpv?[-_]?(?:2015|2024))[-_]([a-z0-9]+)$`)
	reFRR       = regexp.MustCompile(`^frr[-_](\d{4}-\d{2}-\d{2})`)
	reZRR       = regexp.MustCompile(`^zrr[-_]?2021`)
	reCode      = regexp.MustCompile(`^(\d{2,3}|\d[a-z])$`)
	reBAN       = regexp.MustCompile(`^(adresses-addok|adresses|lieux-dits)(?:-with-ids)?-(\d{2,3}|\d[a-z]|france)(-beta)?\.`)
	reContours  = regexp.MustCompile(`^communes-(\d{2,3}|\d[a-l])\.`)
	reAddresses = regexp.MustCompile(`(?i)^(adresses|lieux-dits|ban|bano|bal).*\.(txt|tmp|xml)$`) // data under the extension of a note
	reBAL       = regexp.MustCompile(`(^|[-_])bal([-_.]|$)`)
)

// stem returns a file's name in lower case without its extensions.
func stem(rel string) string {
	s := strings.TrimSuffix(strings.ToLower(path.Base(rel)), ".gz")
	return strings.TrimSuffix(s, path.Ext(s))
}

// fileDepartement returns the département in the name of a BAN file or of a file of
// contours, empty without one.
func fileDepartement(rel string) string {
	name := strings.ToLower(path.Base(rel))
	if m := reBAN.FindStringSubmatch(name); m != nil && m[2] != "france" {
		return strings.ToUpper(m[2])
	}
	if m := reContours.FindStringSubmatch(name); m != nil {
		return strings.ToUpper(m[1])
	}
	return ""
}

// fileByName returns the line of a file that is not in sources.json by its name; ok
// is false when the name says nothing.
func fileByName(rel string) (f RawFile, ok bool, err error) {
	name := strings.ToLower(path.Base(rel))
	s := stem(rel)
	ext := path.Ext(strings.TrimSuffix(name, ".gz"))
	folder := strings.ToLower(path.Base(path.Dir(rel)))
	as := func(id string) (RawFile, bool, error) {
		src, err := SourceByID(id)
		return src.File(rel), err == nil, err
	}
	dated := func(id string, t Term) (RawFile, bool, error) {
		f, ok, err := as(id)
		f.Term = t
		return f, ok, err
	}
	switch {
	case reQPV2024.MatchString(s):
		complete, err := territory(rel, s)
		if err != nil {
			return f, false, err
		}
		return dated("qpv-2024", qpv2024(complete...))
	case reQPV2015.MatchString(s):
		complete, err := territory(rel, s)
		if err != nil {
			return f, false, err
		}
		return dated("qpv-2015", qpv2015(complete...))
	case reFRR.MatchString(s):
		known, err := geo.ParseDate(reFRR.FindStringSubmatch(s)[1])
		if err != nil {
			return f, false, undated(rel)
		}
		return dated("frr", frr(known))
	case reZRR.MatchString(s):
		return as("zrr")
	case folder == "qpv" || folder == "zonages" || strings.HasPrefix(s, "qp") || strings.HasPrefix(s, "frr") || strings.HasPrefix(s, "zrr"):
		return f, false, undated(rel)
	case reBAN.MatchString(name):
		return as(map[string]string{"adresses": "ban", "lieux-dits": "ban-lieux-dits", "adresses-addok": "ban-addok"}[reBAN.FindStringSubmatch(name)[1]])
	case reBAL.MatchString(s) && ext == ".csv":
		return as("bal")
	case strings.HasPrefix(s, "v_mvt_commune") || strings.HasPrefix(s, "v_mvtcommune"):
		return as("cog-mouvements")
	case strings.HasPrefix(s, "v_commune"):
		return as("cog-communes")
	case strings.HasPrefix(s, "communes") && (ext == ".csv" || ext == ".json" && !reContours.MatchString(name)):
		return as("communes")
	case strings.HasPrefix(s, "communes") && slices.Contains([]string{".geojson", ".json", ".gpkg", ".shp", ".zip"}, ext):
		return as("contours")
	case strings.HasPrefix(s, "couverture"):
		return as("missions-locales-territoires")
	case strings.HasPrefix(s, "structures"):
		return as("missions-locales-structures")
	case strings.HasPrefix(s, "noms-usuels"):
		return as("missions-locales-noms")
	case folder == "horaires" && ext == ".zip":
		return as("horaires")
	case strings.HasPrefix(s, "sites"):
		return as("sites")
	case folder == "missions-locales" && ext == ".json":
		return as("missions-locales")
	}
	return f, false, nil
}

// territory returns what a QPV file is complete for, by the end of its name.
func territory(rel, stem string) ([]string, error) {
	m := reTerritory.FindStringSubmatch(stem)
	switch {
	case m == nil || m[1] == "france" || m[1] == "wgs84" || m[1] == "l93":
		return []string{"*"}, nil
	case m[1] == "mel":
		return []string{"epci:" + mel}, nil
	case reCode.MatchString(m[1]):
		return []string{strings.ToUpper(m[1])}, nil
	}
	return nil, &fault.Error{Kind: fault.Input, File: rel, Message: "territoire couvert inconnu",
		Expected: "« perimetre data add » avec --complete-for (départements, communes, epci:SIREN ou *)", Seen: m[1]}
}

func undated(rel string) error {
	return &fault.Error{Kind: fault.Input, File: rel, Message: "zonage sans date",
		Expected: "« perimetre data add » avec --zoning, --version, --valid-from, --known-from et --complete-for"}
}

// check refuses a term that is not whole.
func (t Term) check(rel string) error {
	if t.Zoning == "" || t.Version == "" || t.ValidFrom.IsZero() || t.KnownFrom.IsZero() || len(t.CompleteFor) == 0 {
		return undated(rel)
	}
	if t.Zoning != geo.QPV && t.Zoning != geo.FRR && t.Zoning != geo.ZRR {
		return &fault.Error{Kind: fault.Input, File: rel, Message: "zonage inconnu", Expected: "qpv, frr ou zrr", Seen: string(t.Zoning)}
	}
	if !t.ValidTo.IsZero() && t.ValidTo.Before(t.ValidFrom) {
		return &fault.Error{Kind: fault.Input, File: rel, Message: "la fin de validité précède le début",
			Seen: t.ValidFrom.String() + " … " + t.ValidTo.String()}
	}
	return nil
}
