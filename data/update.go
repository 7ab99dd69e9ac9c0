package data

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"perimetre/data/download"
	"perimetre/geo"
	"perimetre/geo/fault"
)

// Freshness says whether a source has changed since a pack was built from it.
type Freshness string

const (
	FreshSame    Freshness = "inchangé"
	FreshChanged Freshness = "changé"
	FreshUnknown Freshness = "indéterminé" // the server says neither a tag, a date nor a length
	FreshAbsent  Freshness = "injoignable"
)

// SourceState is what the server of a source says of its file today.
type SourceState struct {
	File     RawFile   `json:"file"`
	State    Freshness `json:"state"`
	Modified time.Time `json:"modified,omitzero"`
	Bytes    int64     `json:"bytes"` // -1 when the server does not say
	Why      string    `json:"why,omitempty"`
}

// OriginOf returns where the current pack of a PACK folder was imported from, or ok false.
func OriginOf(pack string) (o Origin, ok bool) {
	b, err := os.ReadFile(filepath.Join(pack, originFile))
	if err != nil || json.Unmarshal(b, &o) != nil {
		return Origin{}, false
	}
	return o, o.URL != "" && o.Pack == CurrentID(pack)
}

// File returns the origin as the line of a source.
func (o Origin) File() RawFile {
	f := RawFile{Path: "référentiel " + o.Pack, URL: o.URL, ETag: o.ETag}
	if !o.Modified.IsZero() {
		f.Vintage = geo.DateOf(o.Modified).String()
	}
	return f
}

// CheckSources asks the server of each file that has an address whether it has changed,
// by a HEAD request; nothing is downloaded.
func CheckSources(ctx context.Context, files []RawFile, proxy, ca string) ([]SourceState, error) {
	client, err := download.NewClient(proxy, ca)
	if err != nil {
		return nil, err
	}
	client.Timeout = 30 * time.Second
	var out []SourceState
	for _, f := range files {
		if f.URL == "" {
			continue
		}
		out = append(out, checkSource(ctx, client, f))
		if ctx.Err() != nil {
			return nil, download.Interrupted(f.URL)
		}
	}
	return out, nil
}

func checkSource(ctx context.Context, client *http.Client, f RawFile) SourceState {
	s := SourceState{File: f, State: FreshAbsent, Bytes: -1}
	now, length, err := download.Head(ctx, client, f.URL)
	if err != nil {
		s.Why = err.Error()
		return s
	}
	s.Bytes, s.Modified = length, now.Modified
	s.State, s.Why = fresh(f, now, s.Bytes)
	return s
}

// fresh compares what a server says with what was recorded: the tag decides, else the
// day, else the length.
func fresh(f RawFile, now download.Received, length int64) (Freshness, string) {
	verdict := func(same bool, why string) (Freshness, string) {
		if same {
			return FreshSame, ""
		}
		return FreshChanged, why
	}
	switch {
	case f.ETag != "" && now.ETag != "":
		return verdict(f.ETag == now.ETag, "autre contenu")
	case f.Vintage != "" && !now.Modified.IsZero():
		return verdict(f.Vintage == geo.DateOf(now.Modified).String(), "autre date")
	case f.Bytes > 0 && length > 0:
		return verdict(f.Bytes == length, "autre longueur")
	}
	return FreshUnknown, "le serveur ne donne ni étiquette, ni date, ni longueur"
}

// Refetch brings the files that changed into a RAW folder that holds them already.
func Refetch(ctx context.Context, raw string, files []RawFile, proxy, ca string, progress func(path string, done, total int64)) (rep FetchReport, err error) {
	list, err := ReadRawList(raw)
	if err != nil {
		return rep, err
	}
	f := fetcher{FetchOptions: FetchOptions{Raw: raw, Proxy: proxy, CA: ca, Progress: progress}, list: list}
	if f.client, err = download.NewClient(proxy, ca); err != nil {
		return rep, err
	}
	for _, file := range files {
		line, ok := list.Find(file.Path)
		if !ok {
			return f.report, &fault.Error{Kind: fault.NotFound, File: filepath.Join(raw, SourcesFile), Message: "fichier du référentiel absent de ce dossier", Expected: file.Path}
		}
		line.SHA256, line.Vintage = "", "" // known for the file before it changed
		if err := f.file(ctx, file.URL, line); err != nil {
			return f.report, err
		}
	}
	return f.report, nil
}
