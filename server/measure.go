package server

import (
	"context"
	"encoding/json"
	"time"

	"perimetre/batch/measure"
	"perimetre/geo"
	"perimetre/server/packs"
)

// measurePrefix begins the settings that keep measures, by pack and program.
const measurePrefix = "measure/"

// measureWait leaves a server that just started to its readers.
const measureWait = 20 * time.Second

// measurePacks measures each pack that comes into service, once, unless another
// process of this database did.
func (s *Server) measurePacks() {
	wait := time.NewTimer(measureWait)
	defer wait.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.measureNow:
		case <-wait.C:
		}
		if err := s.measureOnce(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Error("mesure du référentiel", "erreur", err.Error())
		}
		wait.Reset(time.Minute)
	}
}

func (s *Server) measureOnce(ctx context.Context) error {
	pack := s.packs.Acquire()
	defer pack.Release()
	name := measurePrefix + pack.ID + "/" + s.cfg.Version
	if had, err := s.store.Setting(ctx, name); err != nil || had != "" {
		return err
	}
	m, err := measure.Pack(ctx, pack.Pack, measure.Options{Today: geo.Today()})
	if err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	s.log.Info("référentiel mesuré", "pack", pack.ID, "ms", m.Millis)
	return s.store.Set(ctx, name, string(b))
}

// measureOf returns the measure of a pack, or nil while it is not measured: the measure is
// then asked for.
func (s *Server) measureOf(ctx context.Context, pack *packs.Edition) (*measure.Result, error) {
	text, err := s.store.Setting(ctx, measurePrefix+pack.ID+"/"+s.cfg.Version)
	if err != nil {
		return nil, err
	}
	if text == "" {
		select {
		case s.measureNow <- struct{}{}:
		default:
		}
		return nil, nil
	}
	var m measure.Result
	return &m, json.Unmarshal([]byte(text), &m)
}
