package main

import (
	"os"
	"path/filepath"

	"perimetre/data"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
)

// openPack opens the packs of --pack, else of $PERIMETRE_PACK, else ./pack.
func (g *Globals) openPack() (*data.Pack, error) {
	paths, err := g.packPaths()
	if err != nil {
		return nil, err
	}
	return data.Open(paths...)
}

// packPaths returns the folders of --pack, else of $PERIMETRE_PACK, else ./pack.
func (g *Globals) packPaths() ([]string, error) {
	var paths []string
	for _, p := range g.Pack {
		paths = append(paths, filepath.SplitList(p)...)
	}
	if len(paths) == 0 {
		if _, err := os.Stat("pack"); err != nil {
			return nil, fault.New(fault.NotFound, "aucun référentiel géographique : donner --pack DOSSIER, $PERIMETRE_PACK ou un dossier ./pack ; « perimetre data build » en construit un")
		}
		paths = []string{"pack"}
	}
	return paths, nil
}

// decideFlags tune the rules of residency.
type decideFlags struct {
	BandBuilding  float64 `name:"band-building" default:"15" placeholder:"MÈTRES" help:"Marge de doute d’une entrée, d’un bâtiment, d’un logement (15 m)."`
	BandParcel    float64 `name:"band-parcel" default:"20" placeholder:"MÈTRES" help:"Marge de doute d’une parcelle (20 m)."`
	BandCoarse    float64 `name:"band-coarse" default:"25" placeholder:"MÈTRES" help:"Marge de doute d’un segment, d’un numéro interpolé, d’une position inconnue (25 m)."`
	MinConfidence float64 `name:"min-confidence" default:"-1" placeholder:"0–1" help:"Confiance au-dessous de laquelle seule la commune est retenue."`
}

// decider applies the rules over a pack.
func (f *decideFlags) decider(p *data.Pack) *residency.Decider {
	o := residency.DefaultOptions
	o.Bands = residency.Bands{Building: f.BandBuilding, Parcel: f.BandParcel, Coarse: f.BandCoarse}
	if f.MinConfidence >= 0 {
		o.MinConfidence = f.MinConfidence
	}
	return &residency.Decider{Zones: p.Zonings, Communes: p.Communes, Numbers: p.Index, Options: o}
}
