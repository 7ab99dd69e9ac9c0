package shell

import (
	"maps"
	"net/url"

	"perimetre/web"
)

// Tabs returns the views of a page, in pairs of a key and a label.
func Tabs(query url.Values, path, current string, pairs ...string) []web.Link {
	var out []web.Link
	for i := 0; i < len(pairs); i += 2 {
		key := pairs[i]
		if i == 0 {
			key = "" // the first is shown without being asked
		}
		out = append(out, web.Link{Label: pairs[i+1], Href: With(query, path, "vue", key), Current: pairs[i] == current})
	}
	return out
}

// With returns a page's link with one choice changed, or left out when empty.
func With(query url.Values, path, key, value string) string {
	q := maps.Clone(query)
	if value == "" {
		q.Del(key)
	} else {
		q.Set(key, value)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
