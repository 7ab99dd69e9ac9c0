package pmtiles

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// Item is a tile to write: its ID and its gzipped bytes.
type Item struct {
	ID   uint64
	Data []byte
}

// Info describes an archive.
type Info struct {
	// Metadata is the JSON object of the archive: name, attribution, vector_layers.
	Metadata json.RawMessage
	Bound    orb.Bound // degrees
	// MinZoom and MaxZoom are the zooms of the tiles.
	MinZoom, MaxZoom uint8
}

// Write writes an archive to path. It sorts the tiles, no two of which may have the same ID,
// and writes equal ones once; the same tiles produce the same bytes.
func Write(path string, info Info, tiles []Item) (err error) {
	slices.SortFunc(tiles, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	h := header{minZoom: info.MinZoom, maxZoom: info.MaxZoom, bound: info.Bound, addressed: uint64(len(tiles))}
	var entries []entry
	var contents [][]byte
	at := map[[sha256.Size]byte]uint64{} // where bytes already stand
	for _, t := range tiles {
		if len(t.Data) == 0 {
			return fault.New(fault.Internal, "tuile vide dans %s", path)
		}
		sum := sha256.Sum256(t.Data)
		offset, seen := at[sum]
		if !seen {
			offset = h.tiles.length
			at[sum] = offset
			contents = append(contents, t.Data)
			h.tiles.length += uint64(len(t.Data))
		}
		if n := len(entries); n > 0 && entries[n-1].offset == offset && entries[n-1].id+uint64(entries[n-1].run) == t.ID {
			entries[n-1].run++
			continue
		} else if n > 0 && entries[n-1].id+uint64(entries[n-1].run) > t.ID {
			return fault.New(fault.Internal, "tuile %d en double dans %s", t.ID, path)
		}
		entries = append(entries, entry{t.ID, offset, uint32(len(t.Data)), 1})
	}
	h.entries, h.contents = uint64(len(entries)), uint64(len(contents))
	root, leaves := directories(entries)
	metadata := Compress(info.Metadata)
	h.root = section{headerSize, uint64(len(root))}
	h.metadata = section{h.root.offset + h.root.length, uint64(len(metadata))}
	h.leaves = section{h.metadata.offset + h.metadata.length, uint64(len(leaves))}
	h.tiles.offset = h.leaves.offset + h.leaves.length

	f, err := os.Create(path)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "création de %s", path)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for _, part := range [][]byte{h.bytes(), root, metadata, leaves} {
		w.Write(part) // Flush tells
	}
	for _, c := range contents {
		w.Write(c)
	}
	if err := errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	return nil
}

// directories returns the root directory, and the leaves when one directory would be
// too large.
func directories(entries []entry) (root, leaves []byte) {
	root = Compress(appendDirectory(nil, entries))
	for size := 4096; headerSize+len(root) > rootLimit; size *= 2 {
		leaves = nil
		var pointers []entry
		for part := range slices.Chunk(entries, size) {
			leaf := Compress(appendDirectory(nil, part))
			pointers = append(pointers, entry{part[0].id, uint64(len(leaves)), uint32(len(leaf)), 0})
			leaves = append(leaves, leaf...)
		}
		root = Compress(appendDirectory(nil, pointers))
	}
	return root, leaves
}
