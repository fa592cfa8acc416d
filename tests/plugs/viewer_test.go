package plugs

import (
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// viewer is who looks at a database through Grafana.
type viewer struct {
	pool *pgxpool.Pool
	role string
}

// Roles belong to the server, which all tests here share.
var roles sync.Mutex

// newViewer makes the role of examples/grafana/role.sql under this name, after some other
// scripts.
func newViewer(t *testing.T, pool *pgxpool.Pool, role string, before ...string) viewer {
	t.Helper()
	roles.Lock()
	defer roles.Unlock()
	script := strings.ReplaceAll(read(t, "examples/grafana/role.sql"), "grafana", role)
	for _, script := range append(before, script) {
		_, err := pool.Exec(t.Context(), script)
		require.NoError(t, err)
	}
	return viewer{pool, role}
}

// set changes what the role logs in with.
func (v viewer) set(t *testing.T, statement string) {
	t.Helper()
	roles.Lock()
	defer roles.Unlock()
	_, err := v.pool.Exec(t.Context(), "ALTER ROLE "+v.role+" "+statement)
	require.NoError(t, err)
}

// ask runs a query.
func (v viewer) ask(t *testing.T, query string) (fields []string, rows [][]any) {
	t.Helper()
	err := v.do(t, func(tx pgx.Tx) error {
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

// do takes the role, with what it logs in with, for one transaction.
func (v viewer) do(t *testing.T, work func(pgx.Tx) error) error {
	t.Helper()
	tx, err := v.pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), "SET LOCAL ROLE "+v.role)
	require.NoError(t, err)
	var settings []string
	require.NoError(t, tx.QueryRow(t.Context(), "SELECT rolconfig FROM pg_roles WHERE rolname = $1", v.role).Scan(&settings))
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		_, err = tx.Exec(t.Context(), "SELECT set_config($1, $2, true)", name, value)
		require.NoError(t, err)
	}
	return work(tx)
}
