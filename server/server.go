package server

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"perimetre/data/maps/ground"
	"perimetre/server/access"
	"perimetre/server/api"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/jobs"
	"perimetre/server/packs"
	"perimetre/server/pages"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/server/studies"
)

// Config says what a server serves and how.
type Config struct {
	Packs []string // folders of packs
	Store *store.Store
	Log   *slog.Logger
	// Version is the program's, as answers and bordereaux carry it.
	Version string

	// Loopback reports that only this machine reaches the server. Elsewhere cookies go over
	// TLS alone, ours or a proxy's.
	Loopback bool
	Private  bool // closes all but health to who is not signed in
	Demo     bool // no account: a role is chosen; the caller checks the address

	Workers     int            // work that takes long at a time; 0: one fewer than cores
	MaxUpload   int64          // bytes of a table to geocode; 0: no limit
	MaxCohort   int64          // bytes of a file of people; 0: 200 MiB
	MaxRows     int            // rows of a file of people; 0: 1,000,000
	MaxExpanded int64          // expanded bytes of a workbook; 0: 2 GiB
	Trusted     []netip.Prefix // addresses whose X-Forwarded-* are believed
	TLS         *tls.Config    // nil: plain HTTP
	// Patience is how long a client may take to move 64 KiB, either way; 0: a minute.
	Patience time.Duration
	// PackEvery is how often a new pack is looked for; 0: 2 seconds.
	PackEvery time.Duration
	// Rules are the quota rules by name, in order; nil: the rules of the product.
	Rules []string
	// Population is a table of young people by commune and QPV, for the expected
	// shares; empty: not loaded.
	Population string
	OIDC       *access.OIDC
	// Theme is a style sheet that changes the pages' tokens; BaseMap a PMTiles
	// archive of vector tiles drawn under the plans. Empty: none.
	Theme, BaseMap string
	// Frames are the sites that may show /carte/integree in a frame, as the directive
	// frame-ancestors names them; none may where it is empty.
	Frames []string
	// PublicURL is the address of the service as readers write it, behind a proxy, with
	// the path under which it lives; empty: the address of each request.
	PublicURL string
	// Origins are the sites whose pages may read the public end points; nil: any.
	Origins []string
	// Rate is how many requests a second one address may send to the public end points,
	// and twice as many at once; 0: no limit.
	Rate int
}

// plainCookies reports whether a browser may keep a session from plain HTTP: on this
// machine alone, without TLS here or before us.
func (c *Config) plainCookies() bool {
	return c.Loopback && c.TLS == nil && len(c.Trusted) == 0 && !strings.HasPrefix(c.PublicURL, "https:") && (c.OIDC == nil || !strings.HasPrefix(c.OIDC.PublicURL, "https:"))
}

// Server answers over HTTP. Make one with New.
type Server struct {
	cfg      Config
	log      *slog.Logger
	packs    *packs.Holder
	base     *ground.Base // nil without one
	store    *store.Store
	sessions *access.Sessions
	router   *mux.Router
	routes   []*httpio.Route
	handler  http.Handler
	metrics  *metrics
	prefix   string // path of the public address
	rates    *rates
	studies  *studies.Service
	figures  *figures.Service
	people   *people.Service
	accounts *access.Accounts
	jobs     *jobs.Queue
	heavy    httpio.Turns // of tables to geocode and large layers
	api      *api.API
	pages    *pages.Pages
	// measureNow asks for the measure of the pack in service.
	measureNow chan struct{}
	ctx        context.Context // ends when the server is told to stop
	stop       context.CancelFunc
	work       sync.WaitGroup // background work
}

// limits bound a file of people.
func (s *Server) limits() people.Limits {
	return people.Limits{Rows: s.cfg.MaxRows, Expanded: s.cfg.MaxExpanded}
}

func (s *Server) background(work func()) { s.work.Go(work) }
