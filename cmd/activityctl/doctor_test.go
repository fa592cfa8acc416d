package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/pgtest"
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

func TestDoctorChecksADatabase(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	got := execute(t, "doctor", "--dsn", dsn, "--json")
	require.Equal(t, exitErrors, got.status, "the test server is quick")
	var all diagnosis
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &all))
	require.Equal(t, finding.Error, all.Worst)
	require.NotEmpty(t, checks(all.Findings)["server.fsync"])
	require.NotEmpty(t, checks(all.Findings)["partitions.ahead"])
	require.Empty(t, checks(all.Findings)["queue.memory"])

	got = execute(t, "doctor", "--dsn", dsn, "--config", testConfigs+"memory.yaml", "--json")
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &all))
	require.NotEmpty(t, checks(all.Findings)["server.fsync"])
	require.NotEmpty(t, checks(all.Findings)["queue.memory"])
	for i := range all.Findings[1:] {
		require.GreaterOrEqual(t, all.Findings[i].Severity, all.Findings[i+1].Severity, "the worst first")
	}
}

func TestDoctorPrintsWhatItFoundBeforeTheDatabase(t *testing.T) {
	t.Parallel()
	got := execute(t, "doctor", "--config", testConfigs+"memory.yaml", "--dsn", "host=127.0.0.1 port=1 connect_timeout=2")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stdout, "queue.memory")
	require.Contains(t, got.stderr, "name the database with --dsn")
}

// checks are the names in findings.
func checks(all []finding.Finding) map[string]int {
	n := map[string]int{}
	for _, f := range all {
		n[f.Check]++
	}
	return n
}

func TestFindingsAreSafeForATerminal(t *testing.T) {
	t.Parallel()
	text := findingsTable([]finding.Finding{{Check: "c", What: "a\x1b[31mb\nc", Remedy: "r\t"}})
	require.Contains(t, text, `a\x1b[31mb\nc`)
	require.NotContains(t, text, "\x1b")
}
