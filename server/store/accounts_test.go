package store

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"perimetre/geo/fault"
)

func ref[T any](v T) *T { return &v }

// account adds an account with a password and returns it.
func account(t *testing.T, s *Store, name string, role Role) User {
	t.Helper()
	u := User{Email: name + "@exemple.fr", Name: name, Role: role, Password: "mot de passe"}
	if err := s.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	return u
}

// atOnce runs n calls that start together, on the stores in turn, and returns the number
// of those that succeed; another fault than of the kinds expected fails the test.
func atOnce(t *testing.T, n int, stores []*Store, call func(s *Store, i int) error, expected ...fault.Kind) int {
	t.Helper()
	var done atomic.Int64
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			err := call(stores[i%len(stores)], i)
			if err == nil {
				done.Add(1)
				return
			}
			for _, k := range expected {
				if fault.KindOf(err) == k {
					return
				}
			}
			t.Error(err)
		})
	}
	close(start)
	group.Wait()
	return int(done.Load())
}

// A suspension, a new role and a reset hold whatever the sign-ins around them.
func TestChangesDuringSignIns(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *Store, id string) error
		holds  func(u User) bool
	}{
		{"suspension", func(s *Store, id string) error {
			_, err := s.ChangeUser(context.Background(), id, UserChange{Disabled: ref(true)})
			return err
		}, func(u User) bool { return u.Disabled && u.Epoch == 1 }},
		{"role", func(s *Store, id string) error {
			_, err := s.ChangeUser(context.Background(), id, UserChange{Role: ref(Auditor)})
			return err
		}, func(u User) bool { return u.Role == Auditor }},
		{"reset", func(s *Store, id string) error {
			_, err := s.OfferPasswordLink(context.Background(), id, "empreinte", time.Now().Add(time.Hour))
			return err
		}, func(u User) bool { return u.Password == "" && u.ResetHash == "empreinte" && u.Epoch == 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			pair(t, func(t *testing.T, a, b *Store) {
				u := account(t, a, "ana", DataTeam)
				who := Identity{"https://fournisseur", "s", u.Email}
				atOnce(t, 16, []*Store{a, b}, func(s *Store, i int) error {
					switch {
					case i == 7:
						return c.change(s, u.ID)
					case i%4 == 3:
						_, err := s.SignInAs(context.Background(), who, time.Now())
						return err
					}
					_, err := s.SignIn(context.Background(), u.ID, u.Password, time.Now())
					return err
				}, fault.Unauthorized)
				if got := must[User](t)(a.User(t.Context(), u.ID)); !c.holds(got) {
					t.Errorf("undone: %+v", got)
				}
			})
		})
	}
}

// A sign-in whose password was read before a suspension, a lock or another password does
// not open the account after it.
func TestSignInThatCameLate(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for name, change := range map[string]func(id string) error{
			"suspended": func(id string) error { _, err := s.ChangeUser(ctx, id, UserChange{Disabled: ref(true)}); return err },
			"locked":    func(id string) error { return s.Failed(ctx, id, 1, time.Now().Add(time.Hour)) },
			"reset": func(id string) error {
				_, err := s.OfferPasswordLink(ctx, id, "h"+id, time.Now().Add(time.Hour))
				return err
			},
		} {
			u := account(t, s, name, DataTeam)
			got := must[User](t)(s.SignIn(ctx, u.ID, u.Password, time.Now()))
			if got.LastLogin.IsZero() || got.Failures != 0 {
				t.Errorf("%+v", got)
			}
			if err := change(u.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := s.SignIn(ctx, u.ID, u.Password, time.Now()); fault.KindOf(err) != fault.Unauthorized {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.SignIn(ctx, u.ID, "", time.Now()); fault.KindOf(err) != fault.Unauthorized {
				t.Errorf("%s, without a password: %v", name, err)
			}
		}
	})
}

// Of many uses of one link at once, one sets the password.
func TestPasswordLinkOnce(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		ctx := t.Context()
		u := account(t, a, "ana", DataTeam)
		if _, err := a.OfferPasswordLink(ctx, u.ID, "lien", time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		var winner atomic.Int64
		n := atOnce(t, 20, []*Store{a, b}, func(s *Store, i int) error {
			_, err := s.UsePasswordLink(context.Background(), "lien", strconv.Itoa(i), time.Now())
			if err == nil {
				winner.Store(int64(i))
			}
			return err
		}, fault.Unauthorized)
		got := must[User](t)(a.User(ctx, u.ID))
		if n != 1 || got.Password != strconv.Itoa(int(winner.Load())) || got.ResetHash != "" || got.Epoch != 2 {
			t.Errorf("%d uses succeed: %+v", n, got)
		}
		if _, err := a.UsePasswordLink(ctx, "", "vide", time.Now()); fault.KindOf(err) != fault.Unauthorized {
			t.Errorf("an empty link: %v", err)
		}
		if _, err := a.OfferPasswordLink(ctx, u.ID, "vieux", time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := a.UsePasswordLink(ctx, "vieux", "x", time.Now()); fault.KindOf(err) != fault.Unauthorized {
			t.Errorf("an ended link: %v", err)
		}
	})
}

// Administrators who remove each other at once leave one.
func TestLastAdministrator(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		ids := make([]string, 6)
		for i := range ids {
			ids[i] = account(t, a, strconv.Itoa(i), Administrator).ID
		}
		removed := atOnce(t, len(ids), []*Store{a, b}, func(s *Store, i int) error {
			change := UserChange{Disabled: ref(true)}
			if i%2 == 1 {
				change = UserChange{Role: ref(Auditor)}
			}
			_, err := s.ChangeUser(context.Background(), ids[(i+1)%len(ids)], change)
			return err
		}, fault.Conflict)
		if left := must[int](t)(a.Administrators(t.Context())); left != 1 || removed != len(ids)-1 {
			t.Errorf("%d removed, %d left", removed, left)
		}
	})
}

// Changes of different things of one account at once are all kept.
func TestChangesAtOnce(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		u := account(t, a, "ana", State)
		changes := []UserChange{{Name: ref("Ana B")}, {Departements: ref([]string{"59"})}, {Disabled: ref(true)}}
		if n := atOnce(t, len(changes), []*Store{a, b}, func(s *Store, i int) error {
			_, err := s.ChangeUser(context.Background(), u.ID, changes[i])
			return err
		}); n != len(changes) {
			t.Fatalf("%d changes", n)
		}
		if got := must[User](t)(a.User(t.Context(), u.ID)); got.Name != "Ana B" || len(got.Departements) != 1 || !got.Disabled {
			t.Errorf("%+v", got)
		}
		if _, err := a.ChangeUser(t.Context(), "absent", changes[0]); fault.KindOf(err) != fault.NotFound {
			t.Error(err)
		}
	})
}

// An identity takes one account, and an account one identity.
func TestIdentities(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		ctx := t.Context()
		u := account(t, a, "ana", State)
		// Two persons with one address: the first has it.
		n := atOnce(t, 12, []*Store{a, b}, func(s *Store, i int) error {
			_, err := s.SignInAs(context.Background(), Identity{"https://fournisseur", strconv.Itoa(i % 2), u.Email}, time.Now())
			return err
		}, fault.Unauthorized)
		got := must[User](t)(a.User(ctx, u.ID))
		if n != 6 || got.Issuer != "https://fournisseur" || got.LastLogin.IsZero() {
			t.Errorf("%d sign-ins: %+v", n, got)
		}
		// With an address that changed it is still their account, not another's.
		other := account(t, a, "lea", Administrator)
		if in, err := a.SignInAs(ctx, Identity{got.Issuer, got.Subject, other.Email}, time.Now()); err != nil || in.ID != u.ID {
			t.Errorf("%+v %v", in, err)
		}
		// The same subject at another provider is another person.
		if _, err := a.SignInAs(ctx, Identity{"https://autre", got.Subject, u.Email}, time.Now()); fault.KindOf(err) != fault.Unauthorized {
			t.Error(err)
		}
		if _, err := a.SignInAs(ctx, Identity{Email: other.Email}, time.Now()); fault.KindOf(err) != fault.Unauthorized {
			t.Error("without a subject:", err)
		}
		if _, err := a.ChangeUser(ctx, u.ID, UserChange{Disabled: ref(true)}); err != nil {
			t.Fatal(err)
		}
		// A suspended account is not left for another one of their new address.
		if in, err := a.SignInAs(ctx, Identity{got.Issuer, got.Subject, other.Email}, time.Now()); fault.KindOf(err) != fault.Unauthorized {
			t.Errorf("%+v %v", in, err)
		}
		if in := must[User](t)(a.User(ctx, other.ID)); in.Subject != "" {
			t.Errorf("%+v", in)
		}
		// A reset frees the account for who has its address now.
		if _, err := a.OfferPasswordLink(ctx, u.ID, "h", time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := a.ChangeUser(ctx, u.ID, UserChange{Disabled: ref(false)}); err != nil {
			t.Fatal(err)
		}
		if in, err := a.SignInAs(ctx, Identity{got.Issuer, "nouveau", u.Email}, time.Now()); err != nil || in.ID != u.ID {
			t.Errorf("%+v %v", in, err)
		}
	})
}

// A token made while its account is reset or suspended is refused, or ends with it.
func TestTokensDuringReset(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		u := account(t, a, "ana", DataTeam)
		atOnce(t, 12, []*Store{a, b}, func(s *Store, i int) error {
			if i == 5 {
				_, err := s.OfferPasswordLink(context.Background(), u.ID, "h", time.Now().Add(time.Hour))
				return err
			}
			token := Token{UserID: u.ID, Name: "essai", Scopes: []Scope{ScopeRead}, ExpiresAt: time.Now().Add(time.Hour)}
			return s.AddToken(context.Background(), &token, strconv.Itoa(i), u.Epoch)
		}, fault.Unauthorized)
		if left := must[[]Token](t)(a.Tokens(t.Context(), u.ID)); len(left) != 0 {
			t.Errorf("%d tokens outlive the reset", len(left))
		}
	})
}
