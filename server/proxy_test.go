package server

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"perimetre/server/store"
)

// nginxConf leaves the path to the service, as the guide does.
const nginxConf = `daemon off;
master_process off;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events {}
http {
  access_log off;
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
  server {
    listen %[2]s;
    location /perimetre/ {
      proxy_pass http://%[3]s;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`

// linked finds what a page, a style sheet or a JSON answer leads to.
var linked = regexp.MustCompile(`(?:\s(?:href|src|action)=|"(?:href|url)":\s*)"([^"#]+)|url\("?([^")]+)`)

// Behind a proxy, under a path: no link of any page leaves it, and none leads nowhere.
func TestUnderAPathBehindNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is absent")
	}
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := front.Addr().String()
	front.Close()
	public := "http://" + address + "/perimetre"
	w := newWorld(t, func(c *Config) { c.PublicURL = public + "/" })
	dir := t.TempDir()
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, dir, address, strings.TrimPrefix(w.http.URL, "http://")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), nginx, "-p", dir, "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 200 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}

	u := store.User{Email: "admin@exemple.fr", Name: "Essai", Role: store.Administrator, Password: testPassword()}
	if err := w.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	jar := ""
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(method, address, body string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html,application/json")
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if jar != "" {
			r.Header.Set("Cookie", jar)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return res, string(b)
	}
	if res, _ := get("GET", public+"/", ""); res.StatusCode != http.StatusSeeOther && res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", public, res.StatusCode)
	}
	res, text := get("POST", public+"/session", `{"email":"admin@exemple.fr","password":"`+password+`"}`)
	if len(res.Cookies()) == 0 || res.Cookies()[0].Path != "/perimetre/" {
		t.Fatalf("cookies %v, %s", res.Cookies(), text)
	}
	jar = res.Cookies()[0].Name + "=" + res.Cookies()[0].Value

	queue := []string{public + "/", public + "/carte", public + "/integrer", public + "/openapi.json", public + "/ogc?f=html", public + "/ogc?f=json", public + "/tiles", public + "/ogc/collections?f=json"}
	seen := map[string]bool{}
	pages := 0
	for len(queue) > 0 && pages < 250 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		pages++
		res, text := get("GET", at, "")
		if to := res.Header.Get("Location"); to != "" {
			if !strings.HasPrefix(to, "/perimetre/") && !strings.HasPrefix(to, public) {
				t.Errorf("%s redirects to %s", at, to)
			}
			continue
		}
		if res.StatusCode == http.StatusNotFound || res.StatusCode >= 500 {
			t.Errorf("%s: %d", at, res.StatusCode)
		}
		kind := res.Header.Get("Content-Type")
		if !strings.HasPrefix(kind, "text/html") && !strings.HasPrefix(kind, "text/css") && !strings.HasPrefix(kind, "application/json") {
			continue
		}
		from, _ := url.Parse(at)
		if strings.HasSuffix(from.Path, "/openapi.json") {
			if !strings.Contains(text, `"url": "/perimetre/"`) {
				t.Error("openapi.json does not say where the service lives")
			}
			continue
		}
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			to := strings.ReplaceAll(m[1]+m[2], "&amp;", "&")
			link, err := from.Parse(to)
			if err != nil || link.Scheme == "data" || link.Scheme == "mailto" || strings.Contains(to, "{") {
				continue
			}
			if link.Host != from.Host { // another site's
				if strings.Contains(link.Host, "127.0.0.1") {
					t.Errorf("%s leads to %s", at, to)
				}
				continue
			}
			if link.Path != "/perimetre" && !strings.HasPrefix(link.Path, "/perimetre/") {
				t.Errorf("%s leads out of the path: %s", at, to)
				continue
			}
			link.Fragment = ""
			// Ways out and forms that change something are not followed, nor the layers' many pages.
			if strings.Contains(m[0], "action=") || strings.Contains(link.Path, "deconnexion") || strings.Count(link.Path, "/") > 5 || link.Query().Has("offset") || strings.HasSuffix(link.Path, "/geopackage") || strings.HasSuffix(link.Path, "/geoparquet") || strings.HasSuffix(link.Path, ".qgz") {
				continue
			}
			queue = append(queue, link.String())
		}
	}
	if pages < 20 {
		t.Errorf("only %d pages were reached", pages)
	}
	if _, text := get("GET", public+"/tiles/qpv-2024.json", ""); !strings.Contains(text, public+"/tiles/qpv-2024/{z}/{x}/{y}.mvt") {
		t.Errorf("TileJSON: %s", text)
	}
	// A proxy that takes the path off is served too.
	if res, err := http.Get(w.http.URL + "/openapi.json"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("without the path: %v %v", res, err)
	}
}

// The deployer says which sites' pages may read, and how often an address may ask.
func TestOriginsAndRate(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Origins = []string{"https://demarches.exemple.fr"}; c.Rate = 2 })
	c := w.client()
	for origin, want := range map[string]string{"https://demarches.exemple.fr": "https://demarches.exemple.fr", "https://ailleurs.exemple.fr": ""} {
		c.header.Set("Origin", origin)
		a := c.get("/openapi.json")
		p := c.do("OPTIONS", "/search", "", nil)
		if got := p.header.Get("Access-Control-Allow-Origin"); got != want || a.status != http.StatusOK {
			t.Errorf("%s may read as %q, want %q", origin, got, want)
		}
	}
	c.header.Del("Origin")
	// What was asked counts on a clock: one far ahead stands still.
	ahead := time.Now().Add(time.Hour)
	here := netip.MustParseAddr("127.0.0.1")
	for i := range 5 {
		if err := w.server.rates.take(here, ahead); (err != nil) != (i >= 4) {
			t.Errorf("request %d: %v", i+1, err)
		}
	}
	if a := c.get("/search?q=rue+du+port").want(http.StatusTooManyRequests); a.header.Get("Retry-After") == "" {
		t.Error("nothing says when to ask again")
	}
	if err := w.server.rates.take(here, ahead.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
	if err := w.server.rates.take(netip.MustParseAddr("127.0.0.2"), ahead); err != nil {
		t.Errorf("another address: %v", err)
	}
	c.get("/healthz").want(http.StatusOK)
}
