package wal

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/semconv"
)

// resource is what describes the program: given, else by OTEL_SERVICE_NAME, else by
// OTEL_RESOURCE_ATTRIBUTES, as OpenTelemetry's SDK has it. The last of a name wins.
func resource(given []attribute.KeyValue) []attribute.KeyValue {
	kvs := []attribute.KeyValue{semconv.ServiceNameKey.String("unknown_service:" + filepath.Base(os.Args[0]))}
	for pair := range strings.SplitSeq(os.Getenv("OTEL_RESOURCE_ATTRIBUTES"), ",") {
		if key, value, ok := strings.Cut(pair, "="); ok {
			kvs = append(kvs, attribute.String(strings.TrimSpace(key), unescape(strings.TrimSpace(value))))
		}
	}
	if name := os.Getenv("OTEL_SERVICE_NAME"); name != "" {
		kvs = append(kvs, semconv.ServiceNameKey.String(name))
	}
	set := attribute.NewSet(append(kvs, given...)...)
	return set.ToSlice()
}

func unescape(value string) string {
	if plain, err := url.PathUnescape(value); err == nil {
		return plain
	}
	return value
}
