// Package demo makes a fictional territory in the formats of the official files,
// so that it goes through the same door as real data: communes with contours that
// tile without gaps, a commune table, addresses and lieux-dits, QPV of 2015 and
// 2024, FRR and ZRR lists, Missions Locales with their sites, a population table,
// a file of young people with the mess that such files have, and the truth about
// each of them. The same configuration gives the same bytes.
//
// # Nothing of it exists
//
// The territory lies in the Atlantic, between 12° and 23° west and 42° and 50°
// north, where there is no land: it cannot be drawn over a real place. Its first
// two départements are 96 and 00, whose INSEE codes and postcodes nobody has (97
// and 98 are overseas, 99 stands for foreign countries, 20 was Corsica, whose
// postcodes still begin so). Larger territories go on with 0A, 1A … after the way
// of 2A and 2B, and share the postcodes that begin with 96, 99 and 00: about twelve
// communes a postcode at the size of France, twice what is real. Their QPV are
// numbered from QN800 on. Names of communes are made of syllables and checked
// against the real ones by a test.
package demo
