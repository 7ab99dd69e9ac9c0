package access

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Sessions are the sessions of the pages, kept in the database.
type Sessions struct {
	*scs.SessionManager
	accounts *store.Store
}

// NewSessions returns the sessions of a database. Their cookie goes over TLS alone when
// secure, and to the path of the service alone.
func NewSessions(st *store.Store, secure bool, path string, log *slog.Logger) *Sessions {
	m := scs.New()
	m.Store = lazySessions{st.Sessions()}
	m.HashTokenInStore = true
	m.Lifetime = 12 * time.Hour
	m.IdleTimeout = 2 * time.Hour
	m.Cookie.Name = "perimetre_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	m.Cookie.Path = path + "/"
	if m.Cookie.Secure = secure; secure {
		m.Cookie.Name = "__Host-perimetre_session"
		if path != "" { // browsers keep that name for the whole host
			m.Cookie.Name = "__Secure-perimetre_session"
		}
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		log.Error("session", "erreur", err.Error(), "request", httpio.RequestID(r))
		httpio.WriteJSON(w, http.StatusInternalServerError, httpio.Problem{Code: 500, Message: "défaut du service", Request: httpio.RequestID(r)})
	}
	return &Sessions{m, st}
}

// lazySessions writes a session that did not change only once in a while: every
// request moves its end, and a reader must not wait for who writes.
type lazySessions struct{ store.Sessions }

// untouched is how long a session's end may be left behind.
const untouched = time.Minute

// CommitCtx implements scs.CtxStore.
func (l lazySessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	was, end, found, err := l.Expiry(ctx, token)
	if err == nil && found && expiry.Sub(end) < untouched && !expiry.Before(end) {
		var codec scs.GobCodec
		d1, v1, err1 := codec.Decode(was)
		d2, v2, err2 := codec.Decode(b)
		if err1 == nil && err2 == nil && d1.Equal(d2) && reflect.DeepEqual(v1, v2) {
			return nil
		}
	}
	return l.Sessions.CommitCtx(ctx, token, b, expiry)
}

// What a session remembers of its account.
const (
	sessionUser  = "user"
	sessionEpoch = "epoch"
)

// Begin makes the visitor's session an account's, under a new name.
func (s *Sessions) Begin(ctx context.Context, u *store.User) error {
	if err := s.RenewToken(ctx); err != nil {
		return err
	}
	s.Put(ctx, sessionUser, u.ID)
	s.Put(ctx, sessionEpoch, u.Epoch)
	return nil
}

// Principal returns whose session it is, or nil when no account opened it, or when a new
// password, a reset or a suspension ended it since.
func (s *Sessions) Principal(ctx context.Context) (*Principal, error) {
	id := s.GetString(ctx, sessionUser)
	if id == "" {
		return nil, nil
	}
	u, err := s.accounts.User(ctx, id)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if epoch, ok := s.Get(ctx, sessionEpoch).(int); !ok || u.Disabled || epoch != u.Epoch {
		return nil, nil
	}
	return Of(&u), nil
}

// ByToken returns whose token an Authorization header carries. A token that is unknown,
// ended, or of a suspended account is a fault of kind Unauthorized.
func ByToken(ctx context.Context, st *store.Store, header string) (*Principal, error) {
	unknown := fault.New(fault.Unauthorized, "jeton inconnu, expiré ou révoqué")
	text, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return nil, unknown
	}
	t, err := st.TokenByHash(ctx, Hash(text))
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	u, err := st.User(ctx, t.UserID)
	if err != nil || u.Disabled {
		return nil, unknown
	}
	p := Of(&u)
	p.Token, p.Scopes = true, t.Scopes
	return p, nil
}
