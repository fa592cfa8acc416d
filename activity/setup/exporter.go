package setup

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

const (
	protocolGRPC = "grpc"
	protocolHTTP = "http/protobuf"
)

const (
	defaultGRPC = "localhost:4317"
	defaultHTTP = "localhost:4318"
	// defaultTimeout ends a request that has no answer.
	defaultTimeout = 10 * time.Second
)

// newExporter makes OpenTelemetry's exporter. It tries once: when to try again, and what
// with, is decided by ship.
func (c *config) newExporter(ctx context.Context) (sdklog.Exporter, error) {
	endpoint := cmp.Or(c.endpoint, fromEnv("ENDPOINT"))
	protocol, err := c.chooseProtocol(endpoint)
	if err != nil {
		return nil, err
	}
	// The exporters report an endpoint that they can't read and take another one.
	if _, err := url.Parse(endpoint); strings.Contains(endpoint, "://") && err != nil {
		return nil, fmt.Errorf("read the endpoint: %w", err)
	}
	var exporter sdklog.Exporter
	if protocol == protocolHTTP {
		exporter, err = c.newHTTP(ctx, cmp.Or(endpoint, defaultHTTP))
	} else {
		exporter, err = c.newGRPC(ctx, cmp.Or(endpoint, defaultGRPC))
	}
	if err != nil {
		return nil, fmt.Errorf("make the OTLP exporter: %w", err)
	}
	return exporter, nil
}

func (c *config) chooseProtocol(endpoint string) (string, error) {
	named := cmp.Or(c.protocol, fromEnv("PROTOCOL"))
	switch {
	case named == protocolGRPC || named == protocolHTTP:
		return named, nil
	case named != "":
		return "", fmt.Errorf("the protocol of OTLP is %q: use grpc or http/protobuf", named)
	case strings.HasSuffix(strings.TrimSuffix(endpoint, "/"), ":4318"):
		return protocolHTTP, nil
	default:
		return protocolGRPC, nil
	}
}

func (c *config) newGRPC(ctx context.Context, endpoint string) (sdklog.Exporter, error) {
	opts := []otlploggrpc.Option{
		otlploggrpc.WithRetry(otlploggrpc.RetryConfig{}),
		otlploggrpc.WithDialOption(grpc.WithUnaryInterceptor(noteCall)),
	}
	switch {
	case !strings.Contains(endpoint, "://"):
		opts = append(opts, otlploggrpc.WithEndpoint(endpoint), otlploggrpc.WithInsecure())
	case c.endpoint != "":
		opts = append(opts, otlploggrpc.WithEndpointURL(endpoint))
	}
	if c.tls != nil {
		opts = append(opts, otlploggrpc.WithTLSCredentials(credentials.NewTLS(c.tls)))
	}
	if len(c.headers) > 0 {
		opts = append(opts, otlploggrpc.WithHeaders(c.headers))
	}
	return otlploggrpc.New(ctx, opts...)
}

func (c *config) newHTTP(ctx context.Context, endpoint string) (sdklog.Exporter, error) {
	transport, err := c.newTransport()
	if err != nil {
		return nil, err
	}
	opts := []otlploghttp.Option{
		otlploghttp.WithRetry(otlploghttp.RetryConfig{}),
		otlploghttp.WithHTTPClient(&http.Client{Transport: noting{base: transport}, Timeout: requestTimeout()}),
	}
	switch {
	case !strings.Contains(endpoint, "://"):
		opts = append(opts, otlploghttp.WithEndpoint(endpoint), otlploghttp.WithInsecure())
	case c.endpoint != "":
		opts = append(opts, otlploghttp.WithEndpointURL(strings.TrimSuffix(endpoint, "/")+logsPath(endpoint)))
	}
	if len(c.headers) > 0 {
		opts = append(opts, otlploghttp.WithHeaders(c.headers))
	}
	return otlploghttp.New(ctx, opts...)
}

// logsPath is what a URL without a path of its own needs.
func logsPath(endpoint string) string {
	_, rest, _ := strings.Cut(endpoint, "://")
	if strings.Contains(strings.TrimSuffix(rest, "/"), "/") {
		return ""
	}
	return "/v1/logs"
}

// requestTimeout is what OpenTelemetry's exporter gives a client of its own. Without it
// a server that never answers would be waited for without end.
func requestTimeout() time.Duration {
	if millis, err := strconv.Atoi(fromEnv("TIMEOUT")); err == nil && millis > 0 {
		return time.Duration(millis) * time.Millisecond
	}
	return defaultTimeout
}

// newTransport reads what OpenTelemetry's exporter reads itself unless it is given a
// client: the certificates.
func (c *config) newTransport() (http.RoundTripper, error) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport, nil
	}
	transport := base.Clone()
	if c.tls != nil {
		transport.TLSClientConfig = c.tls
		return transport, nil
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	if file := fromEnv("CERTIFICATE"); file != "" {
		pem, err := os.ReadFile(file) //nolint:gosec // named by who runs the program
		if err != nil {
			return nil, err
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate in PEM", file)
		}
	}
	if file, key := fromEnv("CLIENT_CERTIFICATE"), fromEnv("CLIENT_KEY"); file != "" && key != "" {
		pair, err := tls.LoadX509KeyPair(file, key)
		if err != nil {
			return nil, err
		}
		t.Certificates = []tls.Certificate{pair}
	}
	transport.TLSClientConfig = t
	return transport, nil
}

// fromEnv reads a setting of OTLP exporters, that for logs first.
func fromEnv(name string) string {
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_LOGS_"+name), os.Getenv("OTEL_EXPORTER_OTLP_"+name))
}

// exportOnce sends records and tells what the transport noted.
func exportOnce(ctx context.Context, e sdklog.Exporter, records []sdklog.Record) (attempt, error) {
	var a attempt
	err := e.Export(a.in(ctx), records)
	return a, err
}
