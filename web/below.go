package web

import "regexp"

// rooted are the paths from the root of the host in a page: the attributes that hold
// one, and the texts of JSON in an attribute.
var rooted = regexp.MustCompile(`((?:\s(?:href|src|action|formaction|poster|content|data-[a-z-]+)="|&#34;)/)([^/]|$)`)

// Below returns a page as it reads under a path of its host, « /perimetre »: every link,
// form and asset lives there.
func Below(page []byte, path string) []byte {
	if path == "" {
		return page
	}
	return rooted.ReplaceAll(page, []byte("${1}"+path[1:]+"/$2"))
}
