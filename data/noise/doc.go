// Package noise makes labelled noisy addresses from an address base: what people
// type, with the place they mean. Twenty classes of noise, two of them negative
// (the place does not exist), each row with its truth, whether that truth is the
// only one that the text allows, and the half (dev or held) that it belongs to.
//
// It knows nothing of the geocoder that it measures: abbreviations, typos and
// normalisation are written here a second time on purpose, so that the two share
// no mistake.
package noise
