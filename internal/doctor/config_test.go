package doctor

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/converter/pipelinecheck"
	"github.com/otel-activity/otel-activity/exporter/activityexporter"
	"github.com/otel-activity/otel-activity/internal/finding"
)

// noticed are the checks that found something, with its severity.
func noticed(all []finding.Finding) map[string]finding.Severity {
	found := map[string]finding.Severity{}
	for _, f := range all {
		if f.Severity > finding.OK {
			found[f.Check] = max(f.Severity, found[f.Check])
		}
	}
	return found
}

func only(t *testing.T, all []finding.Finding, check string) finding.Finding {
	t.Helper()
	var found []finding.Finding
	for _, f := range all {
		if f.Check == check {
			found = append(found, f)
		}
	}
	require.Len(t, found, 1, "%s in %v", check, all)
	return found[0]
}

func TestConfig(t *testing.T) {
	t.Parallel()
	type want map[string]finding.Severity
	for name, want := range map[string]want{
		"sound":           {},
		"waits":           {},
		"memory":          {activityexporter.CheckQueueMemory: finding.Warning},
		"queue_off":       {activityexporter.CheckQueueOff: finding.Warning},
		"overflow":        {activityexporter.CheckQueueOverflow: finding.Warning},
		"retry_off":       {activityexporter.CheckRetryOff: finding.Warning},
		"retry_bounded":   {activityexporter.CheckRetryBounded: finding.Warning},
		"fsync_off":       {pipelinecheck.CheckFsync: finding.Warning},
		"missing_storage": {pipelinecheck.CheckExtension: finding.Error},
		"signal":          {pipelinecheck.CheckSignal: finding.Error},
		"invalid":         {checkConfigValid: finding.Error},
		"unknown_key":     {checkConfigValid: finding.Error},
		"environment":     {checkConfigEnvironment: finding.Info},
		"maintenance_off": {checkMaintenanceOff: finding.Info},
		"no_exporter":     {checkConfigExporter: finding.Error},
		"processors": {
			pipelinecheck.CheckBatch: finding.Warning, pipelinecheck.CheckSampling: finding.Warning,
			pipelinecheck.CheckDeduplication: finding.Warning, pipelinecheck.CheckFilter: finding.Info,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := Config(t.Context(), []string{filepath.Join("testdata", name+".yaml")})
			require.NoError(t, err)
			require.Equal(t, map[string]finding.Severity(want), noticed(found), "%v", found)
			for _, f := range found {
				require.NotEmpty(t, f.What)
				require.Equal(t, f.Severity == finding.OK, f.Remedy == "", "%v", f)
			}
		})
	}
}

func TestShippedConfigIsSound(t *testing.T) {
	t.Parallel()
	found, err := Config(t.Context(), []string{filepath.Join("..", "..", "otelcol-config.yaml")})
	require.NoError(t, err)
	require.Empty(t, noticed(found), "%v", found)
	require.Contains(t, only(t, found, activityexporter.CheckQueueMemory).What, "exporters::activity: sending_queue is kept by file_storage")
}

func TestFilesAreMerged(t *testing.T) {
	t.Parallel()
	found, err := Config(t.Context(), []string{"testdata/memory.yaml", "file:testdata/storage.yaml"})
	require.NoError(t, err)
	require.Empty(t, noticed(found), "%v", found)
}

func TestFindingsNameTheExporterAndTheRemedy(t *testing.T) {
	t.Parallel()
	found, err := Config(t.Context(), []string{"testdata/memory.yaml"})
	require.NoError(t, err)
	memory := only(t, found, activityexporter.CheckQueueMemory)
	require.Contains(t, memory.What, "exporters::activity: sending_queue is in memory")
	require.Contains(t, memory.Remedy, "sending_queue: {storage: file_storage}")

	found, err = Config(t.Context(), []string{"testdata/waits.yaml"})
	require.NoError(t, err)
	require.Contains(t, only(t, found, activityexporter.CheckQueueMemory).What, "waits for the result")

	found, err = Config(t.Context(), []string{"testdata/environment.yaml"})
	require.NoError(t, err)
	require.Contains(t, only(t, found, checkConfigEnvironment).What, "DOCTOR_TEST_IS_NEVER_SET")

	found, err = Config(t.Context(), []string{"testdata/unknown_key.yaml"})
	require.NoError(t, err)
	require.Contains(t, only(t, found, checkConfigValid).What, "sending_que is no key here")
}

// What was not looked at is not fine.
func TestInvalidExporterPassesNoCheckOfItsOwn(t *testing.T) {
	t.Parallel()
	found, err := Config(t.Context(), []string{"testdata/invalid.yaml"})
	require.NoError(t, err)
	for _, f := range found {
		require.NotEqual(t, activityexporter.CheckRetryBounded, f.Check)
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"testdata/missing.yaml", "yaml:[", "vault:secret", "yaml:exporters: ${vault:secret}"} {
		_, err := Config(t.Context(), []string{uri})
		require.ErrorContains(t, err, "read the configuration: ", uri)
	}
}
