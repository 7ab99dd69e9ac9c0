// Package quota tells whether a Mission Locale brings enough residents of
// priority zones into a programme: the share with its bounds, the verdict, what
// is lacking and what would settle it. It reads flagged rows, bordereaux (counts
// alone) or published figures, and holds numbers, never HTML.
//
// Every comparison is made on integers: a target is an exact fraction, and
// 39,96 % does not reach 40 %.
package quota
