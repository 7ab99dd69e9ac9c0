package main

import (
	"context"

	"perimetre/data"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest/routing"
	"perimetre/study"
)

// tripFlags say where travel times come from; without any, distances are straight.
type tripFlags struct {
	Matrix   string `placeholder:"FICHIER" help:"Temps de trajet : origin;destination;minutes."`
	OSRM     string `name:"osrm" placeholder:"URL" help:"Demande les temps à ce serveur OSRM (des centres de carrés, de quartiers et de communes lui sont envoyés, jamais d’adresses)."`
	Valhalla string `placeholder:"URL" help:"Demande les temps à ce serveur Valhalla, qui dessine aussi le terrain à portée (mêmes points envoyés)."`
	Mode     string `enum:"marche,velo,voiture" default:"marche" placeholder:"marche|velo|voiture" help:"Mode de déplacement demandé au serveur (marche par défaut)."`
}

// file reads the matrix, nil without one.
func (f *tripFlags) file() (*coverage.Matrix, error) {
	given := 0
	for _, s := range []string{f.Matrix, f.OSRM, f.Valhalla} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, fault.New(fault.Usage, "--matrix, --osrm et --valhalla s’excluent")
	case f.Matrix == "":
		return nil, nil
	}
	return study.ReadMatrix(f.Matrix)
}

// server returns the routing server named, nil without one.
func (f *tripFlags) server() (*routing.Server, error) {
	switch {
	case f.OSRM != "":
		return routing.OSRM(f.OSRM, routing.Mode(f.Mode))
	case f.Valhalla != "":
		return routing.Valhalla(f.Valhalla, routing.Mode(f.Mode))
	}
	return nil, nil
}

// ask puts the question to a routing server, nil without one.
func (f *tripFlags) ask(ctx context.Context, pack *data.Pack, o *study.Options) (*coverage.Matrix, error) {
	s, err := f.server()
	if s == nil || err != nil {
		return nil, err
	}
	return study.Travel(ctx, pack, *o, s)
}
