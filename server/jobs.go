package server

// hub tells those who follow a file how far it is.
type hub struct{}

func newHub() *hub { return &hub{} }

func (s *Server) runJobs() {}

func (s *Server) housekeeping() {}

// OIDC is a provider of identities.
type OIDC struct{}
