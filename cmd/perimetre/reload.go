package main

import (
	"crypto/tls"
	"sync/atomic"

	"perimetre/geo/fault"
)

// servedCertificate is the certificate of the service, which a reload may replace.
type servedCertificate struct {
	pair atomic.Pointer[tls.Certificate]
}

// load reads the two PEM files; a fault leaves the former certificate in service.
func (c *servedCertificate) load(cert, key string) error {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return fault.Wrap(fault.Input, err, "certificat TLS illisible")
	}
	c.pair.Store(&pair)
	return nil
}

func (c *servedCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return c.pair.Load(), nil
}
