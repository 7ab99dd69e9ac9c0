package agreement_test

import (
	"fmt"
	"strings"
	"testing"

	"perimetre/quota/agreement"
)

var plain = strings.NewReplacer("\u202f", " ", "\u00a0", " ")

func ExampleAgreement() {
	a := agreement.Agreement{Drawn: 20, Answered: 10, Same: 9, Low: .5958, High: .9821}
	fmt.Println(plain.Replace(a.String()))
	fmt.Println(plain.Replace(a.Short()))
	// Output:
	// 20 décisions manuelles tirées au sort, 10 relues à l’aveugle : 9 réponses identiques, soit 90,0 % (de 59,6 % à 98,2 %, au seuil de 95 %)
	// relecture : 9 sur 10 identiques (59,6 % – 98,2 %)
}

// One decision is spoken of in the singular; nothing answered has no share.
func TestAgreementInWords(t *testing.T) {
	for _, c := range []struct {
		a           agreement.Agreement
		long, short string
	}{
		{agreement.Agreement{Drawn: 1}, "1 décision manuelle tirée au sort, aucune relue", "relecture : 0 sur 1"},
		{agreement.Agreement{Drawn: 1, Answered: 1, Same: 1, Low: .2065, High: 1}, "1 décision manuelle tirée au sort, 1 relue à l’aveugle : 1 réponse identique, soit 100,0 % (de 20,7 % à 100,0 %, au seuil de 95 %)", "relecture : 1 sur 1 identique (20,7 % – 100,0 %)"},
		{agreement.Agreement{Drawn: 3, Answered: 2, Low: 0, High: .6576}, "3 décisions manuelles tirées au sort, 2 relues à l’aveugle : 0 réponse identique, soit 0,0 % (de 0,0 % à 65,8 %, au seuil de 95 %)", "relecture : 0 sur 2 identique (0,0 % – 65,8 %)"},
	} {
		if got := plain.Replace(c.a.String()); got != c.long {
			t.Errorf("got  %s\nwant %s", got, c.long)
		}
		if got := plain.Replace(c.a.Short()); got != c.short {
			t.Errorf("got  %s\nwant %s", got, c.short)
		}
	}
}
