// Command ocilayout writes an OCI image layout of one program, without any engine: one layer
// with the program and the account it runs under, no shell. The same inputs give the same
// bytes.
//
//	ocilayout -program perimetre -arch amd64 -epoch 1700000000 -version 1.2 -o image.tar
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"
)

// user is the account that runs the program: « nonroot », as in distroless images.
const user = "65532"

type file struct {
	name string
	mode int64
	body []byte
}

func main() {
	program := flag.String("program", "", "the program, static")
	arch := flag.String("arch", "amd64", "its architecture")
	epoch := flag.Int64("epoch", 0, "the date of all that is written, in seconds")
	version := flag.String("version", "", "the version of the program")
	out := flag.String("o", "", "the archive to write")
	flag.Parse()
	body, err := os.ReadFile(*program)
	check(err)
	check(os.WriteFile(*out, layout(body, *arch, *version, time.Unix(*epoch, 0)), 0o644))
}

// layout returns the image of a program as a tar of an OCI layout.
func layout(program []byte, arch, version string, at time.Time) []byte {
	at = at.UTC()
	layer := archive(at, []file{
		{"etc/", 0o755, nil},
		{"etc/group", 0o644, []byte("perimetre:x:" + user + ":\n")},
		{"etc/passwd", 0o644, []byte("perimetre:x:" + user + ":" + user + ":Périmètre:/data:/sbin/nologin\n")},
		{"data/", 0o700, nil},
		{"tmp/", 0o1777, nil},
		{"usr/", 0o755, nil},
		{"usr/bin/", 0o755, nil},
		{"usr/bin/perimetre", 0o755, program},
	})
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	check(err)
	_, err = z.Write(layer)
	check(err)
	check(z.Close())
	type object = map[string]any
	config := encode(object{
		"created": at.Format(time.RFC3339), "architecture": arch, "os": "linux",
		"config": object{
			"User": user + ":" + user, "WorkingDir": "/data", "Entrypoint": []string{"/usr/bin/perimetre"},
			"Cmd": []string{"serve", "--listen", "0.0.0.0:8080"}, "ExposedPorts": object{"8080/tcp": object{}}, "Volumes": object{"/data": object{}},
			"Env":    []string{"PERIMETRE_PACK=/data/pack", "PERIMETRE_DATABASE=/data/perimetre.db", "HOME=/data"},
			"Labels": map[string]string{"org.opencontainers.image.title": "Périmètre", "org.opencontainers.image.version": version, "org.opencontainers.image.licenses": "MIT"},
		},
		"rootfs":  object{"type": "layers", "diff_ids": []string{"sha256:" + sum(layer)}},
		"history": []object{{"created": at.Format(time.RFC3339), "created_by": "make dist"}},
	})
	manifest := encode(object{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": descriptor("application/vnd.oci.image.config.v1+json", config),
		"layers": []any{descriptor("application/vnd.oci.image.layer.v1.tar+gzip", zipped.Bytes())},
	})
	d := descriptor("application/vnd.oci.image.manifest.v1+json", manifest)
	d["platform"] = object{"architecture": arch, "os": "linux"}
	d["annotations"] = map[string]string{"org.opencontainers.image.ref.name": "perimetre:" + version}
	index := encode(object{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []any{d}})
	blobs := []file{{"oci-layout", 0o644, []byte(`{"imageLayoutVersion":"1.0.0"}`)}, {"index.json", 0o644, index}, {"blobs/", 0o755, nil}, {"blobs/sha256/", 0o755, nil}}
	for _, b := range [][]byte{config, manifest, zipped.Bytes()} {
		blobs = append(blobs, file{"blobs/sha256/" + sum(b), 0o644, b})
	}
	return archive(at, blobs)
}

func descriptor(kind string, b []byte) map[string]any {
	return map[string]any{"mediaType": kind, "digest": "sha256:" + sum(b), "size": len(b)}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	check(err)
	return b
}

// archive writes a tar; the data of the image belong to the account of the program.
func archive(at time.Time, files []file) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.body)), ModTime: at, Typeflag: tar.TypeReg}
		if f.body == nil {
			h.Typeflag = tar.TypeDir
		}
		if f.name == "data/" {
			h.Uid, h.Gid = 65532, 65532
		}
		check(w.WriteHeader(&h))
		_, err := w.Write(f.body)
		check(err)
	}
	check(w.Close())
	return b.Bytes()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
