package server

// demoUnits returns the codes of the Missions Locales that a demo's visitor may choose.
func (s *Server) demoUnits() []string {
	pack := s.packs.Acquire()
	defer pack.Release()
	var codes []string
	for _, m := range pack.MissionsLocales {
		codes = append(codes, m.Code)
	}
	return codes
}
