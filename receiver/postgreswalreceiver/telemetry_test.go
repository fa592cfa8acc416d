package postgreswalreceiver

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	telemetry := componenttest.NewTelemetry()
	set := receivertest.NewNopSettings(componentType)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	s.settings = &set
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1), (2)", "DELETE FROM public.orders WHERE id = 1")
	s.transaction(t, `{"activity.actor.id":`, "DELETE FROM public.orders WHERE id = 2")
	s.wait(t, 4)
	s.settled(t)

	rows := map[string]int64{}
	for _, point := range sum(t, telemetry, metricRows) {
		operation, _ := point.Attributes.Value("operation")
		rows[operation.AsString()] = point.Value
	}
	require.Equal(t, map[string]int64{"insert": 2, "delete": 2}, rows)
	require.EqualValues(t, 3, sum(t, telemetry, metricTransactions)[0].Value)
	require.EqualValues(t, 4, sum(t, telemetry, metricBytes)[0].Value)
	require.EqualValues(t, 1, sum(t, telemetry, metricInvalid)[0].Value)
	for _, gauge := range []string{metricLag, metricLagBytes, metricKept} {
		_, err := telemetry.GetMetric(gauge)
		require.NoError(t, err, gauge)
	}
	require.NoError(t, telemetry.Shutdown(t.Context()))
}

func sum(t *testing.T, telemetry *componenttest.Telemetry, name string) []metricdata.DataPoint[int64] {
	t.Helper()
	metric, err := telemetry.GetMetric(name)
	require.NoError(t, err, name)
	return metric.Data.(metricdata.Sum[int64]).DataPoints
}
