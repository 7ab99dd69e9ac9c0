package ogc

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"perimetre/data/maps/layers"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// whole is a form of file that holds a collection whole.
type whole struct {
	name, extension, media, title string
	write                         func(path string, l *layers.Layer, made time.Time) error
}

var wholes = []*whole{
	{"geopackage", ".gpkg", typePackage, "Tous les objets en GeoPackage", writePackage},
	{"geoparquet", ".parquet", typeParquet, "Tous les objets en GeoParquet", writeParquet},
}

// isWhole reports whether a path leads to a file, which is compressed in itself and read
// by ranges.
func isWhole(path string) bool {
	return slices.ContainsFunc(wholes, func(f *whole) bool { return strings.HasSuffix(path, "/"+f.name) })
}

// enclosures are the links to the files of a collection.
func enclosures(collection string) (links []Link) {
	for _, f := range wholes {
		links = append(links, Link{collection + "/" + f.name, "enclosure", f.media, f.title})
	}
	return links
}

// files are the whole collections of the pack in use, each made at its first download, in
// a file without a name that goes when nobody reads it any more.
type files struct {
	mu   sync.Mutex
	pack string
	made map[string]func() (*os.File, error)
}

// file returns a layer whole.
func (p *files) file(pack string, f *whole, l *layers.Layer, made time.Time) (*os.File, error) {
	key := l.ID + f.extension
	p.mu.Lock()
	if p.pack != pack {
		p.pack, p.made = pack, map[string]func() (*os.File, error){}
	}
	open, ok := p.made[key]
	if !ok {
		open = sync.OnceValues(func() (*os.File, error) { return f.unlinked(l, made) })
		p.made[key] = open
	}
	p.mu.Unlock()
	file, err := open()
	if err != nil {
		p.mu.Lock()
		if p.pack == pack {
			delete(p.made, key) // the disk may have room again
		}
		p.mu.Unlock()
	}
	return file, err
}

func (f *whole) unlinked(l *layers.Layer, made time.Time) (*os.File, error) {
	dir, err := atomicfile.TempDir("", "perimetre-"+f.name+"-")
	if err != nil {
		return nil, err
	}
	defer dir.Remove()
	path := filepath.Join(dir.Path, l.ID+f.extension)
	if err := f.write(path, l, made); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "%s de %s", f.name, l.ID)
	}
	return os.Open(path)
}

// GeoPackage answers with all the features of a collection as a GeoPackage.
func (s *Service) GeoPackage(w http.ResponseWriter, r *http.Request) error {
	return s.whole(w, r, wholes[0])
}

// GeoParquet answers with all the features of a collection as GeoParquet.
func (s *Service) GeoParquet(w http.ResponseWriter, r *http.Request) error {
	return s.whole(w, r, wholes[1])
}

func (s *Service) whole(w http.ResponseWriter, r *http.Request, form *whole) error {
	return s.with(nil, func(q *request) error {
		l, err := q.layer()
		if err != nil {
			return err
		}
		made := q.pack.Manifests[0].BuiltAt
		f, err := s.files.file(q.pack.ID, form, l, made)
		if err != nil {
			return err
		}
		st, err := f.Stat()
		if err != nil {
			return fault.Wrap(fault.Internal, err, "%s de %s", form.name, l.ID)
		}
		h := w.Header()
		h.Set("Content-Type", form.media)
		h.Set("Content-Disposition", `attachment; filename="`+l.ID+form.extension+`"`)
		http.ServeContent(w, r, "", made, io.NewSectionReader(f, 0, st.Size()))
		return nil
	})(w, r)
}
