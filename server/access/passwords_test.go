package access

import "testing"

func TestPasswords(t *testing.T) {
	for _, c := range []struct {
		password, email string
		ok              bool
	}{
		{"cheval agrafe pile correct", "ana@exemple.fr", true},
		{"a7k!m2q9z0r", "ana@exemple.fr", false}, // eleven
		{"a7k!m2q9z0rx", "ana@exemple.fr", true},
		{"aaaaaaaaaaaaaaaa", "ana@exemple.fr", false},
		{"abababababab", "ana@exemple.fr", false},
		{"123456789012", "ana@exemple.fr", false},
		{"abcdefghijklmnop", "ana@exemple.fr", false},
		{"9876543210azer", "ana@exemple.fr", false},
		{"marie-laure 2026", "marie-laure@exemple.fr", false},
		{"MARIE-LAURE et moi", "marie-laure@exemple.fr", false},
		{"le chat noir dort", "a@exemple.fr", true}, // « a » is in everything
		{"été à la plage ici", "ana@exemple.fr", true},
	} {
		if err := CheckPassword(c.password, c.email); (err == nil) != c.ok {
			t.Errorf("%q of %s: %v", c.password, c.email, err)
		}
	}
	for _, encoded := range []string{"", "x", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA", HashPassword("autre chose")} {
		if PasswordMatches(encoded, "") || PasswordMatches(encoded, "cheval") {
			t.Errorf("%q opens", encoded)
		}
	}
}
