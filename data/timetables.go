package data

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
	"perimetre/ingest/gtfs"
)

// transitFile is the name in a pack of the timetables.
const (
	transitFile    = "transit.idx"
	transitMagic   = "PERITRAN"
	transitVersion = 1
	callBytes      = 16
)

// IsTimetable reports whether a file is a timetable in GTFS, by its content.
func IsTimetable(file string) bool { return gtfs.IsFeed(file) }

// AddTimetable puts a timetable in a RAW folder. One that is cut short, or whose last
// day is before a day, is refused.
func AddTimetable(raw, file string, on geo.Date, trial bool) (line RawFile, warnings []string, err error) {
	feed, warnings, err := gtfs.Read(file)
	if err == nil {
		err = gtfs.OutOfDate(&feed, file, on)
	}
	if err != nil {
		return line, nil, err
	}
	src, err := SourceByID("horaires")
	if err != nil {
		return line, nil, err
	}
	warnings = append(warnings, says(&feed))
	line = src.File("horaires/" + filepath.Base(file))
	return line, warnings, bring(raw, file, &line, trial)
}

// says returns what a timetable holds, in French.
func says(f *transit.Feed) string {
	return fmt.Sprintf("%s : %d courses, %d arrêts, du %s au %s", strings.TrimSpace(f.Publisher), len(f.Trips), len(f.Stops), french.Date(f.First), french.Date(f.Last))
}

// buildTimetables reads the timetables of a RAW folder and writes them in the pack,
// when there are some.
func buildTimetables(raw string, files []RawFile, path string) (sources []PackSource, err error) {
	var feeds []transit.Feed
	for _, f := range of(files, KindTimetable) {
		feed, warnings, err := gtfs.Read(filepath.Join(raw, filepath.FromSlash(f.Path)))
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, feed)
		sources = append(sources, PackSource{RawFile: f, Records: int64(len(feed.Trips)), Warnings: append(warnings, says(&feed))})
	}
	if len(feeds) == 0 {
		return nil, nil
	}
	if _, err := transit.NewNetwork(feeds, transit.UsualFoot); err != nil { // clocks that disagree
		return nil, err
	}
	return sources, writeTimetables(path, feeds)
}

// writeTimetables writes feeds: their calls, which are many, as numbers.
func writeTimetables(path string, feeds []transit.Feed) error {
	w, err := blockfile.Create(path, transitMagic, transitVersion)
	if err != nil {
		return err
	}
	light := make([]transit.Feed, len(feeds))
	for i := range feeds {
		light[i] = feeds[i]
		light[i].Calls = nil
	}
	s, err := w.Section("feeds")
	if err == nil {
		err = gob.NewEncoder(s).Encode(light)
	}
	for i := range feeds {
		s, e := w.Section(fmt.Sprintf("calls-%d", i))
		if e == nil {
			e = writeCalls(bufio.NewWriterSize(s, 1<<20), feeds[i].Calls)
		}
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	return nil
}

func writeCalls(w *bufio.Writer, calls []transit.Call) error {
	var b [callBytes]byte
	for _, c := range calls {
		binary.LittleEndian.PutUint32(b[0:], uint32(c.Stop))
		binary.LittleEndian.PutUint32(b[4:], uint32(c.Arrive))
		binary.LittleEndian.PutUint32(b[8:], uint32(c.Depart))
		b[12], b[13] = 0, 0
		if c.NoBoard {
			b[12] = 1
		}
		if c.NoAlight {
			b[13] = 1
		}
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	return w.Flush()
}

// Timetables returns the timetables of the packs, each once though several packs hold it, or
// nil when they have none.
func (p *Pack) Timetables() (feeds []transit.Feed, err error) {
	seen := map[string]bool{}
	for i, dir := range p.dirs {
		path := filepath.Join(dir, transitFile)
		sum := p.Manifests[i].sumOf(transitFile)
		if _, err := os.Stat(path); err != nil || seen[sum] {
			continue
		}
		seen[sum] = true
		list, err := openTimetables(path)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, list...)
	}
	return feeds, nil
}

func openTimetables(path string) (feeds []transit.Feed, err error) {
	f, err := blockfile.Open(path, transitMagic, transitVersion)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	damaged := &fault.Error{Kind: fault.Corrupt, File: path, Message: "contenu incohérent ; reconstruire avec « perimetre data build »"}
	s, err := f.Section("feeds")
	if err != nil {
		return nil, err
	}
	if err := gob.NewDecoder(bytes.NewReader(s.All())).Decode(&feeds); err != nil {
		return nil, damaged
	}
	for i := range feeds {
		s, err := f.Section(fmt.Sprintf("calls-%d", i))
		if err != nil {
			return nil, err
		}
		b := s.All()
		feed := &feeds[i]
		feed.Calls = make([]transit.Call, len(b)/callBytes)
		for k := range feed.Calls {
			c := b[k*callBytes:]
			feed.Calls[k] = transit.Call{Stop: int32(binary.LittleEndian.Uint32(c)), Arrive: int32(binary.LittleEndian.Uint32(c[4:])), Depart: int32(binary.LittleEndian.Uint32(c[8:])),
				NoBoard: c[12] != 0, NoAlight: c[13] != 0}
			if n := feed.Calls[k].Stop; n < 0 || int(n) >= len(feed.Stops) {
				return nil, damaged
			}
		}
		for _, t := range feed.Trips {
			if t.From < 0 || t.N < 2 || int(t.From)+int(t.N) > len(feed.Calls) || t.Service < 0 || int(t.Service) >= len(feed.Services) {
				return nil, damaged
			}
		}
	}
	return feeds, nil
}
