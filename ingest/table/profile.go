package table

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
	"perimetre/ingest/yamlfile"
)

//go:embed profiles/*.yml
var profileFiles embed.FS

// Profile lists, for each field, the titles that name it, the surest first.
type Profile struct {
	Name   string
	titles map[Field][]string
	// exact maps a normalised title to its field and rank.
	exact map[string]titleRank
}

type titleRank struct {
	field Field
	rank  int
}

// qualifiers are endings that change nothing to what a column holds. They are
// a closed list: « Code postal de naissance » is not the postcode of the address.
var qualifiers = []string{
	"de la personne", "du jeune", "de la jeune", "jeune", "du beneficiaire", "beneficiaire", "du demandeur", "usager", "de l usager",
	"de residence", "residence", "d habitation", "de domicile", "du domicile", "domicile", "de l adresse", "adresse",
	"actuel", "actuelle", "principal", "principale", "personnel", "personnelle", "du dossier",
	"de la mission locale", "en cours",
}

// Generic returns the profile of DOMAIN's headings, used when none is named.
func Generic() *Profile { return generic() }

var generic = sync.OnceValue(func() *Profile {
	p, err := readProfile("generique", "profiles/generique.yml", nil)
	if err != nil {
		panic(err) // embedded
	}
	return p
})

// Profiles names the profiles that come with the product.
func Profiles() []string {
	var names []string
	entries, _ := profileFiles.ReadDir("profiles")
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yml"))
	}
	return names
}

// LoadProfile reads a profile that comes with the product, by name, or a YAML file of the
// user's: one line a field, `champ: [titre, titre]`. Fields that it does not name keep the
// generic titles; `champ: []` removes a field. A wrong file is a fault that names its line.
func LoadProfile(nameOrPath string) (*Profile, error) {
	if nameOrPath == "" || nameOrPath == "generique" {
		return Generic(), nil
	}
	if slices.Contains(Profiles(), nameOrPath) {
		return readProfile(nameOrPath, "profiles/"+nameOrPath+".yml", Generic())
	}
	b, err := bound.ReadFile(nameOrPath, yamlfile.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &fault.Error{Kind: fault.NotFound, Message: "profil introuvable", Expected: "un fichier YAML ou " + strings.Join(Profiles(), ", "), Seen: nameOrPath}
	}
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "profil illisible")
	}
	name := strings.TrimSuffix(path.Base(nameOrPath), path.Ext(nameOrPath))
	return parseProfile(name, nameOrPath, b, Generic())
}

func readProfile(name, file string, base *Profile) (*Profile, error) {
	b, err := profileFiles.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseProfile(name, file, b, base)
}

// parseProfile reads a profile over a base, which may be nil.
func parseProfile(name, file string, b []byte, base *Profile) (*Profile, error) {
	text := yamlfile.File{Name: file, Text: b, Kind: fault.Input, Message: "le profil n’est pas du YAML lisible", Expected: "champ: [titre, titre]"}
	root, err := text.Root()
	if err != nil {
		return nil, err
	}
	p := &Profile{Name: name, titles: map[Field][]string{}}
	if base != nil {
		for f, t := range base.titles {
			p.titles[f] = t
		}
	}
	if root != nil {
		if root.Kind != yaml.MappingNode {
			return nil, fault.At(file, root.Line, "", "champ: [titre, titre]", root.Value)
		}
		seen := map[Field]bool{}
		for i := 0; i+1 < len(root.Content); i += 2 {
			key, value := root.Content[i], root.Content[i+1]
			f, ok := ParseField(key.Value)
			if !ok {
				e := fault.At(file, key.Line, "", "un champ parmi "+fieldNames(), key.Value)
				e.Message = "champ inconnu"
				return nil, e
			}
			if seen[f] {
				e := fault.At(file, key.Line, "", "chaque champ une seule fois", key.Value)
				e.Message = "champ répété"
				return nil, e
			}
			seen[f] = true
			var titles []string
			switch value.Kind {
			case yaml.ScalarNode:
				titles = []string{value.Value}
			case yaml.SequenceNode:
				for _, item := range value.Content {
					if item.Kind != yaml.ScalarNode || normalise(item.Value) == "" {
						return nil, fault.At(file, item.Line, string(f), "un titre de colonne", item.Value)
					}
					titles = append(titles, item.Value)
				}
			default:
				return nil, fault.At(file, value.Line, string(f), "une liste de titres : [titre, titre]", value.Value)
			}
			p.titles[f] = titles
		}
	}
	return p, p.index(file)
}

// index refuses a title given to two fields.
func (p *Profile) index(file string) error {
	p.exact = map[string]titleRank{}
	for _, f := range Fields {
		for rank, t := range p.titles[f] {
			n := normalise(t)
			if other, ok := p.exact[n]; ok && other.field != f {
				return &fault.Error{Kind: fault.Input, File: file, Message: "le titre « " + t + " » est donné à deux champs : " + string(other.field) + " et " + string(f)}
			} else if !ok {
				p.exact[n] = titleRank{f, rank}
			}
		}
	}
	return nil
}

// Titles returns the titles accepted for a field, the surest first.
func (p *Profile) Titles(f Field) []string { return p.titles[f] }

// Match finds the columns of a header. When several columns name the same
// field, the surest title wins, then the first column. « Adresse » is the street
// beside a column of numbers, towns or postcodes, the whole address when alone.
func (p *Profile) Match(header []string) Columns {
	c := Columns{index: map[Field]int{}, profile: p}
	best := map[Field]int{}
	for i, h := range header {
		r, ok := p.lookup(normalise(h))
		if !ok {
			continue
		}
		if b, taken := best[r.field]; !taken || r.rank < b {
			best[r.field], c.index[r.field] = r.rank, i
		}
	}
	if !c.Has(Address) && c.Has(Street) && !c.Has(Number) && !c.Has(City) && !c.Has(Postcode) && !c.Has(CityCode) {
		c.index[Address] = c.index[Street]
		delete(c.index, Street)
	}
	return c
}

// lookup finds a normalised title, without the qualifiers at its end when it is
// not known whole: the longest match wins, being tried first.
func (p *Profile) lookup(n string) (titleRank, bool) {
	for range 3 {
		if n == "" {
			break
		}
		if r, ok := p.exact[n]; ok {
			return r, true
		}
		cut := ""
		for _, q := range qualifiers {
			if s, ok := strings.CutSuffix(n, " "+q); ok && (cut == "" || len(s) < len(cut)) {
				cut = s
			}
		}
		n = cut
	}
	return titleRank{}, false
}
