// Package otlpjson encodes a log record of OpenTelemetry's API as OTLP/JSON
// (opentelemetry-proto, "JSON Protobuf Encoding"): 64-bit integers as texts, ids in
// hexadecimal. The encoders of OpenTelemetry are no part of its API.
package otlpjson

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"
)

// Scope is what has made a record.
type Scope struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type (
	request struct {
		ResourceLogs []resourceLogs `json:"resourceLogs"`
	}
	resourceLogs struct {
		Resource  resource    `json:"resource"`
		ScopeLogs []scopeLogs `json:"scopeLogs"`
	}
	resource struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeLogs struct {
		Scope      Scope       `json:"scope"`
		LogRecords []logRecord `json:"logRecords"`
	}
	logRecord struct {
		Time           string           `json:"timeUnixNano,omitempty"`
		ObservedTime   string           `json:"observedTimeUnixNano,omitempty"`
		SeverityNumber log.Severity     `json:"severityNumber,omitempty"`
		SeverityText   string           `json:"severityText,omitempty"`
		EventName      string           `json:"eventName,omitempty"`
		Body           *value           `json:"body,omitempty"`
		Attributes     []keyValue       `json:"attributes"`
		Flags          trace.TraceFlags `json:"flags,omitempty"`
		TraceID        string           `json:"traceId,omitempty"`
		SpanID         string           `json:"spanId,omitempty"`
	}
)

// Document is a request with one record, which belongs to a span if there is one. It is
// ASCII.
func Document(of []attribute.KeyValue, scope Scope, record *log.Record, span trace.SpanContext) (string, error) {
	r := logRecord{
		Time:           nanos(record.Timestamp()),
		ObservedTime:   nanos(record.ObservedTimestamp()),
		SeverityNumber: record.Severity(),
		SeverityText:   record.SeverityText(),
		EventName:      record.EventName(),
		Attributes:     make([]keyValue, 0, record.AttributesLen()),
	}
	if body := record.Body(); body.Type() != attribute.EMPTY {
		v := valueOf(body)
		r.Body = &v
	}
	record.WalkAttributes(func(kv attribute.KeyValue) bool {
		r.Attributes = append(r.Attributes, keyValueOf(kv))
		return true
	})
	if span.IsValid() {
		r.TraceID, r.SpanID, r.Flags = span.TraceID().String(), span.SpanID().String(), span.TraceFlags()
	}
	encoded, err := json.Marshal(request{ResourceLogs: []resourceLogs{{
		Resource:  resource{Attributes: keyValuesOf(of)},
		ScopeLogs: []scopeLogs{{Scope: scope, LogRecords: []logRecord{r}}},
	}}})
	if err != nil {
		return "", fmt.Errorf("encode a record: %w", err)
	}
	return ASCII(encoded), nil
}

func nanos(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixNano(), 10)
}
