package audittest

import (
	_ "embed"
	"fmt"
	"strings"
)

// SQL that installs a tool. Each is for the simple protocol and depends on no search_path;
// those of tools with triggers can be run again, the others bring rows with them.
var (
	// SupaAuditSQL makes audit.record_version and audit.enable_tracking(regclass).
	//go:embed sql/supa_audit.sql
	SupaAuditSQL string
	// AuditTriggerSQL makes audit.logged_actions and audit.audit_table(regclass, …).
	//go:embed sql/audit_trigger.sql
	AuditTriggerSQL string
	// PgMementoSQL makes pgmemento.row_log and pgmemento.enable_audit(regclass).
	//go:embed sql/pgmemento.sql
	PgMementoSQL string
	// TableLogSQL installs the extension, which Debian has as postgresql-<major>-tablelog.
	//go:embed sql/tablelog.sql
	TableLogSQL string
	// DjangoAuditlogSQL makes auditlog_logentry and the tables that it refers to.
	//go:embed sql/django_auditlog.sql
	DjangoAuditlogSQL string
	// PaperTrailSQL makes versions.
	//go:embed sql/paper_trail.sql
	PaperTrailSQL string
	// LaravelActivitySQL makes activity_log.
	//go:embed sql/laravel_activity.sql
	LaravelActivitySQL string
)

// enabling are the statements that put triggers on a table, by the shape's name.
var enabling = map[string]string{
	"supa_audit":    `SELECT audit.enable_tracking(format('%I.%I', $schema, $table)::regclass)`,
	"audit_trigger": `SELECT audit.audit_table(format('%I.%I', $schema, $table)::regclass)`,
	"pgmemento":     `SELECT pgmemento.enable_audit(format('%I.%I', $schema, $table)::regclass)`,
	// Its function makes the trigger with a bare name; the setting ends with the statement's
	// transaction.
	"tablelog": `SELECT set_config('search_path', 'public', TRUE), public.table_log_init(5, $schema, $table, $schema, $table || '_log')`,
}

// Enable returns the statement that puts the triggers of a shape (audit.Shape) on a table.
// tablelog logs to schema.table_log.
func Enable(shape, schema, table string) string {
	statement, ok := enabling[shape]
	if !ok {
		panic(fmt.Sprintf("audittest: %q has no triggers", shape))
	}
	return strings.NewReplacer("$schema", literal(schema), "$table", literal(table)).Replace(statement)
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
