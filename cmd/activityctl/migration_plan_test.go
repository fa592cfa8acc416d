package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/migrationplan"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// auditedShop is an application's database whose triggers fill audit.record_version, and
// which writes auditlog_logentry itself.
func auditedShop(t *testing.T) (dsn string, pool *pgxpool.Pool) {
	t.Helper()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	pool = pgtest.Pool(t, dsn)
	do(t, pool, `CREATE TABLE public.orders (id int PRIMARY KEY, v text);
CREATE TABLE public."It's" (id int PRIMARY KEY, v text);
ALTER TABLE public."It's" REPLICA IDENTITY FULL;
CREATE TABLE public.plain (id int PRIMARY KEY);`)
	do(t, pool, audittest.SupaAuditSQL)
	do(t, pool, audittest.DjangoAuditlogSQL)
	do(t, pool, audittest.Enable("supa_audit", "public", "orders"))
	do(t, pool, audittest.Enable("supa_audit", "public", "It's"))
	do(t, pool, "INSERT INTO public.orders SELECT n, 'a' FROM generate_series(1, 30) AS n; ANALYZE")
	return dsn, pool
}

func migrationPlan(t *testing.T, dsn string, flags ...string) outcome {
	t.Helper()
	return execute(t, append([]string{"migration", "plan", "--dsn", dsn}, flags...)...)
}

func plannedMigration(t *testing.T, dsn string, flags ...string) (plan migrationPlanOutput, status int) {
	t.Helper()
	got := migrationPlan(t, dsn, append(flags, "--json")...)
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &plan), got.stderr)
	return plan, got.status
}

// neutralSizes takes out what differs from server to server.
func neutralSizes(text string) string {
	text = regexp.MustCompile(`Postgres \d[^,\n]*, database`).ReplaceAllString(text, "Postgres …, database")
	text = regexp.MustCompile(`\d+\.\d KiB`).ReplaceAllString(text, "N.N KiB")
	text = regexp.MustCompile(`"bytes": \d+`).ReplaceAllString(text, `"bytes": 1`)
	return regexp.MustCompile(`"postgres": "[^"]*"`).ReplaceAllString(text, `"postgres": "…"`)
}

func TestMigrationPlanPrints(t *testing.T) {
	t.Parallel()
	dsn, _ := auditedShop(t)
	got := migrationPlan(t, dsn, "--rate", "10")
	require.Equal(t, exitWarnings, got.status, got.stderr)
	requireGolden(t, "migration-plan.txt", neutralSizes(got.stdout))
	requireGolden(t, "migration-plan.sql", neutralSizes(migrationPlan(t, dsn, "--sql").stdout))
	requireGolden(t, "migration-plan.json", neutralSizes(migrationPlan(t, dsn, "--json").stdout))
}

// What is yours in the SQL can be run, and prepares; nothing else of it does anything.
func TestMigrationPlanCanBeRun(t *testing.T) {
	t.Parallel()
	dsn, pool := auditedShop(t)
	plan, _ := plannedMigration(t, dsn)
	for _, step := range plan.Steps {
		for _, statement := range step.SQL {
			if step.Yours {
				do(t, pool, statement)
			}
		}
	}
	for line := range strings.Lines(migrationPlan(t, dsn, "--sql").stdout) {
		require.True(t, line == "\n" || strings.HasPrefix(line, "-- "), line)
	}
	plan, _ = plannedMigration(t, dsn)
	for _, f := range plan.Findings {
		require.True(t, f.Check != migrationplan.CheckIdentity || f.Severity == finding.OK, f.What)
	}
	for _, step := range plan.Steps {
		require.False(t, step.Yours, step.SQL)
	}

	// The Collector's statements are statements.
	do(t, pool, "CREATE PUBLICATION otel_activity FOR TABLE ONLY public.plain")
	for _, when := range []string{"prepare", "cutover", "rollback", "finish"} {
		for _, step := range plan.Steps {
			if step.When == when {
				do(t, pool, strings.Join(step.SQL, ";\n"))
			}
		}
	}
	plan, status := plannedMigration(t, dsn)
	require.Equal(t, exitOK, status, "the application's own audit table is left")
	require.Empty(t, plan.Tables)
}

func TestMigrationPlanFindsWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	dsn, pool := auditedShop(t)
	do(t, pool, `CREATE ROLE app LOGIN; CREATE PUBLICATION otel_activity FOR TABLE public.orders;
ALTER TABLE public.orders DISABLE TRIGGER USER; CREATE TABLE public.loose (v text); ALTER TABLE public."It's" SET UNLOGGED`)
	worst := func(flags ...string) map[string]finding.Severity {
		plan, _ := plannedMigration(t, dsn, flags...)
		found := map[string]finding.Severity{}
		for _, f := range plan.Findings {
			found[f.Check] = max(found[f.Check], f.Severity)
		}
		return found
	}
	found := worst()
	require.Equal(t, finding.Error, found[migrationplan.CheckIdentity], "an UNLOGGED table")
	require.Equal(t, finding.Info, found[migrationplan.CheckApplication])
	found = worst("--role", "app")
	require.Equal(t, finding.Error, found[migrationplan.CheckOwner])
	found = worst("--table", "public.plain")
	require.Equal(t, finding.OK, found[migrationplan.CheckOwner])
	got := migrationPlan(t, dsn, "--role", "nobody")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "there is no role nobody")
	require.Equal(t, exitUsage, migrationPlan(t, dsn, "--sql", "--json").status)
	require.Equal(t, exitUsage, migrationPlan(t, dsn, "--table", "orders").status)

	empty := migrationPlan(t, pgtest.NewEmptyDSN(t))
	require.Equal(t, exitErrors, empty.status)
	require.Contains(t, empty.stdout, "no audit table was found")
}
