package main

import "perimetre/geo/transit"

// transitFlags ask for ways by bus and train, by the timetables of the pack.
type transitFlags struct {
	Transit bool   `help:"Compte qui peut venir à pied, en bus et en train pendant les heures d’ouverture, et rentrer le jour même, d’après les horaires du référentiel (semaine de --on)."`
	Visit   int    `default:"45" placeholder:"MINUTES" help:"Avec --transit : temps passé sur place."`
	Longest int    `default:"90" placeholder:"MINUTES" help:"Avec --transit : durée de l’aller, attentes comprises, au-delà de laquelle on ne vient pas."`
	HomeBy  homeBy `default:"24:00" placeholder:"HH:MM" help:"Avec --transit : heure à laquelle on doit être rentré (minuit par défaut)."`
}

// terms returns what the flags say, checked by their readers.
func (f *transitFlags) terms() transit.Terms {
	return transit.Terms{Visit: f.Visit, Longest: f.Longest, Home: int(f.HomeBy)}
}

// homeBy is minutes of the day, from HH:MM.
type homeBy int

// UnmarshalText reads HH:MM, up to 24:00.
func (h *homeBy) UnmarshalText(b []byte) error {
	minute, err := transit.ParseHome(string(b))
	if err != nil {
		return err
	}
	*h = homeBy(minute)
	return nil
}
