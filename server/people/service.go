package people

import (
	"context"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/store"
)

// Config says what a Service works on.
type Config struct {
	Store *store.Store
	Packs *packs.Holder
	// Schedule puts the chunks of a job where they are processed.
	Schedule func(ctx context.Context, jobID string) error
	Limits   Limits
	// Turns bounds the files that are read at a time beside the jobs.
	Turns httpio.Turns
}

// Service answers what is asked of files of people, of their rows and of the decisions
// on them. Every call takes who asks, and answers only for their own Missions Locales.
type Service struct{ Config }

// New returns a Service.
func New(c Config) *Service { return &Service{c} }

// own returns the Mission Locale that a principal asks about, when they may do an action.
func own(who *access.Principal, a access.Action, unit string) (string, error) {
	if err := who.May(a); err != nil {
		return "", err
	}
	return who.OwnUnit(unit)
}

// file returns the file of an identifier, when the principal may do an action and the
// file is of a Mission Locale of theirs; another's does not exist for them.
func (s *Service) file(ctx context.Context, who *access.Principal, a access.Action, id string) (store.File, error) {
	if err := who.May(a); err != nil {
		return store.File{}, err
	}
	f, err := s.Store.File(ctx, id)
	if err == nil {
		if _, denied := who.OwnUnit(f.Unit); denied != nil {
			err = fault.New(fault.NotFound, "fichier introuvable")
		}
	}
	return f, err
}

// fields returns the kept fields of each file of a Mission Locale, by identifier.
func (s *Service) fields(ctx context.Context, unit string) (map[string][]string, error) {
	files, err := s.Store.Files(ctx, unit)
	out := map[string][]string{}
	for i := range files {
		out[files[i].ID] = files[i].Intake.Fields
	}
	return out, err
}

// MayImport returns nil when a principal may change the file of an identifier.
func (s *Service) MayImport(ctx context.Context, who *access.Principal, id string) error {
	_, err := s.file(ctx, who, access.ImportFiles, id)
	return err
}
