package logmap_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
)

// FuzzMapLogs takes any bytes that are an OTLP request and requires of what
// comes out that the database takes it, and that it comes out the same again.
func FuzzMapLogs(f *testing.F) {
	add := func(ld plog.Logs) {
		wire, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
		require.NoError(f, err)
		f.Add(wire)
	}
	add(request(f, 1, sdkRecord))
	add(request(f, 2, foreignRecord))
	whole, _ := everything(f)
	add(whole)
	for _, as := range []attrs{
		{{"activity", attrs{{"changes", attrs{{"before", `{"a":"\ud800"}`}, {"after", attrs{{"b", 2}}}, {"fields", `["a"]`}}}}}},
		{{"activity.metadata", `{"a":[1e999999,"\u0000",{}]}`}, {"activity.metadata.b", nil}, {"activity.batch.size", 3}},
		{{"log", attrs{{"record", attrs{{"uid", "x"}}}}}, {"activity.duration", "NaN"}, {"activity.repaired", list{1}}},
	} {
		ld, _ := single(f, as)
		add(ld)
	}

	limits := logmap.Limits{Project: 20, Action: 30, EntityType: 24, EntityID: 40, Key: 32, Name: 16, Reason: 8, Details: 64, Document: 256, Depth: 4}
	f.Fuzz(func(t *testing.T, wire []byte) {
		sent := plogotlp.NewExportRequest()
		if sent.UnmarshalProto(wire) != nil {
			t.Skip("no request")
		}
		ld := sent.Logs()
		requireMapped(t, limits, ld)
		requireMapped(t, logmap.DefaultLimits(), ld)

		logmap.StampReceived(ld, received)
		stamped := requireMapped(t, logmap.DefaultLimits(), ld)
		logmap.StampReceived(ld, received.Add(time.Hour))
		require.Equal(t, stamped, requireMapped(t, logmap.DefaultLimits(), ld))
	})
}
