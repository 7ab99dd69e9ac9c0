package web

import "testing"

func TestBelow(t *testing.T) {
	const page = `<a href="/">x</a><a class="b" href="/carte?a=/b">/carte</a><form action="/connexion"><i data-atlas="{&#34;tiles&#34;:&#34;/tiles/{z}&#34;}" data-n="1/2"></i><a href="//autre.fr/x"><a href="https://autre.fr/"><a href="#a">`
	const want = `<a href="/p/q/">x</a><a class="b" href="/p/q/carte?a=/b">/carte</a><form action="/p/q/connexion"><i data-atlas="{&#34;tiles&#34;:&#34;/p/q/tiles/{z}&#34;}" data-n="1/2"></i><a href="//autre.fr/x"><a href="https://autre.fr/"><a href="#a">`
	if got := string(Below([]byte(page), "/p/q")); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := string(Below([]byte(page), "")); got != page {
		t.Error("a service at the root is changed")
	}
}
