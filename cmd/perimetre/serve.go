package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path"
	"strings"

	"perimetre/geo/fault"
	"perimetre/server"
	"perimetre/server/access"
	"perimetre/server/store"
)

type serveCmd struct {
	Database   string   `default:"perimetre.db" placeholder:"FICHIER|postgres://…" env:"PERIMETRE_DATABASE" help:"Base : un fichier SQLite (perimetre.db par défaut) ou l’adresse d’une base PostgreSQL ; aussi $$PERIMETRE_DATABASE."`
	Listen     string   `default:"127.0.0.1:8080" placeholder:"ADRESSE:PORT" help:"Adresse d’écoute (127.0.0.1:8080)."`
	Private    bool     `help:"Ferme tout, sauf l’état du service, à qui n’est pas connecté."`
	Demo       bool     `help:"Démonstration : territoire fictif, sans compte, sur cette machine seulement."`
	TLSCert    string   `name:"tls-cert" and:"tls" placeholder:"FICHIER" help:"Certificat TLS (PEM)."`
	TLSKey     string   `name:"tls-key" and:"tls" placeholder:"FICHIER" help:"Clé du certificat (PEM)."`
	Trust      []string `placeholder:"RÉSEAU" help:"Adresses des mandataires dont les en-têtes X-Forwarded-* sont crus (10.0.0.0/8, 127.0.0.1)."`
	Workers    int      `placeholder:"N" help:"Calculs longs menés à la fois : tableaux, imports, couches (par défaut, un de moins que de cœurs)."`
	PublicURL  string   `name:"public-url" placeholder:"URL" help:"Adresse publique du service derrière un mandataire, avec son chemin s’il en a un (https://hôte/perimetre) : les liens, les témoins et le retour du fournisseur d’identité la suivent."`
	Origins    []string `placeholder:"ORIGINE" help:"Sites dont les pages peuvent interroger le géocodage et les cartes (https://demarches.exemple.fr ; tous par défaut), ou « aucun »."`
	Rate       int      `placeholder:"N" help:"Demandes par seconde et par adresse au géocodage et aux cartes, deux fois plus d’affilée (sans limite par défaut)."`
	OIDCIssuer string   `name:"oidc-issuer" and:"oidc" placeholder:"URL" help:"Fournisseur d’identité OpenID Connect (ProConnect)."`
	OIDCClient string   `name:"oidc-client" and:"oidc" placeholder:"ID" help:"Identifiant du service chez le fournisseur."`
	OIDCSecret string   `name:"oidc-secret" and:"oidc" placeholder:"FICHIER" help:"Fichier qui contient le secret du service chez le fournisseur."`
	OIDCEmails bool     `name:"oidc-emails-verified" help:"Le fournisseur ne donne que des adresses vérifiées, sans le dire (email_verified absent de ses réponses)."`
	Theme      string   `placeholder:"FICHIER" help:"Feuille de style du déployeur, chargée après celle du produit."`
	BaseMap    string   `name:"base-map" placeholder:"FICHIER" help:"Fond de carte sous la carte et les plans d’adresses : une archive PMTiles de tuiles vectorielles."`
	Frames     []string `name:"embed-in" placeholder:"SITE" help:"Sites qui peuvent montrer la carte dans un cadre (/carte/integree) : https://www.exemple.fr, ou * pour tous."`
	Population string   `type:"path" placeholder:"FICHIER" help:"Population des jeunes, pour la part attendue : un tableau, ou un dossier qui en contient (communes par âge et QPV de l’INSEE)."`
	MaxUpload  int64    `name:"max-upload" default:"0" placeholder:"OCTETS" help:"Taille la plus grande d’un tableau à géocoder (sans limite par défaut)."`
}

// Run serves until it receives a signal to stop.
func (c *serveCmd) Run(ctx context.Context, g *Globals, std streams) error {
	listener, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close()
	if err := c.checkPublic(); err != nil {
		return err
	}
	cfg := server.Config{PublicURL: strings.TrimSuffix(c.PublicURL, "/"), Rate: c.Rate, Loopback: c.loopback(), Private: c.Private, Demo: c.Demo, Workers: c.Workers, MaxUpload: c.MaxUpload, Population: c.Population, Theme: c.Theme, BaseMap: c.BaseMap, Frames: c.Frames, Version: engineVersion(), Log: g.journal(std)}
	if cfg.Trusted, err = prefixes(c.Trust); err != nil {
		return err
	}
	if len(c.Origins) > 0 {
		cfg.Origins = []string{}
		for _, o := range c.Origins {
			if o != "aucun" {
				cfg.Origins = append(cfg.Origins, strings.TrimSuffix(o, "/"))
			}
		}
	}
	var certificate servedCertificate
	if c.TLSCert != "" {
		if err := certificate.load(c.TLSCert, c.TLSKey); err != nil {
			return err
		}
		cfg.TLS = &tls.Config{GetCertificate: certificate.get, MinVersion: tls.VersionTLS12}
	}
	if c.OIDCIssuer != "" {
		secret, err := os.ReadFile(c.OIDCSecret)
		if err != nil {
			return fault.Wrap(fault.Input, err, "secret du fournisseur d’identité illisible")
		}
		cfg.OIDC = &access.OIDC{Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, ClientSecret: strings.TrimSpace(string(secret)), PublicURL: strings.TrimSuffix(c.PublicURL, "/"), EmailsVerified: c.OIDCEmails}
	}
	say := g.messages(std.err)
	if !cfg.Loopback && cfg.TLS == nil && len(cfg.Trusted) == 0 {
		say.Warn("Ce service écoute au-delà de cette machine sans TLS : mots de passe et données de personnes passent en clair, et les navigateurs ne gardent pas la session. Donner --tls-cert et --tls-key, ou placer un mandataire TLS devant et le nommer par --trust")
	}
	database := c.Database
	var demo server.DemoFiles
	tell := func(step string) { say.Info(step) }
	if c.Demo {
		if demo, err = server.PrepareDemo(ctx, engineVersion(), tell); err != nil {
			return err
		}
		cfg.Packs, cfg.Population, database = []string{demo.Pack}, demo.Population(), demo.Database
	} else if cfg.Packs, err = g.packPaths(); err != nil {
		return err
	}
	if cfg.Store, err = store.Open(ctx, database); err != nil {
		return err
	}
	defer cfg.Store.Close()
	s, err := server.New(cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	s.Start()
	if c.Demo {
		if err := s.FillDemo(ctx, demo, tell); err != nil {
			return err
		}
	}
	defer onReload(func() {
		cfg.Log.Info("relecture demandée")
		if c.TLSCert != "" {
			if err := certificate.load(c.TLSCert, c.TLSKey); err != nil {
				cfg.Log.Error("le certificat d’avant reste en service", "erreur", err.Error())
			}
		}
		s.Reload(ctx)
	})()
	if err := c.greet(ctx, s, listener, say); err != nil {
		return err
	}
	return s.Serve(ctx, listener)
}

// loopback reports whether only this machine reaches the address.
func (c *serveCmd) loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// listen opens the address; a demo has no account, so it stays on this machine.
func (c *serveCmd) listen(ctx context.Context) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return nil, &fault.Error{Kind: fault.Usage, Message: "--listen", Expected: "ADRESSE:PORT, comme 127.0.0.1:8080", Seen: c.Listen}
	}
	if c.Demo && !c.loopback() {
		return nil, &fault.Error{Kind: fault.Usage, Message: "--demo n’a pas de compte : elle ne s’ouvre que sur cette machine", Expected: "--listen 127.0.0.1:PORT", Seen: c.Listen}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, err, "écoute impossible sur %s", c.Listen)
	}
	return l, nil
}

// greet says where the server is, and how to make its first account.
func (c *serveCmd) greet(ctx context.Context, s *server.Server, l net.Listener, say *slog.Logger) error {
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	say.Info(fmt.Sprintf("Périmètre répond sur %s://%s", scheme, l.Addr()))
	if unseen, err := s.WithoutDepartement(ctx); err != nil {
		return err
	} else if unseen > 0 {
		say.Warn(fmt.Sprintf("Des comptes de l’État n’ont ni département ni la mention nationale, et ne voient rien : %d. Les compléter dans l’administration", unseen))
	}
	token, err := s.SetupToken(ctx)
	if err != nil {
		return err
	}
	if token != "" {
		say.Info(fmt.Sprintf("Aucun administrateur : créer le premier compte par ce lien, valable une fois et 24 heures : %s://%s/mise-en-service?jeton=%s", scheme, l.Addr(), token))
	}
	return nil
}

func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(s); err == nil {
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil {
			return nil, &fault.Error{Kind: fault.Usage, Message: "--trust", Expected: "une adresse ou un réseau, comme 10.0.0.0/8", Seen: s}
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// journal returns the process's log: JSON lines with --log json, else text, on stderr.
func (g *Globals) journal(std streams) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if g.Quiet {
		o.Level = slog.LevelWarn
	}
	if g.Log == "json" {
		return slog.New(slog.NewJSONHandler(std.err, o))
	}
	return slog.New(slog.NewTextHandler(std.err, o))
}

// checkPublic refuses a public address, or origins, that no browser would write.
func (c *serveCmd) checkPublic() error {
	if c.OIDCIssuer != "" && c.PublicURL == "" {
		return fault.New(fault.Usage, "--public-url est attendu avec --oidc-issuer")
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || path.Clean("/"+u.Path) != "/"+strings.Trim(u.Path, "/") {
			return fault.New(fault.Usage, "--public-url : une adresse comme https://hôte/perimetre est attendue, vu « %s »", c.PublicURL)
		}
	}
	for _, o := range c.Origins {
		if u, err := url.Parse(o); o != "aucun" && (err != nil || u.Scheme == "" || u.Host == "" || strings.Trim(u.Path, "/") != "") {
			return fault.New(fault.Usage, "--origins : une origine comme https://demarches.exemple.fr est attendue, vu « %s »", o)
		}
	}
	return nil
}
