package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"perimetre/server/httpio"
)

// manners are the habits of the national service that an end point stands for.
type manners struct {
	limit, reverse int // results of a search and of a reverse search, when none is asked
	geoplateforme  bool
}

var (
	// addok are the habits of the API that the Base adresse nationale had until January 2026.
	addok = manners{limit: 5, reverse: 1}
	// geoplateforme are the habits of the service that replaced it.
	geoplateforme = manners{limit: 10, reverse: 10, geoplateforme: true}
)

// refusal is the Géoplateforme's message of an error of parameters, which its clients
// look at; our details say in French what is expected.
const refusal = "Failed parsing query"

// answers returns the refusals of a handler the service's shape.
func (m manners) answers(handle httpio.Handler) httpio.Handler {
	if !m.geoplateforme {
		return handle
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		err := handle(w, r)
		var bad *httpio.BadRequest
		if errors.As(err, &bad) && bad.Message == "" {
			bad.Message = refusal
		}
		return err
	}
}

// form reads the parameters of a request. To the Géoplateforme the case of a name is
// nothing, and of a parameter that comes twice the last one counts, but for those that
// are lists.
func (m manners) form(w http.ResponseWriter, r *http.Request) (*httpio.Params, error) {
	p, err := httpio.Form(w, r)
	if err != nil || !m.geoplateforme {
		return p, err
	}
	return asGeoplateforme(p), nil
}

func asGeoplateforme(p *httpio.Params) *httpio.Params {
	v := url.Values{}
	for name, values := range p.Values {
		name = strings.ToLower(strings.TrimSpace(name))
		switch name {
		case "citycode", "postcode", "index", "type", "terr":
			v[name] = []string{strings.Join(append(v[name], values...), ",")}
		case "autocomplete", "returntruegeometry":
			v.Set(name, map[string]string{"yes": "1", "no": "0"}[strings.ToLower(last(values))])
			if v.Get(name) == "" {
				v.Set(name, strings.ToLower(last(values)))
			}
		default:
			v.Set(name, last(values))
		}
	}
	return &httpio.Params{Values: v}
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return strings.TrimSpace(values[len(values)-1])
}
