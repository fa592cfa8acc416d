package plugs

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// grafana is the role of examples/grafana/role.sql.
const grafana = "grafana"

// Each query of the dashboard answers with rows of a filled database, to the role that
// the example makes for it, and of an empty one without an error.
func TestTrailDashboardAsksWhatTheDatabaseHas(t *testing.T) {
	t.Parallel()
	d := readDashboard(t, trailDashboard)
	full, empty := pgtest.Pool(t, filledDSN(t)), pgtest.New(t)
	runRole(t, full)
	runRole(t, empty)
	require.Len(t, variableRows(t, full, d), 3, "two projects, and none")
	require.Len(t, variableRows(t, empty, d), 1)

	d.with(t, func(t *testing.T, p panel, q target) {
		query := expand(q.RawSQL, []string{"", "acme", "globex", "it's"})
		require.NotContains(t, query, "$", "a macro that this test doesn't know")
		fields, rows := ask(t, full, query)
		require.NotEmpty(t, rows, "an empty panel")
		if q.Format == "time_series" {
			require.Equal(t, "time", fields[0], "Grafana looks for it")
			requireAscending(t, rows)
		}
		if p.Type == "stat" {
			require.Len(t, rows, 1)
			require.NotNil(t, rows[0][0], "the filled database has it")
		}
		ask(t, empty, query)
	})
}

// The role sees what the dashboard needs, of all projects, and can change nothing, where
// sql/optional/roles.sql gave everybody no more than they need.
func TestGrafanaRoleMayOnlyRead(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	write(t, pool, 0, 10)
	runRole(t, pool, read(t, "sql/optional/roles.sql"))
	d := readDashboard(t, trailDashboard)
	d.with(t, func(t *testing.T, _ panel, q target) { ask(t, pool, expand(q.RawSQL, []string{"acme"})) })
	_, rows := ask(t, pool, "SELECT count(*) FROM activity.activity")
	require.EqualValues(t, 10, rows[0][0])
	for _, statement := range []string{
		"DELETE FROM activity.activity",
		"INSERT INTO activity.rollup_hour_delta VALUES (now(), 1, '', 'user', 'success', 'info')",
		"SELECT activity.fold_rollups()",
		"UPDATE activity.migration SET paused = true",
	} {
		err := asGrafana(t, pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		require.ErrorContains(t, err, "42501", statement)
	}
}

// Roles belong to the server, which all tests here share.
var roles sync.Mutex

// runRole makes the role, behind what comes before it.
func runRole(t *testing.T, pool *pgxpool.Pool, before ...string) {
	t.Helper()
	roles.Lock()
	defer roles.Unlock()
	for _, script := range append(before, read(t, "examples/grafana/role.sql")) {
		_, err := pool.Exec(t.Context(), script)
		require.NoError(t, err)
	}
}

// ask runs a query as Grafana's role does.
func ask(t *testing.T, pool *pgxpool.Pool, query string) (fields []string, rows [][]any) {
	t.Helper()
	err := asGrafana(t, pool, func(tx pgx.Tx) error {
		result, err := tx.Query(t.Context(), query)
		if err != nil {
			return err
		}
		defer result.Close()
		for _, f := range result.FieldDescriptions() {
			fields = append(fields, f.Name)
		}
		for result.Next() {
			values, err := result.Values()
			if err != nil {
				return err
			}
			rows = append(rows, values)
		}
		return result.Err()
	})
	require.NoError(t, err, query)
	return fields, rows
}

// asGrafana takes the role, with the settings that it logs in with.
func asGrafana(t *testing.T, pool *pgxpool.Pool, do func(pgx.Tx) error) error {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), "SET LOCAL ROLE "+grafana)
	require.NoError(t, err)
	var settings []string
	require.NoError(t, tx.QueryRow(t.Context(), "SELECT rolconfig FROM pg_roles WHERE rolname = $1", grafana).Scan(&settings))
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		_, err = tx.Exec(t.Context(), "SELECT set_config($1, $2, true)", name, value)
		require.NoError(t, err)
	}
	return do(tx)
}

func variableRows(t *testing.T, pool *pgxpool.Pool, d dashboard) [][]any {
	t.Helper()
	for _, v := range d.Templating.List {
		if v.Name == "project" {
			var query string
			require.NoError(t, json.Unmarshal(v.Query, &query))
			fields, rows := ask(t, pool, query)
			require.Equal(t, []string{"__value", "__text"}, fields)
			return rows
		}
	}
	require.Fail(t, "no variable for the project")
	return nil
}

func requireAscending(t *testing.T, rows [][]any) {
	t.Helper()
	before := math.Inf(-1)
	for _, row := range rows {
		value, ok := row[0].(pgtype.Numeric)
		require.True(t, ok, "%T", row[0])
		at, err := value.Float64Value()
		require.NoError(t, err)
		require.LessOrEqual(t, before, at.Float64, "Grafana wants the oldest first")
		before = at.Float64
	}
}

var macro = regexp.MustCompile(`\$__(\w+)\(([^()]*)\)`)

// expand does with a query what Grafana does: macros of its data source for PostgreSQL,
// and the variables.
func expand(query string, projects []string) string {
	const (
		interval = time.Hour
		layout   = "'2006-01-02T15:04:05.999999999Z'"
	)
	to := time.Now().UTC()
	from := to.Add(-7 * 24 * time.Hour)
	quoted := make([]string, len(projects))
	for i, p := range projects {
		quoted[i] = "'" + strings.ReplaceAll(p, "'", "''") + "'"
	}
	query = strings.NewReplacer(
		"${project:sqlstring}", strings.Join(quoted, ","),
		"$__interval", interval.String(),
	).Replace(query)
	return macro.ReplaceAllStringFunc(query, func(call string) string {
		parts := macro.FindStringSubmatch(call)
		column, width, _ := strings.Cut(parts[2], ",")
		switch parts[1] {
		case "timeFilter":
			return column + " BETWEEN " + from.Format(layout) + " AND " + to.Format(layout)
		case "timeFrom":
			return from.Format(layout)
		case "timeTo":
			return to.Format(layout)
		case "timeGroup", "timeGroupAlias":
			group, err := time.ParseDuration(strings.TrimSpace(width))
			if err != nil {
				return call
			}
			n := int(group.Seconds())
			text := fmt.Sprintf("floor(extract(epoch from %s)/%d)*%d", column, n, n)
			if parts[1] == "timeGroupAlias" {
				text += ` AS "time"`
			}
			return text
		}
		return call
	})
}
