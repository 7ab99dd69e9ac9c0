// Package server is the product over HTTP: the public geocoding end points, the
// API that the web and scripts use, tiles and OGC features, with the accounts,
// roles and records that people's data ask for.
//
// Every handler stands in the table of routes.go with who may call it, and in
// openapi.json; tests hold the three together. A handler returns an error, which
// one place (httpio.ProblemOf) turns into a status and a French sentence.
//
// Pages are added by Server.Page, with the roles that may open them, from files
// named pages*.go: the handler is called only for those roles, finds who asks with
// principalOf, and the security headers, the session and the journal are already
// taken care of.
package server
