package data

import (
	"context"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"perimetre/data/download"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// FetchOptions say what Fetch brings and from where.
type FetchOptions struct {
	Raw          string   // folder that receives the files
	Departements []string // of the sources that have a file for each
	Sources      []string // identifiers; empty: all
	From         string   // folder, or address of a mirror; empty: the official addresses
	Proxy, CA    string
	// Trial asks what would come, by the headers alone, and writes nothing.
	Trial bool
	// Progress is called as bytes come; total is -1 when it is not known.
	Progress func(path string, done, total int64)

	stall, pause time.Duration // 30 s and 1 s when zero
}

// FetchReport is what Fetch did, by paths below Raw.
type FetchReport struct {
	Fetched, Unchanged []string
	// Missing are the wanted sources without a stable address that From did not
	// hold either, and files that a mirror does not have.
	Missing []Wanted
}

// Fetch brings the files of the sources into a RAW folder and writes its
// sources.json after each one, so that what came is never lost. A file takes its
// place only when it is whole and is data; a part stays for the next time.
func Fetch(ctx context.Context, o FetchOptions) (rep FetchReport, err error) {
	wanted, err := wantedSources(o)
	if err != nil {
		return rep, err
	}
	if err := o.folder(o.Raw); err != nil {
		return rep, err
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	list, err := ReadRawList(o.Raw)
	if err != nil {
		return rep, err
	}
	f := fetcher{FetchOptions: o, list: list}
	if o.From != "" && !isAddress(o.From) {
		files, _, err := RawFiles(o.From)
		if err != nil {
			return rep, err
		}
		return f.all(wanted, func(w Wanted) (bool, error) { return f.fromFolder(files, w) })
	}
	if f.client, err = download.NewClient(o.Proxy, o.CA); err != nil {
		return rep, err
	}
	if o.From != "" {
		if err := f.readMirror(ctx); err != nil {
			return rep, err
		}
		if f.mirror == nil && len(o.Departements) == 0 {
			return rep, needDepartements()
		}
	}
	return f.all(wanted, func(w Wanted) (bool, error) { return f.source(ctx, w) })
}

// folder makes a folder that receives files; a trial makes none.
func (o *FetchOptions) folder(dir string) error {
	if o.Trial {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fault.Wrap(fault.Internal, err, "création de %s", dir)
	}
	return nil
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// Wanted is a source, for a département where it has one file for each.
type Wanted struct {
	Source
	Departement string
}

func wantedSources(o FetchOptions) ([]Wanted, error) {
	var out []Wanted
	for _, id := range o.Sources {
		if _, err := SourceByID(id); err != nil {
			return nil, err
		}
	}
	for _, s := range Catalogue() {
		if len(o.Sources) > 0 && !slices.Contains(o.Sources, s.ID) {
			continue
		}
		if !s.ByDepartement() {
			out = append(out, Wanted{s, ""})
			continue
		}
		if len(o.Departements) == 0 {
			if o.From == "" {
				return nil, needDepartements()
			}
			out = append(out, Wanted{s, ""}) // all those that the folder or the mirror holds
			continue
		}
		for _, d := range o.Departements {
			if _, _, ok := geo.Departement(d); !ok && o.From == "" {
				return nil, &fault.Error{Kind: fault.Usage, Message: "département inconnu", Expected: "un code tel que 59, 2A ou 974", Seen: d}
			}
			out = append(out, Wanted{s, d})
		}
	}
	return out, nil
}

func needDepartements() error {
	return &fault.Error{Kind: fault.Usage, Message: "préciser les départements", Expected: "--deps 59,62"}
}

// all brings every wanted source by one, which tells whether it found it. A
// source that stands in place of another is tried only when that one is missing.
func (f *fetcher) all(wanted []Wanted, one func(Wanted) (bool, error)) (FetchReport, error) {
	missing := map[string][]string{} // départements by source
	for _, w := range wanted {
		if w.InPlaceOf != "" && len(f.Sources) == 0 && len(f.Departements) > 0 {
			deps := missing[w.InPlaceOf]
			if len(deps) == 0 || w.ByDepartement() && !slices.Contains(deps, w.Departement) {
				continue
			}
		}
		found, err := one(w)
		if err != nil {
			return f.report, err
		}
		if !found {
			missing[w.ID] = append(missing[w.ID], w.Departement)
			if w.InPlaceOf == "" {
				f.report.Missing = append(f.report.Missing, w)
			}
		}
	}
	return f.report, nil
}

// fetcher carries one Fetch.
type fetcher struct {
	FetchOptions
	client *http.Client
	list   RawList
	mirror *RawList // the mirror's own list, nil without one
	report FetchReport
}

// readMirror reads the mirror's sources.json, if it has one.
func (f *fetcher) readMirror(ctx context.Context) error {
	dir, err := atomicfile.TempDir("", "perimetre-miroir-")
	if err != nil {
		return err
	}
	defer dir.Remove()
	tmp := filepath.Join(dir.Path, SourcesFile)
	_, err = f.transfer("").Fetch(ctx, joinAddress(f.From, SourcesFile), tmp, "")
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := os.ReadFile(tmp + ".part")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "lecture de la liste du miroir")
	}
	l, err := parseRawList(joinAddress(f.From, SourcesFile), b)
	f.mirror = &l
	return err
}

func (f *fetcher) transfer(rel string) download.Transfer {
	t := download.Transfer{Client: f.client, Stall: f.stall, Pause: f.pause, Tries: 4,
		Progress: func(done, total int64) { f.Progress(rel, done, total) }}
	if t.Stall == 0 {
		t.Stall = 30 * time.Second
	}
	if t.Pause == 0 {
		t.Pause = time.Second
	}
	return t
}

// source brings the files of a source: from the mirror's list, from a mirror
// without a list, or from the official address. It tells whether there are any.
func (f *fetcher) source(ctx context.Context, w Wanted) (bool, error) {
	rel := at(w.Path, w.Departement)
	switch {
	case f.mirror != nil:
		found := false
		for _, line := range f.mirror.Files {
			if line.answers(w) {
				found = true
				if err := f.file(ctx, joinAddress(f.From, line.Path), line); err != nil {
					return true, err
				}
			}
		}
		return found, nil
	case f.From != "":
		for _, p := range mirrorPaths(w) {
			if err := f.file(ctx, joinAddress(f.From, p), w.File(rel)); fault.KindOf(err) != fault.NotFound {
				return true, err
			}
		}
		return false, nil
	case w.URL == "":
		given := slices.ContainsFunc(f.list.Files, func(l RawFile) bool { return l.Source == w.ID })
		return given, nil
	}
	return true, f.file(ctx, at(w.URL, w.Departement), w.File(rel))
}

// answers reports whether the file is one that is wanted.
func (l RawFile) answers(w Wanted) bool {
	switch {
	case w.ByDepartement() && l.Path == at(w.Path, w.Departement):
		return true
	case w.ByDepartement() && w.Departement == "":
		return l.Kind == w.Kind && (l.Source == "" || l.Source == w.ID)
	case w.ByDepartement():
		return l.Kind == w.Kind && fileDepartement(l.Path) == w.Departement
	case l.Source != "":
		return l.Source == w.ID
	}
	return l.Path == w.Path
}

// mirrorPaths returns the places where a mirror without a list may keep a file: as in
// RAW, compressed or not, or as on the official host.
func mirrorPaths(s Wanted) []string {
	rel := at(s.Path, s.Departement)
	plain := strings.TrimSuffix(rel, ".gz")
	out := []string{rel}
	if plain == rel {
		out = append(out, rel+".gz")
	} else {
		out = append(out, plain)
	}
	if s.Kind == KindZoning {
		base := strings.TrimSuffix(plain, path.Ext(plain))
		for _, e := range []string{".geojson", ".geojson.gz", ".zip", ".gpkg", ".csv", ".csv.gz"} {
			if !slices.Contains(out, base+e) {
				out = append(out, base+e)
			}
		}
	}
	if _, hostPath, ok := strings.Cut(strings.TrimPrefix(at(s.URL, s.Departement), "https://"), "/"); ok && !strings.Contains(hostPath, "?") {
		out = append(out, hostPath)
	}
	return append(out, path.Base(rel))
}

func joinAddress(base, rel string) string { return strings.TrimSuffix(base, "/") + "/" + rel }

// file brings one address to the line's path, or to that path with the extension
// that the content calls for, and records it.
func (f *fetcher) file(ctx context.Context, address string, line RawFile) error {
	rel := line.Path
	dest := filepath.Join(f.Raw, filepath.FromSlash(rel))
	if err := f.folder(filepath.Dir(dest)); err != nil {
		return err
	}
	if line.SHA256 != "" {
		if sum, _, err := sumFile(dest); err == nil && sum == line.SHA256 {
			f.report.Unchanged = append(f.report.Unchanged, rel)
			if _, listed := f.list.Find(rel); listed || f.Trial {
				return nil
			}
			f.list.Set(line)
			return f.list.Write(f.Raw)
		}
	}
	was, known := f.standing(address)
	if f.Trial {
		return f.look(ctx, address, rel, known)
	}
	got, err := f.transfer(rel).Fetch(ctx, address, dest, known)
	if err != nil {
		return err
	}
	if got.Same {
		f.report.Unchanged = append(f.report.Unchanged, was.Path)
		return nil
	}
	ext, err := contentOf(dest+".part", address)
	if err != nil {
		download.Drop(dest)
		return err
	}
	final := withExtension(rel, ext)
	sum, n, err := sumFile(dest + ".part")
	if err != nil {
		return err
	}
	if want := line.SHA256; want != "" && want != sum {
		download.Drop(dest)
		return &fault.Error{Kind: fault.Network, Message: address + " : somme de contrôle fausse",
			Expected: "sha256 " + want, Seen: sum}
	}
	if err := atomicfile.Rename(dest+".part", filepath.Join(f.Raw, filepath.FromSlash(final))); err != nil {
		return fault.Wrap(fault.Internal, err, "mise en place de %s", final)
	}
	download.Drop(dest)
	return f.record(line, RawFile{Path: final, URL: address, SHA256: sum, Bytes: n, ETag: got.ETag,
		Vintage: geo.DateOf(got.Modified).String(), FetchedAt: time.Now().UTC().Truncate(time.Second)}, got.Modified.IsZero())
}

// look asks whether an address has a file, and whether it is the one already here.
func (f *fetcher) look(ctx context.Context, address, rel, known string) error {
	now, _, err := download.Head(ctx, f.client, address)
	switch {
	case err != nil:
		return err
	case known != "" && now.ETag == known:
		f.report.Unchanged = append(f.report.Unchanged, rel)
	default:
		f.report.Fetched = append(f.report.Fetched, rel)
	}
	return nil
}

// standing returns the line of what was brought from an address before, and its
// ETag when the file is still there, whole.
func (f *fetcher) standing(address string) (RawFile, string) {
	for _, l := range f.list.Files {
		if l.URL != address || l.ETag == "" {
			continue
		}
		if sum, _, err := sumFile(filepath.Join(f.Raw, filepath.FromSlash(l.Path))); err == nil && sum == l.SHA256 {
			return l, l.ETag
		}
	}
	return RawFile{}, ""
}

// record writes the line of a file that came. What a mirror's list said of its
// address and vintage stays.
func (f *fetcher) record(l, came RawFile, noDate bool) error {
	l.Path, l.SHA256, l.Bytes, l.ETag, l.FetchedAt = came.Path, came.SHA256, came.Bytes, came.ETag, came.FetchedAt
	if l.Vintage == "" && !noDate {
		l.Vintage = came.Vintage
	}
	if l.URL == "" {
		l.URL = came.URL
	}
	for _, old := range f.list.Files { // the same address gave a file of another form
		if old.URL == l.URL && l.URL != "" && old.Path != l.Path {
			os.Remove(filepath.Join(f.Raw, filepath.FromSlash(old.Path)))
			f.list.Remove(old.Path)
			break
		}
	}
	f.list.Set(l)
	f.report.Fetched = append(f.report.Fetched, l.Path)
	return f.list.Write(f.Raw)
}

// withExtension corrects the end of a path by what the content is.
func withExtension(rel, ext string) string {
	base, _ := strings.CutSuffix(rel, ".gz")
	inner := path.Ext(base)
	switch ext {
	case ".zip", ".gpkg":
		return strings.TrimSuffix(base, inner) + ext
	case ".gz", ".json.gz":
		return base + ".gz"
	}
	return base
}
