package access

import "testing"

// The page remembered is one of this server, never another site's.
func TestRememberedPageIsLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"/imports": true, "/a-verifier?adresse=x&reponse=non": true, "//evil.example": false, "https://evil.example/": false, "/\\evil.example": false,
		"\\\\evil.example": false, "javascript:alert(1)": false, "/connexion": false, "imports": false, "": false, "/%2f/evil": true, "/a\r\nSet-Cookie: x=y": false,
	} {
		if got := local(address); got != want {
			t.Errorf("local(%q) = %v", address, got)
		}
	}
}
