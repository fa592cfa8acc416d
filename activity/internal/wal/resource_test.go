package wal

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
)

func TestTheResourceIsThatOfTheEnvironmentAndOfTheOptions(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=one, deployment.environment.name = pro%20duction,odd,half=%zz")
	t.Setenv("OTEL_SERVICE_NAME", "two")
	named := func(given ...attribute.KeyValue) map[string]string {
		m := map[string]string{}
		for _, kv := range resource(given) {
			m[string(kv.Key)] = kv.Value.AsString()
		}
		return m
	}
	require.Equal(t, map[string]string{"service.name": "two", "deployment.environment.name": "pro duction", "half": "%zz"}, named())
	require.Equal(t, "three", named(attribute.String("service.name", "three"))["service.name"])
	t.Setenv("OTEL_SERVICE_NAME", "")
	require.Equal(t, "one", named()["service.name"])
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "")
	require.Equal(t, "unknown_service:wal.test", named()["service.name"])
}
