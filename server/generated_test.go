package server

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"perimetre/server/access"
	"perimetre/server/api"
	"perimetre/server/store"
)

// Clients made from openapi.json by what their authors use compile, and find an address,
// its zones and what is refused.
func TestGeneratedClients(t *testing.T) {
	w := newWorld(t)
	here := w.known()
	u := store.User{Email: "client@exemple.fr", Name: "Client", Role: store.DataOfficer, Units: []string{w.someUnits()[0]}, Password: testPassword()}
	if err := w.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	_, token, err := access.NewToken(t.Context(), w.store, access.Of(&u), "client", []store.Scope{store.ScopeRead}, 1)
	if err != nil {
		t.Fatal(err)
	}
	status := places(w.client().get("/search?zonages=qpv&q=" + url.QueryEscape(here.Label))).Features[0].Properties.QPVStatus
	want := fmt.Sprintf("address %s\nqpv %v\nrefused 400\nrefused 401\ncommune %s\n", here.ID, status, here.CityCode)
	for name, build := range map[string]func(*testing.T, string) []string{"go": goClient, "typescript": typescriptClient} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("testdata/generated")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "openapi.json"), api.Document, 0o600); err != nil {
				t.Fatal(err)
			}
			program := build(t, dir)
			got, err := exec.Command(program[0], append(program[1:], w.http.URL, token, here.Label)...).CombinedOutput()
			if err != nil || string(got) != want {
				t.Errorf("the client printed %s (%v), want %s", got, err, want)
			}
		})
	}
}

// goClient compiles the client of oapi-codegen, and returns its program.
func goClient(t *testing.T, dir string) []string {
	run := func(args ...string) ([]byte, error) {
		c := exec.Command("go", args...)
		c.Dir, c.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=-trimpath -buildvcs=false")
		return c.CombinedOutput()
	}
	if out, err := run("mod", "download"); err != nil {
		t.Skipf("the Go proxy does not serve oapi-codegen: %s", out)
	}
	os.Mkdir(filepath.Join(dir, "perimetre"), 0o700)
	for _, args := range [][]string{
		{"tool", "oapi-codegen", "-generate", "types,client", "-package", "perimetre", "-o", "perimetre/client.go", "openapi.json"},
		{"build", "-o", "client", "."},
	} {
		if out, err := run(args...); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	return []string{filepath.Join(dir, "client")}
}

// typescriptClient compiles the client of openapi-typescript and openapi-fetch, and
// returns its program.
func typescriptClient(t *testing.T, dir string) []string {
	modules, err := filepath.Abs("../bench/openapi/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "openapi-typescript")); err != nil {
		t.Skip("npm did not serve openapi-typescript: cd bench/openapi && npm ci")
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"openapi-typescript", "openapi.json", "-o", "perimetre.ts"},
		{"tsc", "--strict", "--target", "es2022", "--module", "nodenext", "client.ts"},
	} {
		c := exec.Command(filepath.Join(modules, ".bin", args[0]), args[1:]...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	return []string{"node", filepath.Join(dir, "client.js")}
}
