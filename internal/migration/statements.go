package migration

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
)

// Fence is what a Runner of the default settings carries out in one transaction to hand a
// table over, for people to read beforehand. id is that of the migration.
func Fence(t *audit.Table, id string, to store.Recorder) ([]string, error) {
	message, err := json.Marshal(FenceMessage{Migration: id, Table: t.String(), Recorder: to})
	if err != nil {
		return nil, fmt.Errorf("write the fence of %s: %w", t, err)
	}
	emit := fmt.Sprintf("SELECT pg_logical_emit_message(true, '%s', '%s')", FencePrefix, strings.ReplaceAll(string(message), "'", "''"))
	return append(fenceSQL(t, to, DefaultConfig().LockTimeout), emit), nil
}

// DropTriggers are the statements by which a Runner finishes with a table.
func DropTriggers(t *audit.Table) []string {
	name := pgx.Identifier{t.Schema, t.Name}.Sanitize()
	statements := make([]string, 0, len(t.Triggers))
	for _, trigger := range t.Triggers {
		statements = append(statements, "DROP TRIGGER IF EXISTS "+pgx.Identifier{trigger.Name}.Sanitize()+" ON "+name)
	}
	return statements
}

// DropTable is the statement that drops an audit table.
func DropTable(s *audit.Source) string {
	return "DROP TABLE IF EXISTS " + pgx.Identifier{s.Schema, s.Name}.Sanitize()
}
