package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const testConfigs = "../../internal/doctor/testdata/"

func TestDoctorChecksConfigurations(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{
		"sound": exitOK, "environment": exitOK, "memory": exitWarnings, "missing_storage": exitErrors,
	} {
		got := execute(t, "doctor", "--config", testConfigs+name+".yaml")
		require.Equal(t, status, got.status, name)
		require.NotContains(t, got.stderr, "activityctl:", "findings are no failure")
	}
	got := execute(t, "doctor", "--config", testConfigs+"sound.yaml")
	require.Empty(t, got.stdout)
	require.Contains(t, got.stderr, "checks are ok; --all lists them")
}

func TestDoctorPrints(t *testing.T) {
	t.Parallel()
	config := []string{"doctor", "--config", testConfigs + "processors.yaml"}
	requireGolden(t, "doctor.table", execute(t, config...).stdout)
	requireGolden(t, "doctor-all.table", execute(t, append(config, "--all")...).stdout)
	got := execute(t, append(config, "--json")...)
	requireGolden(t, "doctor.json", got.stdout)
	require.True(t, json.Valid([]byte(got.stdout)))
	require.Empty(t, got.stderr)
}

func TestDoctorSaysWhatItCannotCheck(t *testing.T) {
	t.Parallel()
	got := execute(t, "doctor", "--config", testConfigs+"nowhere.yaml")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "read the configuration: ")
	require.Equal(t, exitUsage, execute(t, "doctor", "otelcol.yaml").status)
}

func TestFindingsAreSafeForATerminal(t *testing.T) {
	t.Parallel()
	text := findingsTable([]finding.Finding{{Check: "c", What: "a\x1b[31mb\nc", Remedy: "r\t"}})
	require.Contains(t, text, `a\x1b[31mb\nc`)
	require.NotContains(t, text, "\x1b")
}
