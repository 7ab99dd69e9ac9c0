package ogc

import (
	"bufio"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"perimetre/data/maps/layers"
)

var itemsParams = []string{"limit", "offset", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs"}

// Items answers with features of a collection, as a stream.
func (s *Service) Items(w http.ResponseWriter, r *http.Request) error {
	return s.with(itemsParams, func(q *request) error {
		l, err := q.layer()
		if err != nil {
			return err
		}
		limit, offset := q.q.limit(), q.q.offset()
		f := filter{boxes: q.q.boxes()}
		f.when, f.timed = q.q.datetime()
		f.asked, f.system = q.q.filter(l), q.q.system("filter-crs")
		in := q.q.system("crs")
		if err := q.q.err(); err != nil {
			return err
		}
		found := f.matching(l)
		from := min(offset, len(found))
		p := itemsPage{layer: l, system: in, Matched: len(found), Offset: from, found: found[from:min(from+limit, len(found))]}
		p.Links = q.pageLinks(l, limit, offset, len(found))
		if q.html {
			return q.page("items", p.table(q))
		}
		q.w.Header().Set("Content-Type", typeGeoJSON)
		q.w.Header().Set("Content-Crs", "<"+in.uri+">")
		return p.write(q.w)
	})(w, r)
}

type itemsPage struct {
	layer   *layers.Layer
	system  *system
	found   []int // of this page
	Matched int
	Offset  int
	Links   []Link
}

// pageLinks returns the links to the page itself, to the ones beside it and to its
// collection.
func (q *request) pageLinks(l *layers.Layer, limit, offset, matched int) []Link {
	path := q.collectionPath(l)
	at := func(offset int, format string) string {
		v := maps.Clone(q.q.values)
		v.Set("f", format)
		v.Set("limit", strconv.Itoa(limit))
		v.Del("offset")
		if offset > 0 {
			v.Set("offset", strconv.Itoa(offset))
		}
		return path + "/items?" + v.Encode()
	}
	mine, other, mineType, otherType := "json", "html", typeGeoJSON, typeHTML
	if q.html {
		mine, other, mineType, otherType = other, mine, otherType, mineType
	}
	links := []Link{{at(offset, mine), "self", mineType, "Cette page"}, {at(offset, other), "alternate", otherType, "Cette page sous une autre forme"}}
	if offset+limit < matched {
		links = append(links, Link{at(offset+limit, mine), "next", mineType, "Page suivante"})
	}
	if offset > 0 {
		links = append(links, Link{at(max(0, offset-limit), mine), "prev", mineType, "Page précédente"})
	}
	return append(links, Link{path + "?f=" + mine, "collection", map[bool]string{true: typeHTML, false: typeJSON}[q.html], l.Title})
}

// write answers feature by feature, so that memory does not grow with the page.
func (p *itemsPage) write(w http.ResponseWriter) error {
	out := bufio.NewWriterSize(w, 64<<10)
	b := append([]byte(nil), `{"type":"FeatureCollection","links":`...)
	b = appendJSON(b, p.Links)
	b = append(b, `,"timeStamp":"`+time.Now().UTC().Format(time.RFC3339)+`","numberMatched":`+strconv.Itoa(p.Matched)+`,"numberReturned":`+strconv.Itoa(len(p.found))+`,"features":[`...)
	for n, i := range p.found {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendFeature(b, p.layer, &p.layer.Features[i], p.system), '}')
		if _, err := out.Write(b); err != nil {
			return nil // nobody listens
		}
		b = b[:0]
	}
	out.Write(append(b, "]}\n"...))
	out.Flush() // who no longer listens is no failure of ours
	return nil
}

// Item answers with one feature.
func (s *Service) Item(w http.ResponseWriter, r *http.Request) error {
	return s.with([]string{"crs"}, func(q *request) error {
		l, err := q.layer()
		if err != nil {
			return err
		}
		in := q.q.system("crs")
		if err := q.q.err(); err != nil {
			return err
		}
		i, _ := l.Find(mux.Vars(r)["featureId"])
		f := &l.Features[i]
		path := q.collectionPath(l)
		links := q.own(path+"/items/"+url.PathEscape(f.ID), typeGeoJSON)
		if q.html {
			links = append(links, Link{path + "?f=html", "collection", typeHTML, l.Title})
			return q.page("item", itemView(l, f, links))
		}
		links = append(links, Link{path + "?f=json", "collection", typeJSON, l.Title})
		q.w.Header().Set("Content-Type", typeGeoJSON)
		q.w.Header().Set("Content-Crs", "<"+in.uri+">")
		b := append(appendFeature(nil, l, f, in), `,"links":`...)
		_, err = q.w.Write(append(appendJSON(b, links), "}\n"...))
		return err
	})(w, r)
}
