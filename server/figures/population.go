package figures

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/directory"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// MostPopulation bounds a table of population, in bytes: the ones of the whole country by
// commune and age are under it.
const MostPopulation = 64 << 20

var populationMemo packs.Memo[string, *quota.Population] // by path, or by the sums of the tables loaded

// population returns the young people of the territories: of the table named when the server
// was started, else of the tables loaded from the administration, else of the pack's; nil
// without a table.
func (s *Service) population(ctx context.Context, p *packs.Edition, units *directory.Units) (*quota.Population, error) {
	if s.Population != "" {
		return populationMemo.Of(p, s.Population, func() (*quota.Population, error) { return quota.ReadPopulation(s.Population, units) })
	}
	loaded, err := s.Store.Populations(ctx)
	if err != nil {
		return nil, err
	}
	key := ""
	for _, f := range loaded {
		key += "|" + f.Name + "|" + f.SHA256
	}
	return populationMemo.Of(p, key, func() (*quota.Population, error) {
		if key != "" {
			all, err := s.Store.PopulationContents(context.WithoutCancel(ctx))
			if err != nil {
				return nil, err
			}
			return readPopulation(all, units)
		}
		files, err := p.Population()
		if err != nil || len(files) == 0 {
			return nil, err
		}
		return quota.ReadPopulationFiles(files, units)
	})
}

// readPopulation reads tables from their contents. An error names the table, and no folder.
func readPopulation(tables []store.PopulationFile, units *directory.Units) (*quota.Population, error) {
	dir, err := atomicfile.TempDir("", "perimetre-population-")
	if err != nil {
		return nil, err
	}
	defer dir.Remove()
	var files []string
	for _, f := range tables {
		path := filepath.Join(dir.Path, f.Name)
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	p, err := quota.ReadPopulationFiles(files, units)
	if err != nil && fault.KindOf(err) != fault.Internal {
		err = fault.New(fault.KindOf(err), "%s", strings.ReplaceAll(err.Error(), dir.Path+string(filepath.Separator), ""))
	}
	return p, err
}

// PopulationState is the tables of population in use, and what they say.
type PopulationState struct {
	// Fixed is the name of the table that the server was started with: the others do not
	// count then. Pack is whether the tables are the pack's.
	Fixed  string
	Pack   bool
	Loaded []store.PopulationFile
	Read   *quota.Population // nil without any, or where Fault says why it is not read
	Fault  string
}

// PopulationTables returns the tables of population in use, for whoever administers.
func (s *Service) PopulationTables(ctx context.Context, who *access.Principal) (*PopulationState, error) {
	if err := who.May(access.ReadAdministration); err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	units, err := unitsOf(pack)
	if err != nil {
		return nil, err
	}
	out := &PopulationState{}
	if s.Population != "" {
		out.Fixed = filepath.Base(s.Population)
	}
	if out.Loaded, err = s.Store.Populations(ctx); err != nil {
		return nil, err
	}
	if out.Read, err = s.population(ctx, pack, units); err != nil {
		out.Fault = s.withoutFolder(err)
	}
	out.Pack = out.Read != nil && out.Fixed == "" && len(out.Loaded) == 0
	return out, nil
}

// LoadPopulation keeps a table of population beside those loaded before, in place of one of the
// same name, once all of them are read together: a table that cannot be is refused with its
// line, and nothing changes.
func (s *Service) LoadPopulation(ctx context.Context, who *access.Principal, name string, content []byte) error {
	if err := who.May(access.EditSettings); err != nil {
		return err
	}
	if name = people.FileName(name); len(content) == 0 {
		return httpio.Refused("fichier : un tableau CSV ou XLSX")
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	units, err := unitsOf(pack)
	if err != nil {
		return err
	}
	all, err := s.Store.PopulationContents(ctx)
	if err != nil {
		return err
	}
	kept := []store.PopulationFile{{Name: name, Data: content}}
	for _, f := range all {
		if f.Name != name && bytes.Equal(f.Data, content) {
			return fault.New(fault.Conflict, "ce tableau est déjà chargé sous le nom « %s »", f.Name)
		}
		if f.Name != name {
			kept = append(kept, f)
		}
	}
	if _, err := readPopulation(kept, units); err != nil {
		return err
	}
	return access.Recorded(ctx, s.Store, who.Entry("table de population chargée", "", name, 1), func(t *store.Store) error {
		return t.AddPopulation(ctx, name, content, who.Name)
	})
}

// RemovePopulation removes a table that was loaded.
func (s *Service) RemovePopulation(ctx context.Context, who *access.Principal, name string) error {
	if err := who.May(access.EditSettings); err != nil {
		return err
	}
	return access.Recorded(ctx, s.Store, who.Entry("table de population retirée", "", name, 1), func(t *store.Store) error {
		return t.RemovePopulation(ctx, name)
	})
}

// unread says why the table of young people cannot be read, without its folder; empty for a
// table that is read, or without a table.
func (s *Service) unread(ctx context.Context, p *packs.Edition, o quota.Options) string {
	if o.Population != nil {
		return ""
	}
	_, err := s.population(ctx, p, o.Units)
	if err == nil {
		return ""
	}
	return "Table de population illisible, à signaler à l’administration de l’instance : " + s.withoutFolder(err) + "."
}

// withoutFolder writes an error without the folder of the table that the server was started
// with.
func (s *Service) withoutFolder(err error) string {
	if s.Population == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), s.Population, filepath.Base(s.Population))
}
