package server

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"perimetre/server/api"
)

// Each answer of the document has an example that its schema accepts, each operation a
// name of its own and its refusals.
func TestExamplesOfTheDocument(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	examples := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			name := method + " " + path
			if op.OperationID == "" || seen[op.OperationID] {
				t.Errorf("%s: operation %q is without a name, or another's", name, op.OperationID)
			}
			seen[op.OperationID] = true
			refused := false
			for status, r := range op.Responses.Map() {
				code, _ := strconv.Atoi(status)
				refused = refused || code >= 400 && code < 500
				for kind, media := range r.Value.Content {
					if !strings.Contains(kind, "json") || media.Schema == nil {
						continue
					}
					examples++
					if media.Example == nil {
						t.Errorf("%s, %s %s: no example", name, status, kind)
					} else if err := media.Schema.Value.VisitJSON(media.Example); err != nil {
						t.Errorf("%s, %s %s: the example is not of the schema: %v", name, status, kind, err)
					}
				}
			}
			if !refused && method != http.MethodOptions {
				t.Errorf("%s: no refusal is described", name)
			}
		}
	}
	if examples < 100 {
		t.Errorf("only %d examples", examples)
	}
}
