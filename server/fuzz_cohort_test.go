package server

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"perimetre/server/access"
	"perimetre/server/people"
	"perimetre/server/store"
)

// workbook is an XLSX of rows.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", at, &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// repacked is a workbook with one part made again.
func repacked(t testing.TB, book []byte, part string, content io.Reader) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		from := io.Reader(r)
		if f.Name == part {
			from = content
		}
		if _, err := io.Copy(w, from); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// repeated gives a head, then a text many times, then a tail.
func repeated(head, text string, n int, tail string) io.Reader {
	return io.MultiReader(strings.NewReader(head), &again{text: text, left: n}, strings.NewReader(tail))
}

type again struct {
	text string
	left int
	at   int
}

func (a *again) Read(p []byte) (n int, err error) {
	for n < len(p) && a.left > 0 {
		k := copy(p[n:], a.text[a.at:])
		n, a.at = n+k, a.at+k
		if a.at == len(a.text) {
			a.at, a.left = 0, a.left-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

const (
	sheetHead = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Matricule</t></is></c><c r="B1" t="inlineStr"><is><t>Date d'entrée</t></is></c><c r="C1" t="inlineStr"><is><t>Adresse</t></is></c></row>`
	sheetTail = `</sheetData></worksheet>`
	sheetPart = "xl/worksheets/sheet1.xml"
)

// bombs are files whose little size says nothing of what they ask.
func bombs(t testing.TB) map[string][]byte {
	book := workbook(t, []any{"Matricule", "Date d'entrée", "Adresse"}, []any{"1", "01/05/2024", "1 rue A"})
	long := strings.Repeat("a", 1000)
	return map[string][]byte{
		"rows":     repacked(t, book, sheetPart, repeated(sheetHead, `<row><c t="inlineStr"><is><t>1</t></is></c></row>`, 400_000, sheetTail)),
		"cell":     repacked(t, book, sheetPart, repeated(sheetHead+`<row r="2"><c r="A2" t="inlineStr"><is><t>`, long, 40_000, `</t></is></c></row>`+sheetTail)),
		"strings":  repacked(t, book, "xl/sharedStrings.xml", repeated(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="9" uniqueCount="9">`, "<si><t>"+long+"</t></si>", 40_000, `</sst>`)),
		"styles":   repacked(t, book, "xl/styles.xml", repeated(`<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="9">`, `<xf numFmtId="14"/>`, 2_000_000, `</cellXfs></styleSheet>`)),
		"columns":  repacked(t, book, sheetPart, strings.NewReader(sheetHead+`<row r="2"><c r="XFD2" t="inlineStr"><is><t>1</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`+sheetTail)),
		"entities": repacked(t, book, sheetPart, strings.NewReader(`<!DOCTYPE x [<!ENTITY a "`+long+`"><!ENTITY b "`+strings.Repeat("&a;", 1000)+`">]>`+sheetHead+`<row r="2"><c r="A2" t="inlineStr"><is><t>&b;&b;&b;</t></is></c></row>`+sheetTail)),
		"line":     bytes.Repeat([]byte("a;"), 900_000),
		"quote":    append([]byte("Matricule;Adresse;Date d'entrée\n\""), bytes.Repeat([]byte("x\n"), 900_000)...),
		"nothing":  bytes.Repeat([]byte("\n"), 2_000_000),
		"zeros":    make([]byte, 2_000_000),
	}
}

// takenIn sends a file as a référent does, shows its columns and tries it; it gives
// the worst status.
func takenIn(t testing.TB, s *Server, token, name string, content []byte) (worst int, said string) {
	t.Helper()
	call := func(method, path, kind string, body []byte) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code > worst {
			worst, said = w.Code, method+" "+path+" "+w.Body.String()
		}
		return w
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, _ := m.CreateFormFile("data", name)
	f.Write(content)
	m.Close()
	w := call("POST", "/api/v1/cohorts", m.FormDataContentType(), b.Bytes())
	if w.Code != http.StatusCreated {
		return worst, said
	}
	var c people.File
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	call("GET", "/api/v1/cohorts/"+c.ID+"/columns", "", nil)
	call("POST", "/api/v1/cohorts/"+c.ID+"/import", "application/json", []byte(`{"dry_run":true}`))
	call("DELETE", "/api/v1/cohorts/"+c.ID, "", nil)
	return worst, said
}

// takingIn is a server with small limits and a référent's token.
func takingIn(t testing.TB) (*Server, string) {
	t.Helper()
	dir, err := territory()
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), t.TempDir()+"/f.db")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Packs: []string{dir + "/pack"}, Store: st, MaxCohort: 4 << 20, MaxRows: 5000, MaxExpanded: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(); st.Close() })
	pack := s.packs.Acquire()
	unit := pack.MissionsLocales[0].Code
	pack.Release()
	u := store.User{Email: "ref@exemple.fr", Name: "R", Role: store.DataOfficer, Units: []string{unit}}
	if err := st.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	_, token, err := access.NewToken(t.Context(), st, access.Of(&u), "essai", []store.Scope{store.ScopeRead, store.ScopeWrite}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s, token
}

// A small file that asks for much is refused, or read within the limits.
func TestBombs(t *testing.T) {
	s, token := takingIn(t)
	for name, content := range bombs(t) {
		for _, as := range []string{"a.xlsx", "a.csv"} {
			code, said := takenIn(t, s, token, as, content)
			if code >= 500 {
				t.Errorf("%s as %s: %d %.300s", name, as, code, said)
			}
			if wide := name == "line" || name == "zeros"; wide && code != http.StatusUnprocessableEntity && code != http.StatusRequestEntityTooLarge {
				t.Errorf("%s as %s is no table of people: %d", name, as, code)
			}
			if big := name == "rows" || name == "cell" || name == "strings" || name == "styles"; big && as == "a.xlsx" && code < 400 {
				t.Errorf("%s as %s is taken: %d", name, as, code)
			}
		}
	}
}

// Whatever the bytes of a file of people, it is taken or refused.
func FuzzCohort(f *testing.F) {
	s, token := takingIn(f)
	f.Add([]byte("Matricule;Date d'entrée;Adresse;Code postal;Ville\n1;03/04/2024;1 rue de la Paix;59000;Lille\n"), false)
	f.Add([]byte("Extraction\n\nMatricule,Date d'entrée,CP\n=1+1,31/02/2024,\"59\n000\"\nTOTAL,1,\n"), false)
	f.Add([]byte("\xef\xbb\xbfN\xc2\xb0 dossier;Date;Ville\n\xe9;45383;\xff\xfe\n"), false)
	f.Add(workbook(f, []any{"Matricule", "Date d'entrée", "Adresse"}, []any{"1", 45383, "1 rue A"}, []any{nil, "x", 1.5, true}), true)
	f.Fuzz(func(t *testing.T, content []byte, book bool) {
		if len(content) > 1<<20 {
			return
		}
		name := "a.csv"
		if book {
			name = "a.xlsx"
		}
		if code, said := takenIn(t, s, token, name, content); code >= 500 {
			t.Errorf("%d %s", code, said)
		}
	})
}
