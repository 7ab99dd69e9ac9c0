package data

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"aead.dev/minisign"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
)

// The two files that a signature adds to a pack: what minisign writes, and the public key
// that its receiver trusted. Both stand beside the manifest, whose sums cover the rest.
const (
	signatureFile = "manifest.json.minisig"
	signerFile    = "manifest.json.pub"
)

// sealFiles are the files of a pack that its manifest does not list.
var sealFiles = []string{manifestFile, signatureFile, signerFile}

// Signature says who signed a pack and when. It is known only of a signature that was
// verified.
type Signature struct {
	By  string    `json:"by"`  // the name that the signer gave, else the identifier of the key
	At  time.Time `json:"at"`  // zero when the signature does not say
	Key string    `json:"key"` // identifier of the public key, 16 hexadecimal digits
}

// Text says in French who signed and when.
func (s Signature) Text() string {
	if s.At.IsZero() {
		return "signé par " + s.By
	}
	return "signé par " + s.By + " le " + french.Date(geo.DateOf(s.At))
}

// PublicKey is a minisign public key that a receiver trusts.
type PublicKey = minisign.PublicKey

// SecretKey is a minisign secret key.
type SecretKey = minisign.PrivateKey

// KeyID writes the identifier of a public key as minisign does.
func KeyID(id uint64) string { return fmt.Sprintf("%016X", id) }

// ReadPublicKey reads a minisign public key: a file, or the line of base64 itself.
func ReadPublicKey(text string) (PublicKey, error) {
	var k PublicKey
	if k.UnmarshalText([]byte(text)) == nil {
		return k, nil
	}
	b, err := os.ReadFile(text)
	if errors.Is(err, fs.ErrNotExist) {
		return k, fault.New(fault.NotFound, "clé publique absente : %s", text)
	} else if err != nil {
		return k, fault.Wrap(fault.Input, err, "clé publique illisible : %s", text)
	}
	if err := k.UnmarshalText([]byte(strings.ReplaceAll(string(b), "\r\n", "\n"))); err != nil {
		return k, &fault.Error{Kind: fault.Input, File: text, Message: "clé publique illisible", Expected: "un fichier .pub de minisign"}
	}
	return k, nil
}

// NewKey makes a pair of keys: the secret one goes to path, readable by its owner alone,
// the public one to path.pub. An empty password leaves the secret key in clear.
func NewKey(path, password string) (PublicKey, error) {
	pub, secret, err := minisign.GenerateKey(nil)
	if err != nil {
		return pub, fault.Wrap(fault.Internal, err, "création d’une clé")
	}
	var text []byte
	if password == "" {
		text, err = secret.MarshalText()
	} else {
		text, err = minisign.EncryptKey(password, secret)
	}
	if err != nil {
		return pub, fault.Wrap(fault.Internal, err, "création d’une clé")
	}
	public, err := pub.MarshalText()
	if err != nil {
		return pub, fault.Wrap(fault.Internal, err, "création d’une clé")
	}
	for _, f := range []struct {
		path string
		text []byte
		mode fs.FileMode
	}{{path, text, 0o600}, {path + ".pub", public, 0o644}} {
		out, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode)
		if errors.Is(err, fs.ErrExist) {
			return pub, fault.New(fault.Conflict, "%s existe déjà : une clé n’est jamais remplacée", f.path)
		} else if err != nil {
			return pub, fault.Wrap(fault.Input, err, "%s : écriture impossible", f.path)
		}
		_, err = out.Write(append(f.text, '\n'))
		if err = errors.Join(err, out.Close()); err != nil {
			return pub, fault.Wrap(fault.Internal, err, "%s : écriture impossible", f.path)
		}
	}
	return pub, nil
}

// ReadSecretKey reads a minisign secret key; password is asked for a key that has one.
func ReadSecretKey(path string, password func() (string, error)) (SecretKey, error) {
	var k SecretKey
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, fault.New(fault.NotFound, "clé secrète absente : %s ; « perimetre data key » en fait une", path)
	} else if err != nil {
		return k, fault.Wrap(fault.Input, err, "clé secrète illisible : %s", path)
	}
	b = []byte(strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")))
	if !minisign.IsEncrypted(b) {
		if err := k.UnmarshalText(b); err != nil {
			return k, &fault.Error{Kind: fault.Input, File: path, Message: "clé secrète illisible", Expected: "un fichier de minisign"}
		}
		return k, nil
	}
	word, err := password()
	if err != nil {
		return k, err
	}
	if k, err = minisign.DecryptKey(word, b); err != nil {
		return k, &fault.Error{Kind: fault.Forbidden, File: path, Message: "mot de passe faux, ou clé secrète endommagée"}
	}
	return k, nil
}

// Sign signs the current pack of a PACK folder in the name of by, on a date. It replaces
// a former signature.
func Sign(pack string, key SecretKey, by string, at time.Time) (Manifest, error) {
	dir, err := packDir(pack)
	if err != nil {
		return Manifest{}, err
	}
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return Manifest{}, fault.Wrap(fault.Internal, err, "lecture du manifeste de %s", dir)
	}
	m, err := parseManifest(dir, b)
	if err != nil {
		return m, err
	}
	by = strings.Join(strings.Fields(by), " ")
	comment := fmt.Sprintf("timestamp:%d\tfile:%s\tpack:%s\tby:%s", at.Unix(), manifestFile, m.ID, by)
	hashed := minisign.NewReader(bytes.NewReader(b)) // the form that minisign writes by default
	if _, err := io.Copy(io.Discard, hashed); err != nil {
		return m, fault.Wrap(fault.Internal, err, "signature de %s", dir)
	}
	sig := hashed.SignWithComments(key, comment, "référentiel "+m.ID)
	pub := key.Public().(minisign.PublicKey)
	if m.Signed, err = verified(b, sig, pub); err != nil {
		return m, err
	}
	return m, writeSeal(dir, sig, pub)
}

// writeSeal puts a signature and the key that verifies it beside a manifest.
func writeSeal(dir string, sig []byte, pub PublicKey) error {
	public, err := pub.MarshalText()
	if err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", signerFile)
	}
	if err := writeAtomically(filepath.Join(dir, signerFile), append(public, '\n')); err != nil {
		return err
	}
	return writeAtomically(filepath.Join(dir, signatureFile), sig)
}

// readSeal verifies the signature that stands beside a manifest, by the key that its
// receiver trusted; nil without a signature.
func readSeal(dir string, manifest []byte) (*Signature, error) {
	sig, err := os.ReadFile(filepath.Join(dir, signatureFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "lecture de %s", signatureFile)
	}
	pub, err := ReadPublicKey(filepath.Join(dir, signerFile))
	if err != nil {
		return nil, fault.Wrap(fault.Corrupt, err, "référentiel signé, mais sans la clé qui le vérifie")
	}
	s, err := verified(manifest, sig, pub)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Corrupt, File: filepath.Join(dir, manifestFile), Message: "le référentiel n’est plus celui qui a été signé", Err: err}
	}
	return s, nil
}

// verified reports what a signature of a manifest says, once a key has verified it.
func verified(manifest, sig []byte, pub PublicKey) (*Signature, error) {
	if !minisign.Verify(pub, manifest, sig) {
		return nil, fault.New(fault.Forbidden, "signature fausse pour la clé %s", KeyID(pub.ID()))
	}
	var s minisign.Signature
	if err := s.UnmarshalText(sig); err != nil {
		return nil, fault.Wrap(fault.Input, err, "signature illisible")
	}
	out := &Signature{By: "la clé " + KeyID(pub.ID()), Key: KeyID(pub.ID())}
	for part := range strings.SplitSeq(s.TrustedComment, "\t") {
		name, value, _ := strings.Cut(part, ":")
		switch {
		case name == "by" && value != "":
			out.By = value
		case name == "timestamp":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				out.At = time.Unix(n, 0).UTC()
			}
		}
	}
	return out, nil
}

// signerID returns the identifier of the key that a signature names, which proves nothing.
func signerID(sig []byte) string {
	var s minisign.Signature
	if s.UnmarshalText(sig) != nil {
		return ""
	}
	return KeyID(s.KeyID)
}

// trustedBy verifies a signature by the first of some keys that it names.
func trustedBy(keys []PublicKey, manifest, sig []byte) (*Signature, PublicKey, error) {
	id := signerID(sig)
	if id == "" {
		return nil, PublicKey{}, fault.New(fault.Forbidden, "signature illisible")
	}
	for _, k := range keys {
		if KeyID(k.ID()) == id {
			s, err := verified(manifest, sig, k)
			return s, k, err
		}
	}
	return nil, PublicKey{}, fault.New(fault.Forbidden, "référentiel signé par la clé %s, qui n’est pas parmi celles à qui vous faites confiance", id)
}
