package plugs

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// needsExtension is the panel that is empty without pg_stat_statements.
const needsExtension = "Slowest statements"

// Each query of the dashboard answers with rows of a filled database, to the role that
// the example makes for it, and of an empty one without an error.
func TestTrailDashboardAsksWhatTheDatabaseHas(t *testing.T) {
	t.Parallel()
	d := readDashboard(t, trailDashboard)
	full := newViewer(t, pgtest.Pool(t, filledDSN(t)), "grafana")
	empty := newViewer(t, pgtest.New(t), "grafana")
	require.Len(t, variableRows(t, full, d), 3, "two projects, and none")
	require.Len(t, variableRows(t, empty, d), 1)

	for name, q := range d.queries() {
		t.Run(name, func(t *testing.T) {
			sql := expand(q.target.RawSQL, []string{"", "acme", "globex", "it's"})
			require.NotContains(t, sql, "$", "a macro that this test doesn't know")
			fields, rows := full.ask(t, sql)
			require.Equal(t, q.panel.Title == needsExtension, len(rows) == 0, "an empty panel")
			if q.target.Format == "time_series" {
				require.Equal(t, "time", fields[0], "Grafana looks for it")
				requireAscending(t, rows)
			}
			if q.panel.Type == "stat" {
				require.Len(t, rows, 1)
				require.NotNil(t, rows[0][0], "the filled database has it")
			}
			empty.ask(t, sql)
		})
	}
}

// The role sees what the dashboard needs, of all projects, and can change nothing, where
// sql/optional/roles.sql gave everybody no more than they need.
func TestGrafanaRoleMayOnlyRead(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	write(t, pool, 0, 10)
	v := newViewer(t, pool, "grafana_acme", read(t, "sql/optional/roles.sql"))
	for _, q := range readDashboard(t, trailDashboard).queries() {
		v.ask(t, expand(q.target.RawSQL, []string{"acme"}))
	}
	for _, statement := range []string{
		"DELETE FROM activity.activity",
		"INSERT INTO activity.rollup_hour_delta VALUES (now(), 1, '', 'user', 'success', 'info')",
		"SELECT activity.fold_rollups()",
		"UPDATE activity.migration SET paused = true",
	} {
		err := v.do(t, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		require.ErrorContains(t, err, "42501", statement)
	}

	const counted = "SELECT (SELECT count(*) FROM activity.activity), (SELECT sum(total)::bigint FROM activity.activity_metrics_hourly)"
	_, rows := v.ask(t, counted)
	require.Equal(t, []any{int64(10), int64(10)}, rows[0])
	_, err := pool.Exec(t.Context(), "REVOKE activity_all_projects FROM "+v.role)
	require.NoError(t, err)
	v.set(t, "SET activity.projects = '{acme}'")
	_, rows = v.ask(t, counted)
	require.Equal(t, []any{int64(4), int64(4)}, rows[0], "of its project")
}

func variableRows(t *testing.T, v viewer, d dashboard) [][]any {
	t.Helper()
	for _, wanted := range d.Templating.List {
		if wanted.Name == "project" {
			var query string
			require.NoError(t, json.Unmarshal(wanted.Query, &query))
			fields, rows := v.ask(t, query)
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
		var at float64
		switch value := row[0].(type) {
		case time.Time:
			at = float64(value.Unix())
		case pgtype.Numeric: // of $__timeGroup
			number, err := value.Float64Value()
			require.NoError(t, err)
			at = number.Float64
		default:
			require.Fail(t, "no time", "%T", value)
		}
		require.LessOrEqual(t, before, at, "Grafana wants the oldest first")
		before = at
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
