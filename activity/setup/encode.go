package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	collogpb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"
)

// encoder makes the OTLP request of one record. OpenTelemetry has no function for it, so
// its exporter does it, with a transport that keeps what it is to send.
type encoder struct{ exporter *otlploghttp.Exporter }

type capture struct{ body []byte }

type captureKey struct{}

func newEncoder(ctx context.Context) (*encoder, error) {
	exporter, err := otlploghttp.New(ctx,
		otlploghttp.WithEndpoint("localhost"), otlploghttp.WithInsecure(),
		otlploghttp.WithRetry(otlploghttp.RetryConfig{}),
		otlploghttp.WithCompression(otlploghttp.NoCompression),
		otlploghttp.WithHTTPClient(&http.Client{Transport: capturing{}}))
	if err != nil {
		return nil, fmt.Errorf("make the encoder: %w", err)
	}
	return &encoder{exporter: exporter}, nil
}

func (e *encoder) encode(record *sdklog.Record) ([]byte, error) {
	var c capture
	ctx := context.WithValue(context.Background(), captureKey{}, &c)
	if err := e.exporter.Export(ctx, []sdklog.Record{*record}); err != nil {
		return nil, fmt.Errorf("encode an activity: %w", err)
	}
	return c.body, nil
}

// capturing is a transport that sends nothing.
type capturing struct{}

// RoundTrip implements [http.RoundTripper].
func (capturing) RoundTrip(req *http.Request) (*http.Response, error) {
	c, ok := req.Context().Value(captureKey{}).(*capture)
	if !ok {
		return nil, errors.New("nobody asked for this request")
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	c.body = body
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req, Header: http.Header{}}, nil
}

// exportEntries sends entries that encode has made, in one request.
func exportEntries(ctx context.Context, e sdklog.Exporter, entries [][]byte) (attempt, error) {
	payload, err := join(entries)
	if err != nil {
		return attempt{sent: true, refusal: ofRecords}, err
	}
	a := attempt{payload: payload}
	// The exporter sends nothing for no records; which one it is makes no difference.
	err = e.Export(a.in(ctx), make([]sdklog.Record, 1))
	return a, err
}

// join puts the records of the same Resource and scope together, which is most of what
// a request of one record has in bytes.
func join(entries [][]byte) (*collogpb.ExportLogsServiceRequest, error) {
	var request collogpb.ExportLogsServiceRequest
	scopes := map[string]*logspb.ScopeLogs{}
	for _, entry := range entries {
		var single collogpb.ExportLogsServiceRequest
		if err := proto.Unmarshal(entry, &single); err != nil {
			return nil, fmt.Errorf("read an entry of the spool: %w", err)
		}
		for _, resource := range single.GetResourceLogs() {
			for _, scope := range resource.GetScopeLogs() {
				key := fmt.Sprint(resource.GetResource(), resource.GetSchemaUrl(), scope.GetScope(), scope.GetSchemaUrl())
				if known, ok := scopes[key]; ok {
					known.LogRecords = append(known.LogRecords, scope.GetLogRecords()...)
					continue
				}
				scopes[key] = scope
				request.ResourceLogs = append(request.ResourceLogs, &logspb.ResourceLogs{
					Resource: resource.GetResource(), SchemaUrl: resource.GetSchemaUrl(), ScopeLogs: []*logspb.ScopeLogs{scope},
				})
			}
		}
	}
	return &request, nil
}
