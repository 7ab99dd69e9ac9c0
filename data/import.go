package data

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"perimetre/data/download"
	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// ImportOptions say what Import takes, where it goes and whom it trusts.
type ImportOptions struct {
	From string // file, or address of a file
	Pack string // PACK folder that receives it
	Keys []PublicKey
	// Untrusted accepts a pack that no key of Keys verifies; it is then unsigned here.
	Untrusted bool
	Proxy, CA string
	// Progress receives the bytes received, then the bytes unpacked.
	Progress func(step string, done, total int64)
}

// manifestLimit bounds the manifest of a file that nobody has verified yet, in bytes.
const manifestLimit = 4 << 20

// windowLimit bounds the memory that a compressed file may ask for, in bytes.
const windowLimit = 64 << 20

// originFile keeps, beside the packs of a PACK folder, where the current one came from.
const originFile = ".origine.json"

// Origin is where an imported pack came from.
type Origin struct {
	URL      string    `json:"url"`
	ETag     string    `json:"etag,omitempty"`
	Modified time.Time `json:"modified,omitzero"`
	Pack     string    `json:"pack"` // its id
}

// Import unpacks an exported pack and makes it the current one of a PACK folder. The
// signature is verified before anything is unpacked, then each file against the manifest
// that it signs. A download that stopped goes on at the next call. Nothing in the folder
// changes before the new pack is whole.
func Import(ctx context.Context, o ImportOptions) (m Manifest, err error) {
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	w, err := openWorkshop(o.Pack)
	if err != nil {
		return m, err
	}
	defer w.close()
	file, origin := o.From, Origin{}
	if isAddress(o.From) {
		if file, origin, err = o.download(ctx); err != nil {
			return m, err
		}
	}
	if m, err = o.unpack(ctx, file, w.dir); err != nil {
		return m, err
	}
	if err := opens(w.dir); err != nil {
		return m, err
	}
	if err := w.publish(m.ID); err != nil {
		return m, err
	}
	if origin.URL == "" {
		os.Remove(filepath.Join(o.Pack, originFile))
		return m, nil
	}
	download.Drop(o.received())
	origin.Pack = m.ID
	b, err := json.Marshal(origin)
	if err != nil {
		return m, fault.Wrap(fault.Internal, err, "écriture de %s", originFile)
	}
	return m, writeAtomically(filepath.Join(o.Pack, originFile), append(b, '\n'))
}

// opens refuses a folder that this program would not read as a pack.
func opens(dir string) error {
	p, err := open([]string{dir})
	if err != nil {
		return err
	}
	return p.Close()
}

// received returns the name that a download has, short of its extension, until it is unpacked.
func (o ImportOptions) received() string { return filepath.Join(o.Pack, ".import") }

// download brings an address beside the packs, going on with what an earlier call left.
func (o ImportOptions) download(ctx context.Context) (string, Origin, error) {
	client, err := download.NewClient(o.Proxy, o.CA)
	if err != nil {
		return "", Origin{}, err
	}
	t := download.Transfer{Client: client, Stall: 30 * time.Second, Pause: time.Second, Tries: 4,
		Progress: func(done, total int64) { o.Progress("réception", done, total) }}
	got, err := t.Fetch(ctx, o.From, o.received(), "")
	return o.received() + ".part", Origin{URL: o.From, ETag: got.ETag, Modified: got.Modified}, err
}

// unpack verifies a file and writes the pack that it holds into a folder.
func (o ImportOptions) unpack(ctx context.Context, file, dir string) (m Manifest, err error) {
	in, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.New(fault.NotFound, "fichier absent : %s", file)
	} else if err != nil {
		return m, fault.Wrap(fault.Input, err, "%s illisible", file)
	}
	defer in.Close()
	z, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(windowLimit), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return m, fault.Wrap(fault.Internal, err, "décompression")
	}
	defer z.Close()
	st, err := in.Stat()
	if err != nil {
		return m, fault.Wrap(fault.Internal, err, "lecture de %s", file)
	}
	r := importer{ImportOptions: o, ctx: ctx, file: o.From, tar: tar.NewReader(bound.Expanded(o.From, z, st.Size(), 0)), dir: dir}
	return r.all()
}

// importer reads one exported pack.
type importer struct {
	ImportOptions
	ctx         context.Context
	file, dir   string
	tar         *tar.Reader
	done, total int64
}

func (r *importer) bad(message string) error {
	return &fault.Error{Kind: fault.Input, File: r.file, Message: message, Expected: "un fichier fait par « perimetre data export »"}
}

// next returns the name and length of the next file, or io.EOF.
func (r *importer) next() (string, int64, error) {
	h, err := r.tar.Next()
	if err == io.EOF {
		return "", 0, err
	}
	if fault.KindOf(err) == fault.TooLarge {
		return "", 0, err
	}
	if err != nil || h.Typeflag != tar.TypeReg || path.Base(h.Name) != h.Name {
		return "", 0, r.bad("fichier tronqué, ou qui n’est pas un référentiel exporté")
	}
	return h.Name, h.Size, nil
}

func (r *importer) all() (m Manifest, err error) {
	name, size, err := r.next()
	if fault.KindOf(err) == fault.TooLarge {
		return m, err
	}
	if err != nil || name != manifestFile || size > manifestLimit {
		return m, r.bad("fichier tronqué, ou qui n’est pas un référentiel exporté")
	}
	manifest, err := io.ReadAll(r.tar)
	if err != nil {
		return m, r.bad("fichier tronqué")
	}
	if m, err = parseManifest(r.file, manifest); err != nil {
		return m, r.bad("manifeste illisible, ou d’une autre version du programme")
	}
	var sig []byte
	if name, size, err = r.next(); err == nil && name == signatureFile && size < 1<<16 {
		if sig, err = io.ReadAll(r.tar); err == nil {
			name, size, err = r.next()
		}
	}
	if m.Signed, err = r.seal(manifest, sig, err); err != nil {
		return m, err
	}
	if err := writeAtomically(filepath.Join(r.dir, manifestFile), manifest); err != nil {
		return m, err
	}
	if len(m.Files) == 0 {
		return m, r.bad("référentiel vide")
	}
	for _, f := range m.Files {
		r.total += f.Bytes
	}
	for i, f := range m.Files {
		if i > 0 {
			name, size, err = r.next()
		}
		if fault.KindOf(err) == fault.TooLarge {
			return m, err
		}
		if err != nil || name != f.Name || size != f.Bytes {
			return m, r.bad("le fichier ne contient pas ce que dit son manifeste")
		}
		if err := r.write(f); err != nil {
			return m, err
		}
	}
	if _, _, err = r.next(); err != io.EOF {
		return m, r.bad("le fichier contient plus que ce que dit son manifeste")
	}
	return m, nil
}

// seal verifies the signature and keeps it with the key that did; past is the error of
// what follows it in the file.
func (r *importer) seal(manifest, sig []byte, past error) (*Signature, error) {
	if past != nil && past != io.EOF {
		return nil, past
	}
	if sig == nil && r.Untrusted {
		return nil, nil
	}
	if sig == nil {
		return nil, &fault.Error{Kind: fault.Forbidden, File: r.file, Message: "référentiel sans signature : rien ne dit qui l’a construit",
			Expected: "un référentiel signé (« perimetre data sign »), ou --untrusted si vous savez d’où il vient"}
	}
	s, key, err := trustedBy(r.Keys, manifest, sig)
	if err != nil && r.Untrusted {
		return nil, nil
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Forbidden, File: r.file, Message: err.Error(),
			Expected: "--trusted-key CLÉ.pub de qui l’a signé, ou --untrusted si vous savez d’où il vient"}
	}
	return s, writeSeal(r.dir, sig, key)
}

// write unpacks a file of the pack, whose bytes must have the sum that the manifest states.
func (r *importer) write(f PackFile) (err error) {
	if path.Base(f.Name) != f.Name || !filepath.IsLocal(f.Name) || slices.Contains(sealFiles, f.Name) {
		return r.bad("nom de fichier refusé : " + f.Name)
	}
	out, err := os.OpenFile(filepath.Join(r.dir, f.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", f.Name)
	}
	defer func() {
		if e := errors.Join(out.Sync(), out.Close()); e != nil && err == nil {
			err = fault.Wrap(fault.Internal, e, "écriture de %s", f.Name)
		}
	}()
	sum := sha256.New()
	told := countWriter(func(n int) {
		r.done += int64(n)
		r.Progress("copie", r.done, r.total)
	})
	buf := make([]byte, 1<<20)
	for {
		if r.ctx.Err() != nil {
			return fault.New(fault.Internal, "import interrompu ; l’ancien référentiel reste en place")
		}
		n, rerr := r.tar.Read(buf)
		if _, err := io.MultiWriter(out, sum, told).Write(buf[:n]); err != nil {
			return fault.Wrap(fault.Internal, err, "écriture de %s", f.Name)
		}
		if rerr == io.EOF {
			break
		}
		if fault.KindOf(rerr) == fault.TooLarge {
			return rerr
		}
		if rerr != nil {
			return r.bad("fichier tronqué ou endommagé")
		}
	}
	if seen := hex.EncodeToString(sum.Sum(nil)); seen != f.SHA256 {
		return &fault.Error{Kind: fault.Corrupt, File: r.file, Message: f.Name + " : octets altérés", Expected: "sha256 " + f.SHA256, Seen: seen}
	}
	return nil
}
