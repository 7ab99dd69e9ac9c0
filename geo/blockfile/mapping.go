package blockfile

import (
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"unsafe"

	"github.com/edsrzf/mmap-go"

	"perimetre/geo/fault"
)

// Mapping is a file mapped into memory. Where the file is cut short under it, to
// read the bytes that are gone is a fault that ends the process, save within Guard
// and Recover, or FaultOf.
type Mapping struct {
	path string
	m    mmap.MMap
}

// mappings are the ones that are open, to tell whose bytes a fault was in.
var mappings struct {
	sync.Mutex
	open []*Mapping
}

// Map maps a whole file, which must have at least so many bytes: a shorter one is a
// fault of kind Corrupt, an absent one of kind NotFound.
func Map(path string, least int64) (*Mapping, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "fichier absent : %s", path)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "ouverture de %s", path)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "ouverture de %s", path)
	}
	if st.Size() < least {
		return nil, &fault.Error{Kind: fault.Corrupt, File: path, Message: "fichier trop court, écriture interrompue ou fichier étranger"}
	}
	m, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "projection en mémoire de %s", path)
	}
	mapping := &Mapping{path, m}
	mappings.Lock()
	mappings.open = append(mappings.open, mapping)
	mappings.Unlock()
	return mapping, nil
}

// Bytes returns the file's, until Close.
func (m *Mapping) Bytes() []byte { return m.m }

// Close unmaps the file.
func (m *Mapping) Close() error {
	mappings.Lock()
	mappings.open = slices.DeleteFunc(mappings.open, func(o *Mapping) bool { return o == m })
	mappings.Unlock()
	return m.m.Unmap()
}

// Guard makes a fault in mapped memory a panic of the goroutine that calls it, for
// FaultOf or Recover to take, and not the end of the process. It returns what
// debug.SetPanicOnFault had.
func Guard() (before bool) { return debug.SetPanicOnFault(true) }

// FaultOf returns the fault behind a panic: of kind Unavailable over a file that was cut short
// under its mapping, of kind Corrupt over damaged bytes, or nil for any other panic.
func FaultOf(panicked any) *fault.Error {
	switch v := panicked.(type) {
	case *fault.Error:
		if v.Kind == fault.Corrupt {
			return v
		}
	case interface {
		runtime.Error
		Addr() uintptr
	}:
		at := v.Addr()
		mappings.Lock()
		defer mappings.Unlock()
		for _, m := range mappings.open {
			if start := uintptr(unsafe.Pointer(unsafe.SliceData(m.m))); at >= start && at-start < uintptr(len(m.m)) {
				return &fault.Error{Kind: fault.Unavailable, File: m.path, Message: "fichier du référentiel raccourci ou illisible pendant sa lecture ; le reconstruire avec « perimetre data build »"}
			}
		}
	}
	return nil
}

// Recover turns a panic that FaultOf recognises into an error, and restores what Guard
// changed; other panics go on. A door to mapped memory begins with defer Recover(&err,
// Guard()), in each goroutine.
func Recover(err *error, before bool) {
	debug.SetPanicOnFault(before)
	r := recover()
	if r == nil {
		return
	}
	f := FaultOf(r)
	if f == nil {
		panic(r)
	}
	*err = f
}
