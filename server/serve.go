package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/gorilla/mux"

	"perimetre/data/demo"
	"perimetre/data/maps/ground"
	"perimetre/geo/fault"
	"perimetre/ingest"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/api"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/jobs"
	"perimetre/server/packs"
	"perimetre/server/pages"
	"perimetre/server/pages/shell"
	"perimetre/server/people"
	"perimetre/server/studies"
)

// New opens the packs and makes the server; Close frees it.
func New(cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Store == nil {
		return nil, fault.New(fault.Internal, "serveur sans base")
	}
	if cfg.MaxCohort == 0 {
		cfg.MaxCohort = 200 << 20
	}
	if cfg.MaxRows == 0 {
		cfg.MaxRows = jobs.DefaultMaxRows
	}
	if cfg.Workers <= 0 {
		cfg.Workers = max(1, runtime.GOMAXPROCS(0)-1)
	}
	if cfg.Patience <= 0 {
		cfg.Patience = httpio.Patience
	}
	if cfg.PackEvery == 0 {
		cfg.PackEvery = 2 * time.Second
	}
	base, err := ground.OpenBase(cfg.BaseMap)
	if err != nil {
		return nil, err
	}
	packs, err := packs.Open(cfg.Packs, cfg.Log)
	if err != nil {
		return nil, err
	}
	made, lost, err := people.Rekey(context.Background(), cfg.Store)
	if err != nil {
		packs.Close()
		return nil, err
	}
	if made+lost > 0 {
		cfg.Log.Warn("clés des décisions refaites pour cette version du programme", "refaites", made, "perdues", lost)
	}
	s := &Server{cfg: cfg, log: cfg.Log, packs: packs, base: base, store: cfg.Store, metrics: newMetrics(func() string { return packs.ID() }), prefix: pathOf(cfg.PublicURL), rates: newRates(cfg.Rate), heavy: make(httpio.Turns, cfg.Workers)}
	s.figures = figures.New(figures.Config{Store: cfg.Store, Packs: packs, Rules: cfg.Rules, Population: cfg.Population, Version: cfg.Version})
	s.measureNow = make(chan struct{}, 1)
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.sessions = access.NewSessions(cfg.Store, !cfg.plainCookies(), s.prefix, cfg.Log)
	s.accounts = &access.Accounts{Store: cfg.Store, Sessions: s.sessions, Tries: access.Throttle{Store: cfg.Store, AtOnce: access.TriesAtOnce, Now: time.Now}}
	s.accounts.UnitNamed = s.unitNamed
	if cfg.Demo {
		s.accounts.Demo, s.accounts.DemoCounsellor = s.demoUnits, demo.Counsellor
	}
	s.jobs, err = jobs.New(s.ctx, jobs.Config{Store: s.store, Packs: packs, Limits: s.limits(), Workers: cfg.Workers, Log: s.log,
		Rows: func(n int) { s.metrics.rows.Add(float64(n)) }})
	if err != nil {
		packs.Close()
		return nil, err
	}
	s.studies = studies.New(studies.Config{Store: cfg.Store, Figures: s.figures, Population: byCommune(cfg.Population), Context: s.ctx, Background: s.background})
	s.people = people.New(people.Config{Store: cfg.Store, Packs: packs, Schedule: s.jobs.Schedule, Limits: s.limits(), Turns: s.heavy})
	s.api = api.New(api.Config{Context: s.ctx, Store: cfg.Store, Packs: packs, Accounts: s.accounts, Figures: s.figures, People: s.people, Studies: s.studies,
		Prefix: s.prefix, Private: cfg.Private, Workers: cfg.Workers, Turns: s.heavy, MaxUpload: cfg.MaxUpload, MaxCohort: cfg.MaxCohort, MaxExpanded: cfg.MaxExpanded})
	s.pages, err = pages.New(shell.Config{Store: cfg.Store, Packs: packs, Accounts: s.accounts, Figures: s.figures, People: s.people, Studies: s.studies, OIDC: cfg.OIDC, Log: s.log,
		Version: cfg.Version, Prefix: s.prefix, Theme: cfg.Theme, Base: base, Frames: cfg.Frames, MaxCohort: cfg.MaxCohort, MaxRows: cfg.MaxRows, Measure: s.measureOf, Fail: s.fail})
	if err != nil {
		packs.Close()
		return nil, err
	}
	// A path is taken as it is written: a redirection to a cleaner one would answer
	// where an anonymous caller gets no answer.
	s.router = mux.NewRouter().SkipClean(true)
	s.register()
	s.handler = s.below(s.chain())
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// Start begins the work behind the requests: packs watched, jobs taken up again,
// old rows purged. Close ends it.
func (s *Server) Start() {
	s.background(func() { s.packs.Watch(s.ctx, s.cfg.PackEvery) })
	s.background(func() {
		if err := s.jobs.Run(s.ctx); err != nil {
			s.log.Error("file de travaux", "erreur", err.Error())
		}
	})
	s.background(s.housekeeping)
	s.background(s.measurePacks)
}

// Reload looks for a new edition of the packs at once, and reads the rules again: what is
// wrong goes to the log, and what was in service stays.
func (s *Server) Reload(ctx context.Context) {
	if _, err := s.packs.Refresh(); err != nil {
		s.log.Error("nouvelle édition du référentiel refusée ; la précédente reste en service", "erreur", err.Error())
	}
	names := s.figures.RuleNames()
	for _, name := range names {
		if _, err := s.figures.Rule(ctx, name, quota.Period{}); err != nil {
			s.log.Error("règle illisible", "regle", name, "erreur", err.Error())
		}
	}
	s.log.Info("référentiel et règles relus", "pack", s.packs.ID(), "regles", len(names))
}

// Close stops the background work and frees the packs. The store is the caller's.
func (s *Server) Close() {
	s.stop()
	s.work.Wait()
	s.packs.Close()
}

// Serve answers on a listener, after Start, until ctx ends, then lets requests end, for 30
// seconds at most.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	hs := &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: s.cfg.Patience,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, TLSConfig: s.cfg.TLS,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if s.cfg.TLS != nil {
			failed <- hs.ServeTLS(l, "", "")
		} else {
			failed <- hs.Serve(l)
		}
	}()
	select {
	case err := <-failed:
		return fault.Wrap(fault.Internal, err, "le serveur s’est arrêté")
	case <-ctx.Done():
	}
	s.stop() // streams of events end, jobs stop between chunks
	quit, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := hs.Shutdown(quit); err != nil && !errors.Is(err, http.ErrServerClosed) {
		hs.Close()
		return fault.Wrap(fault.Internal, err, "des requêtes n’ont pas fini en 30 s")
	}
	return nil
}

// byCommune returns a table of population that studies can spread among addresses: one
// that names communes; "" for another, or a folder.
func byCommune(path string) string {
	if path == "" {
		return ""
	}
	if t, err := ingest.Population(path); err != nil || !t.HasCommune {
		return ""
	}
	return path
}
