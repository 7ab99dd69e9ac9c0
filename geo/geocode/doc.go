// Package geocode is the address index: it places what people typed on the streets and
// numbers of the Base Adresse Nationale, from a file mapped into memory.
//
// A Builder takes addresses in any order and writes three files: addresses.idx (words,
// streets, numbers), reverse.idx (points) and ids.idx (identifiers). Open maps one folder,
// or several as one base. A Searcher answers queries; each goroutine has its own.
//
// A search goes in steps, each in its files. The query is read into number, street,
// complement and commune (package address, asked.go). Evidence on the commune is gathered
// from its name, postcode, INSEE code and former communes (communes.go). Candidates are the
// streets of the likely communes that bear its words, typos included (streets.go, typos.go),
// compared in full with abbreviations and given names forgiven (compare.go, forgive.go).
// The number is looked up, or interpolated between its neighbours (numberlevel.go). The
// ranking is made final, and the answer says how sure it is and what was forgiven
// (answer.go, confidence.go, faults.go).
//
// Result.Score ranks and is comparable with the public API's; it is no probability.
// Result.Confidence is one, calibrated on labelled queries: of the results at 0.9, nine in
// ten are right. Result.Faults says why it is not higher.
package geocode
