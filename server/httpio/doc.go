// Package httpio reads requests and writes answers: parameters, JSON bodies, uploads,
// problems, and clients that are slow. It knows nothing of what is asked.
package httpio
