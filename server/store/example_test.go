package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"perimetre/server/store"
)

// What changes together is written together: an account and the line that says so.
func Example() {
	dir, err := os.MkdirTemp("", "perimetre-store")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	s, err := store.Open(ctx, filepath.Join(dir, "base.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	u := store.User{Email: "a@exemple.fr", Name: "A.", Role: store.Direction, Units: []string{"59001"}}
	err = s.Together(ctx, func(t *store.Store) error {
		if err := t.AddUser(ctx, &u); err != nil {
			return err
		}
		return t.Record(ctx, store.Entry{Who: "Administration", Action: "compte créé", Object: u.ID, Count: 1})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, err := s.UserByEmail(ctx, "a@exemple.fr")
	fmt.Println(kept.Name, kept.Role, kept.Units, err)
	lines, err := s.Audit(ctx, store.AuditQuery{Limit: 10})
	fmt.Println(len(lines), lines[0].Action, err)
	// Output:
	// A. direction [59001] <nil>
	// 1 compte créé <nil>
}
