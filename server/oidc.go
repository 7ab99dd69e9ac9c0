package server

// OIDC is a provider of identities.
type OIDC struct{}
