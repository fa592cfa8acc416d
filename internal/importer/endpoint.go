package importer

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
)

// DefaultEndpoint is where a Collector on the same machine listens for OTLP/gRPC.
const DefaultEndpoint = "localhost:4317"

// The protocols, by the words of OTEL_EXPORTER_OTLP_PROTOCOL.
const (
	ProtocolGRPC = "grpc"
	ProtocolHTTP = "http/protobuf"
)

// Endpoint says where to send records and how.
type Endpoint struct {
	// Address is host:port for gRPC, or a URL. A URL means OTLP/HTTP, except with
	// gRPC's own port 4317; its scheme says whether TLS is used.
	Address string
	// Protocol overrides what the address implies: grpc or http/protobuf.
	Protocol string
	// Insecure sends without TLS to host:port. Addresses of the same machine need
	// no such permission.
	Insecure bool
	// CAFile holds the certificates to trust in place of the system's.
	CAFile string
	// Headers go with every request.
	Headers map[string]string
	// Compression is gzip or none.
	Compression string
}

// Connect returns a Sender for the endpoint. It doesn't wait for a connection.
func (e Endpoint) Connect() (Sender, error) {
	if e.Compression != "" && e.Compression != "none" && e.Compression != "gzip" {
		return nil, fmt.Errorf("compression %q is neither gzip nor none", e.Compression)
	}
	target, err := e.resolve()
	if err != nil {
		return nil, err
	}
	var tlsConfig *tls.Config
	if target.tls {
		if tlsConfig, err = e.tlsConfig(); err != nil {
			return nil, err
		}
	}
	if target.protocol == ProtocolHTTP {
		return newHTTPSender(target.address, tlsConfig, e.Headers, e.Compression == "gzip"), nil
	}
	return newGRPCSender(target.address, tlsConfig, e.Headers, e.Compression == "gzip")
}

type target struct {
	protocol string
	// address is a URL for HTTP, and what gRPC dials otherwise.
	address string
	tls     bool
}

func (e Endpoint) resolve() (target, error) {
	if e.Protocol != "" && e.Protocol != ProtocolGRPC && e.Protocol != ProtocolHTTP {
		return target{}, fmt.Errorf("protocol %q is neither %s nor %s", e.Protocol, ProtocolGRPC, ProtocolHTTP)
	}
	scheme, _, isURL := strings.Cut(e.Address, "://")
	if isURL && (scheme == "http" || scheme == "https") {
		return e.resolveURL()
	}
	socket := strings.HasPrefix(e.Address, "unix:")
	if isURL && !socket {
		return target{}, fmt.Errorf("endpoint %q: use host:port for OTLP/gRPC or a URL with http or https for OTLP/HTTP", e.Address)
	}
	if e.Protocol == ProtocolHTTP {
		return target{}, fmt.Errorf("endpoint %q: OTLP/HTTP needs a URL, such as http://%s", e.Address, e.Address)
	}
	if socket {
		return target{protocol: ProtocolGRPC, address: e.Address}, nil
	}
	host, port, err := net.SplitHostPort(e.Address)
	if err != nil || port == "" {
		return target{}, fmt.Errorf("endpoint %q has no port; the usual ones are 4317 for OTLP/gRPC and 4318 for OTLP/HTTP", e.Address)
	}
	return target{protocol: ProtocolGRPC, address: e.Address, tls: !e.Insecure && !isLoopback(host)}, nil
}

func (e Endpoint) resolveURL() (target, error) {
	u, err := url.Parse(e.Address)
	if err != nil {
		return target{}, fmt.Errorf("endpoint: %w", err)
	}
	if u.Host == "" {
		return target{}, fmt.Errorf("endpoint %q has no host", e.Address)
	}
	secure := u.Scheme == "https"
	if secure && e.Insecure {
		return target{}, errors.New("--insecure contradicts an endpoint with https; write http instead")
	}
	bare := u.Path == "" || u.Path == "/"
	if e.Protocol == ProtocolGRPC || (e.Protocol == "" && u.Port() == "4317" && bare) {
		address := u.Host
		if u.Port() == "" {
			address = net.JoinHostPort(u.Hostname(), "4317")
		}
		return target{protocol: ProtocolGRPC, address: address, tls: secure}, nil
	}
	if !strings.HasSuffix(u.Path, "/v1/logs") {
		u = u.JoinPath("v1", "logs")
	}
	return target{protocol: ProtocolHTTP, address: u.String(), tls: secure}, nil
}

// isLoopback reports whether records for the host stay on this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || host == "" || (ip != nil && ip.IsLoopback())
}

func (e Endpoint) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if e.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(e.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read the certificates to trust: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", e.CAFile)
	}
	return config, nil
}
