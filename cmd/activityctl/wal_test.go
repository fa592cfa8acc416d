package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

// walShop is an application's database, with a table of each kind. Each has a column v that
// an UPDATE can set.
const walShop = `
CREATE ROLE shop LOGIN;
CREATE TABLE public.orders (id int PRIMARY KEY, v text);
CREATE TABLE public.log (v text);
CREATE TABLE public.indexed (id int NOT NULL, v text);
CREATE UNIQUE INDEX indexed_id ON public.indexed (id);
ALTER TABLE public.indexed REPLICA IDENTITY USING INDEX indexed_id;
CREATE TABLE public.deferred (id int PRIMARY KEY DEFERRABLE, v text);
CREATE TABLE public.events (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM (0) TO (10);
CREATE TABLE public.payments (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE public.payments_1 PARTITION OF public.payments FOR VALUES FROM (0) TO (10);
ALTER TABLE public.payments REPLICA IDENTITY FULL;
CREATE TABLE public.totals (id int, v text, twice int GENERATED ALWAYS AS (id * 2) STORED);
CREATE UNLOGGED TABLE public.cache (id int, v text);
CREATE SCHEMA "Odd";
CREATE TABLE "Odd"."It's; ""x""" (id int, v text);
`

// shopDatabase is walShop on a server of its own, since slots and roles are its server's.
func shopDatabase(t *testing.T) (dsn string, pool *pgxpool.Pool) {
	t.Helper()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool = pgtest.Pool(t, dsn)
	do(t, pool, walShop)
	return dsn, pool
}

func do(t *testing.T, pool *pgxpool.Pool, statement string) {
	t.Helper()
	_, err := pool.Exec(t.Context(), statement)
	require.NoError(t, err, statement)
}

var (
	walEverywhere = []string{"--include", "public.*", "--include", "Odd.*"}
	walFull       = append([]string{"--full", "--application", "shop", "--role", "collector"}, walEverywhere...)
)

func walPlan(t *testing.T, dsn string, flags ...string) outcome {
	t.Helper()
	return execute(t, append([]string{"wal", "plan", "--dsn", dsn}, flags...)...)
}

// planned is the plan for programs.
func planned(t *testing.T, dsn string, flags ...string) (plan walPlanOutput, status int) {
	t.Helper()
	got := walPlan(t, dsn, append(flags, "--json")...)
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &plan), got.stderr)
	return plan, got.status
}

// neutral takes out of a plan what differs from server to server, and between versions.
func neutral(text string) string {
	text = strings.ReplaceAll(text, ",boolean)", ")")
	text = regexp.MustCompile(`the server is Postgres [^"\n]*`).ReplaceAllString(text, "the server is Postgres …")
	text = regexp.MustCompile(`\(Postgres [^)]*\)\)?\. Run it( |\n-- )statement( |\n-- )by( |\n-- )statement`).ReplaceAllString(text, "(Postgres …). Run it statement by statement")
	text = regexp.MustCompile(`Postgres \d[^,\n]*, database`).ReplaceAllString(text, "Postgres …, database")
	return regexp.MustCompile(`"postgres": "[^"]*"`).ReplaceAllString(text, `"postgres": "…"`)
}

func TestWALPlanPrints(t *testing.T) {
	t.Parallel()
	dsn, pool := shopDatabase(t)
	requireOfVersion(t, pool, 15)
	requireGolden(t, "wal-refused.txt", neutral(walPlan(t, dsn, walEverywhere...).stdout))
	requireGolden(t, "wal-full.txt", neutral(walPlan(t, dsn, walFull...).stdout))
	requireGolden(t, "wal-full.sql", neutral(walPlan(t, dsn, append(walFull, "--sql")...).stdout))
	requireGolden(t, "wal-full.json", neutral(walPlan(t, dsn, append(walFull, "--json")...).stdout))
}

// requireOfVersion skips what is written down for one version alone.
func requireOfVersion(t *testing.T, pool *pgxpool.Pool, major int) {
	t.Helper()
	var number int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int").Scan(&number))
	if number/10000 != major {
		t.Skipf("written down for Postgres %d", major)
	}
}

func TestWALPlanRefusesWhatWouldBreakTheApplication(t *testing.T) {
	t.Parallel()
	dsn, pool := shopDatabase(t)
	plan, status := planned(t, dsn, walEverywhere...)
	require.Equal(t, exitErrors, status)
	require.Equal(t, finding.Error, plan.Worst)
	require.Equal(t, []string{`Odd.It's; "x"`, "public.deferred", "public.events", "public.log", "public.totals"}, plan.Refused)
	for _, step := range plan.Steps {
		require.NotContains(t, []string{walplan.CheckPublication, walplan.CheckSlot}, step.Check)
	}
	got := walPlan(t, dsn, append(walEverywhere, "--sql")...)
	require.Equal(t, exitErrors, got.status)
	require.NotContains(t, got.stdout, "CREATE PUBLICATION")
	got = walPlan(t, dsn, walEverywhere...)
	require.Contains(t, got.stderr, "refused: Odd.It's; \"x\", public.deferred, public.events, public.log, public.totals; nothing is published")

	// What is published already is named for what it does.
	do(t, pool, "CREATE PUBLICATION otel_activity FOR TABLE public.log")
	got = walPlan(t, dsn, "--include", "public.log")
	require.Equal(t, exitErrors, got.status)
	require.Contains(t, got.stdout, "fail now")
}

// run carries out the steps that a role may run.
func runSteps(t *testing.T, pool *pgxpool.Pool, steps []walplan.Step) {
	t.Helper()
	for _, step := range steps {
		for _, statement := range step.SQL {
			if !step.Manual {
				do(t, pool, statement)
			}
		}
	}
}

// writeEverywhere changes each published table as the application does.
func writeEverywhere(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	rows, err := pool.Query(t.Context(), "SELECT format('%I.%I', schemaname, tablename) FROM pg_publication_tables WHERE pubname = 'otel_activity'")
	require.NoError(t, err)
	var names []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	require.Len(t, names, 8)
	for _, name := range names {
		if name == "public.log" {
			do(t, pool, "INSERT INTO public.log VALUES ('a')")
		} else {
			do(t, pool, "INSERT INTO "+name+" (id, v) VALUES (1, 'a')")
		}
		do(t, pool, "UPDATE "+name+" SET v = 'b'")
		do(t, pool, "DELETE FROM "+name)
		do(t, pool, "TRUNCATE "+name)
	}
}

func TestWALPlanWorks(t *testing.T) {
	t.Parallel()
	dsn, pool := shopDatabase(t)
	plan, status := planned(t, dsn, walFull...)
	require.Equal(t, exitErrors, status, "the receiver's role is missing")
	runSteps(t, pool, plan.Steps)
	writeEverywhere(t, pool)

	// Nothing is left to be run but what somebody has to choose.
	plan, status = planned(t, dsn, walFull...)
	require.Equal(t, exitWarnings, status, plan.Findings)
	for _, step := range plan.Steps {
		require.True(t, step.Manual, step.SQL)
	}
	for _, table := range plan.Tables {
		require.Equal(t, table.Name != "public.cache", table.Published, table.Name)
		require.NotEqual(t, walplan.Refuse, table.Verdict)
	}

	// A table more, and one less.
	do(t, pool, "CREATE TABLE public.more (id int PRIMARY KEY, v text); DROP TABLE public.indexed")
	plan, _ = planned(t, dsn, walFull...)
	runSteps(t, pool, plan.Steps)
	writeEverywhere(t, pool)
}

func TestWALPlanEndsWithNothingToDo(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{Settings: map[string]string{"max_slot_wal_keep_size": "'10GB'"}})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	do(t, pool, "CREATE TABLE public.orders (id int PRIMARY KEY); CREATE ROLE shop LOGIN; CREATE ROLE collector LOGIN REPLICATION")
	flags := []string{"--role", "collector", "--application", "shop"}
	plan, status := planned(t, dsn, flags...)
	require.Equal(t, exitWarnings, status, "everybody may name any actor")
	runSteps(t, pool, plan.Steps)
	plan, status = planned(t, dsn, flags...)
	require.Equal(t, exitOK, status, plan.Findings)
	require.Empty(t, plan.Steps)
	require.Contains(t, walPlan(t, dsn, flags...).stdout, "Nothing is to be run.")
}

func TestWALPlanWorksAsAScript(t *testing.T) {
	t.Parallel()
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("there is no psql")
	}
	dsn, pool := shopDatabase(t)
	script := filepath.Join(t.TempDir(), "plan.sql")
	require.NoError(t, os.WriteFile(script, []byte(walPlan(t, dsn, append(walFull, "--sql")...).stdout), 0o600))
	out, err := exec.CommandContext(t.Context(), psql, "-X", "-v", "ON_ERROR_STOP=1", "-f", script, dsn).CombinedOutput() //nolint:gosec // found in PATH
	require.NoError(t, err, string(out))
	writeEverywhere(t, pool)
}

// A step that failed is not followed by a publication that does harm.
func TestWALPlanPublishesNothingBeforeItIsSafe(t *testing.T) {
	t.Parallel()
	dsn, pool := shopDatabase(t)
	plan, _ := planned(t, dsn, walFull...)
	for _, step := range plan.Steps {
		if step.Check == walplan.CheckPublication {
			_, err := pool.Exec(t.Context(), step.SQL[0])
			require.ErrorContains(t, err, "a table has no replica identity yet")
		}
	}
	do(t, pool, "INSERT INTO public.log VALUES ('a'); UPDATE public.log SET v = 'b'")
}

func TestWALPlanForARoleThatMayLittle(t *testing.T) {
	t.Parallel()
	dsn, _ := shopDatabase(t)
	plan, status := planned(t, strings.Replace(dsn, "user=postgres", "user=shop", 1), "--include", "public.orders")
	require.Equal(t, exitErrors, status)
	require.NotEmpty(t, plan.Steps)
	for _, step := range plan.Steps {
		require.True(t, step.Manual, step.SQL)
	}
}

func TestWALPlanRefusals(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	for want, flags := range map[string][]string{
		"write schema.table":           {"--include", "orders"},
		"a slot's name has lower-case": {"--slot", "My-Slot"},
		"--publication: name it":       {"--publication", ""},
		"--sql and --json: choose one": {"--sql", "--json"},
	} {
		got := walPlan(t, dsn, flags...)
		require.Equal(t, exitUsage, got.status, got.stderr)
		require.Contains(t, got.stderr, want)
	}
	got := walPlan(t, dsn)
	require.Equal(t, exitErrors, got.status)
	require.Contains(t, got.stdout, "no table matches")
}

func TestWALStatus(t *testing.T) {
	t.Parallel()
	dsn, pool := shopDatabase(t)
	status := func(flags ...string) outcome {
		return execute(t, append([]string{"wal", "status", "--dsn", dsn}, flags...)...)
	}
	got := status()
	require.Equal(t, exitErrors, got.status)
	require.Contains(t, got.stdout, "there is no slot otel_activity")

	do(t, pool, "CREATE PUBLICATION otel_activity FOR TABLE public.orders")
	do(t, pool, "SELECT pg_create_logical_replication_slot('otel_activity', 'pgoutput')")
	got = status()
	require.Equal(t, exitWarnings, got.status)
	require.Regexp(t, `(?m)^otel_activity +no +reserved +\S+ B +\S+ B +[0-9A-F]+/[0-9A-F]+ +[0-9A-F]+/[0-9A-F]+$`, got.stdout)
	require.Regexp(t, `(?m)^otel_activity +public\.orders$`, got.stdout)
	require.Contains(t, got.stdout, "nobody reads the slot otel_activity")

	var all walStatusOutput
	require.NoError(t, json.Unmarshal([]byte(status("--json").stdout), &all))
	require.Equal(t, []string{"public.orders"}, all.Tables)
	require.Equal(t, "reserved", all.Slot.Status)
	require.False(t, all.Slot.Active || all.Slot.Lost)
	require.Regexp(t, `^[0-9A-F]+/[0-9A-F]+$`, all.Slot.ConfirmedFlush)
	require.Equal(t, exitUsage, status("--slot", "A").status)
}
