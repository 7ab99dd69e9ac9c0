//go:build !cgo

package geo

import "perimetre/geo/fault"

// A program built without C reads packs and overlays nothing.
const geosModule = ""

func geosVersion() string { return "" }

// errNoGEOS is the fault of every overlay: only making a pack needs one.
var errNoGEOS = fault.New(fault.Unsupported, "ce programme est fait sans GEOS : il lit les référentiels géographiques et n’en construit pas ; "+
	"construire le référentiel sous Linux, avec un programme fait par « make build », puis copier son dossier ici")

func geosMakeValid([]byte) ([]byte, error) { return nil, errNoGEOS }

func geosUnion([]byte) ([]byte, error) { return nil, errNoGEOS }

func geosIntersection(_, _ []byte) ([]byte, error) { return nil, errNoGEOS }

func geosDifference(_, _ []byte) ([]byte, error) { return nil, errNoGEOS }

func geosBuffer([]byte, float64) ([]byte, error) { return nil, errNoGEOS }
