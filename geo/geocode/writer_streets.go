package geocode

import (
	"cmp"
	"encoding/binary"
	"io"
	"math/bits"
	"slices"

	"perimetre/geo/blockfile"
)

// skipEvery is how many communes of a posting list stand between two skips.
const skipEvery = 32

// writePostings: for each word the names of communes that bear it, then the streets that do,
// commune by commune. A word's list: varint count of these, their ranks as
// steps; varint count of communes c; c/32 skips of (commune u32, byte offset
// u32) from the end of the skips; then for each commune its step, the count of
// its streets and their steps.
func (w *indexWriter) writePostings(out io.Writer) error {
	type posting struct{ commune, local uint32 }
	count := make([]int, len(w.words)+1)
	each := func(visit func(word uint32, p posting)) {
		for ci, c := range w.communes {
			for li, s := range c.streets {
				ws := w.names[w.nameRank[s.name]].words
				for k, word := range ws[:min(len(ws), maxWords)] {
					if !slices.Contains(ws[:k], word) {
						visit(w.wordRank[word], posting{uint32(ci), uint32(li)})
					}
				}
			}
		}
	}
	each(func(word uint32, _ posting) { count[word+1]++ })
	for i := range len(w.words) {
		count[i+1] += count[i]
	}
	all := make([]posting, count[len(w.words)])
	at := slices.Clone(count)
	each(func(word uint32, p posting) { all[at[word]] = p; at[word]++ })
	names := make([][]uint32, len(w.words))
	for pi, p := range w.townNames {
		for k, word := range p.words {
			if !slices.Contains(p.words[:k], word) {
				r := w.wordRank[word]
				names[r] = append(names[r], uint32(pi))
			}
		}
	}
	var body []byte
	return withOffsets(out, len(w.words), func(b []byte, i int) []byte {
		b = binary.AppendUvarint(b, uint64(len(names[i])))
		prev := uint32(0)
		for _, p := range names[i] {
			b = binary.AppendUvarint(b, uint64(p-prev))
			prev = p
		}
		list := all[count[i]:count[i+1]]
		communes := 0
		for k := range list {
			if k == 0 || list[k].commune != list[k-1].commune {
				communes++
			}
		}
		b = binary.AppendUvarint(b, uint64(communes))
		body = body[:0]
		prev = 0
		seen := 0
		for k := 0; k < len(list); {
			c := list[k].commune
			if seen > 0 && seen%skipEvery == 0 {
				b = binary.LittleEndian.AppendUint32(b, c)
				b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
				prev = 0 // the step after a skip is the whole rank
			}
			seen++
			end := k
			for end < len(list) && list[end].commune == c {
				end++
			}
			body = binary.AppendUvarint(body, uint64(c-prev))
			prev = c
			body = binary.AppendUvarint(body, uint64(end-k))
			local := uint32(0)
			for ; k < end; k++ {
				body = binary.AppendUvarint(body, uint64(list[k].local-local))
				local = list[k].local
			}
		}
		return append(b, body...)
	})
}

// writeNumbers writes the blocks and remembers where each street's starts.
func (w *indexWriter) writeNumbers(out io.Writer) error {
	var b []byte
	off := uint32(0)
	type blockKey struct {
		id string
		n  *number
	}
	for _, c := range w.communes {
		shared := map[blockKey]uint32{} // an alias shows its street's block
		for _, s := range c.streets {
			var key blockKey
			if s.alias != "" || s.kind == kindAlias {
				key = blockKey{s.id, nil}
				if len(s.numbers) > 0 {
					key.n = &s.numbers[0]
				}
				if at, ok := shared[key]; ok {
					s.block = at
					continue
				}
				shared[key] = off
			}
			s.block = off
			lon, lat := s.lon, s.lat
			if !s.hasPoint {
				lon, lat = c.lon, c.lat
			}
			b = appendBlock(b[:0], lon, lat, c.lon, c.lat, s.numbers)
			if _, err := out.Write(b); err != nil {
				return err
			}
			off += uint32(len(b))
		}
	}
	return nil
}

func (w *indexWriter) writeStreets(out io.Writer) error {
	var b []byte
	for _, c := range w.communes {
		b = b[:0]
		for _, s := range c.streets {
			r := streetRecord{name: w.nameRank[s.name], block: s.block, postcode: noRank, former: noRank, kind: s.kind, size: uint8(bits.Len(uint(len(s.numbers))))}
			if k := slices.Index(c.Postcodes, s.postcode); k >= 0 && k < noRank {
				r.postcode = uint8(k)
			}
			for k, f := range c.formers {
				if s.former != "" && f.Code == s.former && k < noRank {
					r.former = uint8(k)
				}
			}
			b = r.append(b)
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// identifiers writes ids.idx: each street's identifier (its commune's code and
// "_" left out where it starts so), and those numbers' that the rule does not give.
func (w *indexWriter) identifiers(path string) error {
	f, err := blockfile.Create(path, magicIDs, formatVersion)
	if err != nil {
		return err
	}
	var flat []*streetBuild
	var code []string
	for _, c := range w.communes {
		for _, s := range c.streets {
			flat = append(flat, s)
			code = append(code, c.Code)
		}
	}
	out, err := f.Section("streets")
	if err != nil {
		return err
	}
	err = withOffsets(out, len(flat), func(b []byte, i int) []byte {
		id := flat[i].id
		if n := len(code[i]); len(id) > n && id[:n] == code[i] && id[n] == '_' {
			return append(append(b, 1), id[n+1:]...)
		}
		return append(append(b, 0), id...)
	})
	if err != nil {
		return err
	}
	if out, err = f.Section("numbers"); err != nil {
		return err
	}
	var which []uint32
	for i, s := range flat {
		if slices.ContainsFunc(s.numbers, func(n number) bool { return n.id >= 0 }) {
			which = append(which, uint32(i))
		}
	}
	err = withOffsets(out, len(which), func(b []byte, i int) []byte {
		b = binary.LittleEndian.AppendUint32(b, which[i])
		for k, n := range flat[which[i]].numbers {
			if n.id >= 0 {
				b = binary.AppendUvarint(b, uint64(k))
				b = appendString(b, w.b.ids[n.id])
			}
		}
		return b
	})
	if err != nil {
		return err
	}
	if err := w.banIdentifiers(f, flat); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	w.b.stats.IDs = fileSize(path)
	return nil
}

// fanout is how many boxes a node of the reverse tree holds.
const fanout = 16

type box struct{ minLon, minLat, maxLon, maxLat int32 }

func (b *box) extend(o box) {
	b.minLon, b.minLat = min(b.minLon, o.minLon), min(b.minLat, o.minLat)
	b.maxLon, b.maxLat = max(b.maxLon, o.maxLon), max(b.maxLat, o.maxLat)
}

// reverse writes reverse.idx: a packed R-tree of the streets' boxes in Hilbert
// order, leaves first, 16 to a node, and the streets in that order.
func (w *indexWriter) reverse(path string) error {
	type leaf struct {
		box
		street  uint32
		hilbert uint32
	}
	var leaves []leaf
	all := box{1 << 30, 1 << 30, -1 << 30, -1 << 30}
	i := uint32(0)
	for _, c := range w.communes {
		for _, s := range c.streets {
			if s.hasPoint && s.kind != kindAlias {
				l := leaf{box: box{s.lon, s.lat, s.lon, s.lat}, street: i}
				for k, n := range s.numbers {
					p := box{n.lon, n.lat, n.lon, n.lat}
					if k == 0 {
						l.box = p
					}
					l.extend(p)
				}
				all.extend(l.box)
				leaves = append(leaves, l)
			}
			i++
		}
	}
	for k := range leaves {
		l := &leaves[k]
		scale := func(v, lo, hi int32) uint32 {
			if hi <= lo {
				return 0
			}
			return uint32((int64(v) - int64(lo)) * 65535 / (int64(hi) - int64(lo)))
		}
		l.hilbert = hilbert(scale(l.minLon/2+l.maxLon/2, all.minLon, all.maxLon), scale(l.minLat/2+l.maxLat/2, all.minLat, all.maxLat))
	}
	slices.SortFunc(leaves, func(x, y leaf) int { return cmp.Or(cmp.Compare(x.hilbert, y.hilbert), cmp.Compare(x.street, y.street)) })
	f, err := blockfile.Create(path, magicReverse, formatVersion)
	if err != nil {
		return err
	}
	level := make([]box, len(leaves))
	var streets []byte
	for k, l := range leaves {
		level[k] = l.box
		streets = binary.LittleEndian.AppendUint32(streets, l.street)
	}
	out, err := f.Section("streets")
	if err == nil {
		_, err = out.Write(streets)
	}
	if err == nil {
		out, err = f.Section("boxes")
	}
	for err == nil && len(level) > 0 {
		if err = binary.Write(out, binary.LittleEndian, level); err != nil || len(level) <= fanout {
			break
		}
		var up []box
		for k := 0; k < len(level); k += fanout {
			n := level[k]
			for _, o := range level[k+1 : min(k+fanout, len(level))] {
				n.extend(o)
			}
			up = append(up, n)
		}
		level = up
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	w.b.stats.Reverse = fileSize(path)
	return nil
}

// hilbert returns the rank of (x, y), 16 bits each, on the Hilbert curve (the
// rotations of Hilbert 1891, as iterated in Warren, Hacker's Delight, ch. 16).
func hilbert(x, y uint32) uint32 {
	var d uint32
	for s := uint32(1) << 15; s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s > 0 {
			rx = 1
		}
		if y&s > 0 {
			ry = 1
		}
		d += s * s * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 65535-x, 65535-y
			}
			x, y = y, x
		}
	}
	return d
}
