package audit

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// What this package asks.
var (
	//go:embed sql/relations.sql
	relationsSQL string
	//go:embed sql/triggers.sql
	triggersSQL string
	//go:embed sql/sizes.sql
	sizesSQL string
	//go:embed sql/read.sql
	readSQL string
	//go:embed sql/read_pgmemento.sql
	readPgMementoSQL string
	//go:embed sql/read_django_auditlog.sql
	readDjangoAuditlogSQL string
	//go:embed sql/since.sql
	sinceSQL string
	//go:embed sql/look_back.sql
	lookBackSQL string
	//go:embed sql/last.sql
	lastSQL string
	//go:embed sql/restore_supa_audit.sql
	restoreSupaAuditSQL string
	//go:embed sql/restore_audit_trigger.sql
	restoreAuditTriggerSQL string
	//go:embed sql/restore_tablelog.sql
	restoreTableLogSQL string
	//go:embed sql/columns.sql
	columnsSQL string
	//go:embed sql/span.sql
	spanSQL string
	//go:embed sql/look_up_supa_audit.sql
	lookUpSupaAuditSQL string
	//go:embed sql/look_up_audit_trigger.sql
	lookUpAuditTriggerSQL string
	//go:embed sql/look_up_tablelog.sql
	lookUpTableLogSQL string
	//go:embed sql/hstore_schema.sql
	hstoreSchemaSQL string
	//go:embed sql/record_id_path.sql
	recordIDPathSQL string
	//go:embed sql/log_columns.sql
	logColumnsSQL string
)

// statement puts a source's names into a statement.
func (s *Source) statement(sql string, more ...string) string {
	return strings.NewReplacer(append([]string{
		"/* table */", pgx.Identifier{s.Schema, s.Name}.Sanitize(),
		"/* schema */", pgx.Identifier{s.Schema}.Sanitize(),
		"/* key */", pgx.Identifier{s.Key}.Sanitize(),
	}, more...)...).Replace(sql)
}

// readStatement reads rows in the order of the key.
func (s *Source) readStatement(since bool) string {
	filter := ""
	if since {
		filter = sinceSQL
	}
	statement := readSQL
	switch s.Shape {
	case PgMemento:
		statement = readPgMementoSQL
	case DjangoAuditlog:
		statement = readDjangoAuditlogSQL
	case SupaAudit, AuditTrigger, TableLog, PaperTrail, LaravelActivity, Mapped:
	}
	return s.statement(statement, "/* since */", filter)
}

// ask collects the rows of a statement, whose columns are the fields of T. It asks
// without preparing, so that it works through any pooler.
func ask[T any](ctx context.Context, db replication.Querier, what, statement string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, statement, append([]any{pgx.QueryExecModeExec}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return all, nil
}
