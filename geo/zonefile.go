package geo

import (
	"encoding/json"
	"io"
	"strconv"
	"unsafe"

	"github.com/paulmach/orb"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// A zoning file holds the commune table, the contours, and every version. Text
// stands in the table sections "communes" and "versions"; the lists of communes
// and the shapes are used where they are mapped: opening reads no vertex.
const (
	zoneMagic   = "PERIZONE"
	zoneVersion = 1
)

// WriteFile writes the zonings and the communes to a file that OpenZonings maps.
func (z *Zonings) WriteFile(path string) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	w, err := blockfile.Create(path, zoneMagic, zoneVersion)
	if err != nil {
		return err
	}
	z.writeSections(&sectionWriter{file: w, err: &err})
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	if err != nil && fault.KindOf(err) == fault.Internal {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	return err
}

func (z *Zonings) writeSections(w *sectionWriter) {
	var t tableWriter
	t.communes(z.communes)
	w.write("communes", t.b)
	if z.communes.contours != nil {
		w.shapes("contours", &z.communes.contours.shapes)
	} else {
		w.shapes("contours", &shapes{points: pointSlice(nil)})
	}
	t = tableWriter{}
	t.number(len(z.polygons))
	for i, v := range z.polygons {
		t.version(&v.Version)
		t.zones(v)
		w.shapes("polygons/"+strconv.Itoa(i), &v.index.shapes)
	}
	t.number(len(z.lists))
	for i, v := range z.lists {
		t.version(&v.Version)
		closed := 0
		if v.table.closed {
			closed = 1
		}
		t.number(closed)
		w.write("list/"+strconv.Itoa(i), v.table.records)
	}
	w.write("versions", t.b)
}

// sectionWriter keeps the first error, so that sections can be written in a row.
type sectionWriter struct {
	file *blockfile.Writer
	err  *error
}

func (w *sectionWriter) open(name string) io.Writer {
	if *w.err != nil {
		return io.Discard
	}
	s, err := w.file.Section(name)
	if err != nil {
		*w.err = err
		return io.Discard
	}
	return s
}

func (w *sectionWriter) write(name string, b []byte) { w.put(w.open(name), b) }

func (w *sectionWriter) put(to io.Writer, b []byte) {
	if _, err := to.Write(b); err != nil && *w.err == nil {
		*w.err = err
	}
}

func (w *sectionWriter) shapes(name string, s *shapes) {
	w.write(name+"/polygons", bytesOf(s.polygons))
	w.write(name+"/rings", bytesOf(s.rings))
	w.write(name+"/outer", bytesOf(s.outer))
	w.write(name+"/bounds", bytesOf(s.bounds))
	to := w.open(name + "/points")
	for i := range s.polygons {
		if r0, r1, p0 := s.span(i); r1 > r0 {
			w.put(to, bytesOf(s.points.slice(p0, int(s.rings[r1-1]))))
		}
	}
}

// bytesOf and viewOf pass between numbers and their bytes, little endian as the
// machines that run this are. Sections start on eight bytes.
func bytesOf[T uint32 | orb.Bound | orb.Point](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), len(s)*int(unsafe.Sizeof(s[0])))
}

func viewOf[T uint32 | orb.Bound | orb.Point](b []byte) []T {
	var zero T
	if len(b) < int(unsafe.Sizeof(zero)) {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/int(unsafe.Sizeof(zero)))
}

// OpenZonings maps a file of WriteFile. A damaged or foreign file is a fault of
// kind Corrupt, here or, for vertices, at the first question that needs them.
func OpenZonings(path string) (z *Zonings, err error) {
	f, err := blockfile.Open(path, zoneMagic, zoneVersion)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			z = nil
		}
	}()
	defer blockfile.Recover(&err, blockfile.Guard())
	r := &sectionReader{f}
	list, codes := r.table("communes").communes()
	contours := r.shapes("contours")
	if len(codes) != contours.len() {
		return nil, r.corrupt()
	}
	z = &Zonings{file: f}
	if z.communes, err = joinCommunes(list, codes, indexShapes(contours)); err != nil {
		return nil, r.corrupt()
	}
	t := r.table("versions")
	for i := range t.number() {
		v := &polygonVersion{Version: t.version()}
		t.zonesOf(v)
		v.complete = newCompleteness(v.CompleteFor)
		v.index = indexShapes(r.shapes("polygons/" + strconv.Itoa(i)))
		if v.index.Len() != len(v.zones) {
			return nil, r.corrupt()
		}
		z.polygons = append(z.polygons, v)
	}
	for i := range t.number() {
		v := &listVersion{Version: t.version()}
		v.complete = newCompleteness(v.CompleteFor)
		v.table = statusTable{records: r.section("list/" + strconv.Itoa(i)).All(), closed: t.number() == 1}
		if !v.table.valid() {
			return nil, r.corrupt()
		}
		z.lists = append(z.lists, v)
	}
	z.sort()
	return z, nil
}

// Close unmaps the file of an opened Zonings, which must no longer be used; it
// does nothing to one made in memory.
func (z *Zonings) Close() error {
	if z.file == nil {
		return nil
	}
	return z.file.Close()
}

// Verify checks every byte of the file of an opened Zonings.
func (z *Zonings) Verify() error {
	if z.file == nil {
		return nil
	}
	return z.file.Verify()
}

// sectionReader panics with faults of kind Corrupt, as blockfile does.
type sectionReader struct{ file *blockfile.File }

func (r *sectionReader) corrupt() *fault.Error {
	return &fault.Error{Kind: fault.Corrupt, File: r.file.Path(), Message: "contenu incohérent ; reconstruire le référentiel avec « perimetre data build »"}
}

func (r *sectionReader) section(name string) *blockfile.Section {
	s, err := r.file.Section(name)
	if err != nil {
		panic(err)
	}
	return s
}

func (r *sectionReader) table(name string) *tableReader {
	// One copy: every text is a part of it, and outlives the mapping.
	return &tableReader{b: string(r.section(name).All()), bad: r.corrupt}
}

func (r *sectionReader) shapes(name string) shapes {
	points := r.section(name + "/points")
	s := shapes{
		points:   pointSection{points},
		polygons: viewOf[uint32](r.section(name + "/polygons").All()),
		rings:    viewOf[uint32](r.section(name + "/rings").All()),
		outer:    viewOf[uint32](r.section(name + "/outer").All()),
		bounds:   viewOf[orb.Bound](r.section(name + "/bounds").All()),
	}
	if !s.valid(points.Len() / pointSize) {
		panic(r.corrupt())
	}
	return s
}

const pointSize = int(unsafe.Sizeof(orb.Point{}))

// pointSection gives points where they are mapped, checked at first touch.
type pointSection struct{ section *blockfile.Section }

func (p pointSection) slice(from, to int) []orb.Point {
	return viewOf[orb.Point](p.section.Bytes(from*pointSize, (to-from)*pointSize))
}

// version and its reader carry a Version as JSON: few, and the manifest's words.
func (t *tableWriter) version(v *Version) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain fields
	}
	t.text(string(b))
}

func (t *tableReader) version() (v Version) {
	if json.Unmarshal([]byte(t.text()), &v) != nil {
		panic(t.bad())
	}
	return v
}
