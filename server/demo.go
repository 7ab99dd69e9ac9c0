package server

// unitNamed returns the code of the Mission Locale that a code or a name means, or what was
// written when none does.
func (s *Server) unitNamed(written string) string {
	pack := s.packs.Acquire()
	defer pack.Release()
	if code, ok := pack.UnitNames().Unit(written); ok {
		return code
	}
	return written
}

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
