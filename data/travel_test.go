package data

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"perimetre/geo/fault"
)

// travelWorld is a pack, and a pair of keys without a password.
type travelWorld struct {
	pack   string
	id     string
	secret SecretKey
	public PublicKey
	keys   string // path of the secret key
}

func newTravelWorld(t *testing.T) travelWorld {
	t.Helper()
	dir := t.TempDir()
	raw := filepath.Join(dir, "raw")
	makeRaw(t, raw, 300)
	w := travelWorld{pack: filepath.Join(dir, "pack"), keys: filepath.Join(dir, "cle")}
	w.id = build(t, raw, w.pack).ID
	var err error
	if w.public, err = NewKey(w.keys, ""); err != nil {
		t.Fatal(err)
	}
	if w.secret, err = ReadSecretKey(w.keys, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *travelWorld) export(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Export(w.pack, &b, func(int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (w *travelWorld) sign(t *testing.T) {
	t.Helper()
	if _, err := Sign(w.pack, w.secret, "Préfecture du Nord", time.Unix(1764500000, 0)); err != nil {
		t.Fatal(err)
	}
}

func imported(t *testing.T, from []byte, change func(*ImportOptions)) (Manifest, string, error) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "un.tar.zst")
	write(t, file, from)
	o := ImportOptions{From: file, Pack: filepath.Join(dir, "pack")}
	change(&o)
	m, err := Import(context.Background(), o)
	return m, o.Pack, err
}

func TestPackTravels(t *testing.T) {
	w := newTravelWorld(t)
	w.sign(t)
	first := w.export(t)
	if !bytes.Equal(first, w.export(t)) {
		t.Error("two exports of a pack differ")
	}
	m, pack, err := imported(t, first, func(o *ImportOptions) { o.Keys = []PublicKey{w.public} })
	if err != nil {
		t.Fatal(err)
	}
	p := openPack(t, pack)
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	s := p.Manifests[0].Signed
	if m.ID != w.id || p.ID != w.id || s == nil || s.By != "Préfecture du Nord" || s.At.Unix() != 1764500000 || s.Key != KeyID(w.public.ID()) {
		t.Errorf("%s %+v", m.ID, s)
	}
	// What was imported is exported again as it was.
	var again bytes.Buffer
	if _, err := Export(pack, &again, func(int64, int64) {}); err != nil || !bytes.Equal(first, again.Bytes()) {
		t.Errorf("exported again: %v, %d bytes", err, again.Len())
	}
	// Once in place, a manifest that is no longer what was signed is refused.
	dir, err := packDir(pack)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(dir, manifestFile))
	write(t, filepath.Join(dir, manifestFile), bytes.Replace(b, []byte(`"records": 2`), []byte(`"records": 3`), 1))
	if _, err := Open(pack); fault.KindOf(err) != fault.Corrupt || !strings.Contains(err.Error(), "signé") {
		t.Errorf("altered in place: %v", err)
	}
}

// minisign itself verifies what is signed here.
func TestMinisignVerifies(t *testing.T) {
	program, err := exec.LookPath("minisign")
	if err != nil {
		t.Skip("minisign absent : apt-get install minisign")
	}
	w := newTravelWorld(t)
	w.sign(t)
	dir, err := packDir(w.pack)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-V", "-m", filepath.Join(dir, manifestFile), "-p", w.keys+".pub").CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("by:Préfecture du Nord")) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestSecretKeyHasAPassword(t *testing.T) {
	if os.Getenv("PERIMETRE_SLOW") == "" {
		t.Skip("long : une clé à mot de passe demande un gibioctet et vingt secondes (PERIMETRE_SLOW=1)")
	}
	path := filepath.Join(t.TempDir(), "cle")
	pub, err := NewKey(path, "sésame")
	if err != nil {
		t.Fatal(err)
	}
	for password, kind := range map[string]fault.Kind{"sésame": fault.Internal, "autre": fault.Forbidden} {
		k, err := ReadSecretKey(path, func() (string, error) { return password, nil })
		if password == "sésame" && (err != nil || k.ID() != pub.ID()) || password != "sésame" && fault.KindOf(err) != kind {
			t.Errorf("%s: %v", password, err)
		}
	}
	if _, err := NewKey(path, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a key was replaced: %v", err)
	}
}

// repacked reads the tar of an exported pack and writes it changed.
func repacked(t *testing.T, from []byte, change func(name string, b []byte) (string, []byte)) []byte {
	t.Helper()
	in, err := zstd.NewReader(bytes.NewReader(from))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	tw := tar.NewWriter(z)
	for tr := tar.NewReader(in); ; {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		name, b := change(h.Name, b)
		if name == "" {
			continue
		}
		if err := tw.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(b)), Mode: 0o444}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestImportRefuses(t *testing.T) {
	w := newTravelWorld(t)
	unsigned := w.export(t)
	w.sign(t)
	signed := w.export(t)
	other, err := NewKey(filepath.Join(t.TempDir(), "autre"), "")
	if err != nil {
		t.Fatal(err)
	}
	flip := func(file string) []byte {
		return repacked(t, signed, func(name string, b []byte) (string, []byte) {
			if name == file {
				b[len(b)/2] ^= 1
			}
			return name, b
		})
	}
	renamed := func(to string) []byte {
		return repacked(t, signed, func(name string, b []byte) (string, []byte) {
			if name == zoningsFile {
				return to, b
			}
			return name, b
		})
	}
	trusting := []PublicKey{w.public}
	for name, c := range map[string]struct {
		from      []byte
		keys      []PublicKey
		untrusted bool
		kind      fault.Kind
		says      string
	}{
		"unsigned":               {unsigned, trusting, false, fault.Forbidden, "sans signature"},
		"a key nobody trusts":    {signed, nil, false, fault.Forbidden, KeyID(w.public.ID())},
		"another key is trusted": {signed, []PublicKey{other}, false, fault.Forbidden, "à qui vous faites confiance"},
		"an altered manifest": {repacked(t, signed, func(n string, b []byte) (string, []byte) {
			return n, bytes.Replace(b, []byte("Licence"), []byte("License"), 1)
		}), trusting, false, fault.Forbidden, "signature fausse"},
		"an altered file":                {flip(zoningsFile), trusting, false, fault.Corrupt, "altérés"},
		"an altered file, told to trust": {flip(zoningsFile), nil, true, fault.Corrupt, "altérés"},
		"a file outside":                 {renamed("../" + zoningsFile), trusting, false, fault.Input, "data export"},
		"a foreign file":                 {renamed("autre.idx"), trusting, false, fault.Input, "manifeste"},
		"cut short":                      {signed[:len(signed)-40], trusting, false, fault.Input, ""},
		"no pack at all":                 {[]byte("bonjour"), trusting, true, fault.Input, "data export"},
	} {
		m, pack, err := imported(t, c.from, func(o *ImportOptions) { o.Keys, o.Untrusted = c.keys, c.untrusted })
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if CurrentID(pack) != "" {
			t.Errorf("%s: %s was put in place", name, m.ID)
		}
	}
	// Told to, it takes a pack that nothing verifies, which is then unsigned.
	for _, from := range [][]byte{unsigned, signed} {
		m, pack, err := imported(t, from, func(o *ImportOptions) { o.Untrusted = true })
		if err != nil || m.Signed != nil || openPack(t, pack).Manifests[0].Signed != nil {
			t.Errorf("told to trust: %v %+v", err, m.Signed)
		}
	}
}

// A download that is cut goes on where it stopped at the next import.
func TestImportGoesOn(t *testing.T) {
	w := newTravelWorld(t)
	w.sign(t)
	body := w.export(t)
	asked := []string{}
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Range"))
		rw.Header().Set("ETag", `"un"`)
		if len(asked) > 1 {
			http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(body))
			return
		}
		rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
		rw.Write(body[:len(body)/2])
		rw.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer site.Close()
	o := ImportOptions{From: site.URL + "/pack.tar.zst", Pack: filepath.Join(t.TempDir(), "pack"), Keys: []PublicKey{w.public}}
	stopped, stop := context.WithCancel(context.Background())
	o.Progress = func(_ string, done, _ int64) {
		if done == int64(len(body)/2) {
			stop()
		}
	}
	if _, err := Import(stopped, o); err == nil {
		t.Fatal("a stopped import succeeded")
	}
	o.Progress = nil
	if m, err := Import(context.Background(), o); err != nil || m.ID != w.id {
		t.Fatal(err)
	}
	if names(t, o.Pack) != originFile+" "+w.id+" current" {
		t.Errorf("the folder holds %s", names(t, o.Pack))
	}
	if want := []string{"", fmt.Sprintf("bytes=%d-", len(body)/2)}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}
