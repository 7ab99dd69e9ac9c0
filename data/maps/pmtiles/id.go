package pmtiles

// MaxZoom is the deepest zoom that an identifier can encode.
const MaxZoom = 26

// ID returns a tile's place along the Hilbert curves of all zooms, one after another.
// x and y are below 2^z, from the north-west.
func ID(z uint8, x, y uint32) uint64 {
	id := firstID(z)
	for s := uint32(1) << z >> 1; s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		id += uint64(s) * uint64(s) * uint64((3*rx)^ry)
		x, y = turn(s, x&(s-1), y&(s-1), rx, ry)
	}
	return id
}

// Tile returns the zoom, column and row that ID encoded; id is below ID(MaxZoom+1, 0, 0).
func Tile(id uint64) (z uint8, x, y uint32) {
	for firstID(z+1) <= id {
		z++
	}
	t := id - firstID(z)
	for s := uint32(1); s < 1<<z; s <<= 1 {
		rx := uint32(t>>1) & 1
		ry := uint32(t) & 1
		ry ^= rx
		x, y = turn(s, x, y, rx, ry)
		x += s * rx
		y += s * ry
		t >>= 2
	}
	return z, x, y
}

// firstID returns the number of tiles of the zooms before z.
func firstID(z uint8) uint64 { return (uint64(1)<<(2*z) - 1) / 3 }

// turn rotates and flips a quadrant of side s.
func turn(s, x, y, rx, ry uint32) (uint32, uint32) {
	if ry != 0 {
		return x, y
	}
	if rx == 1 {
		x, y = s-1-x, s-1-y
	}
	return y, x
}
