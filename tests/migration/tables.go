package main

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
)

var (
	//go:embed schema.sql
	schemaSQL string
	//go:embed truth.sql
	truthSQL string
	//go:embed history.sql
	historySQL string
	//go:embed rows.sql
	rowsSQL string
)

// audited are the tables and what records them.
var audited = map[string]audit.Shape{
	"account":  audit.TableLog,
	"ledger":   audit.TableLog,
	"customer": audit.SupaAudit,
	"document": audit.SupaAudit,
	"scratch":  audit.SupaAudit,
	"line":     audit.AuditTrigger,
	"task":     audit.AuditTrigger,
}

// A trigger that fires for replicas too must do so again after a migration was undone.
const alwaysSQL = "ALTER TABLE task ENABLE ALWAYS TRIGGER audit_trigger_row"

// makeTables makes the application's database: its tables, what audits them, so many audit
// rows, and the truth.
func (r *rig) makeTables(ctx context.Context, rows int) error {
	started := time.Now()
	conn, err := pgx.Connect(ctx, r.app)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	script := []string{schemaSQL, audittest.SupaAuditSQL, audittest.AuditTriggerSQL, audittest.TableLogSQL}
	for _, table := range slices.Sorted(maps.Keys(audited)) {
		script = append(script, audittest.Enable(string(audited[table]), "public", table))
	}
	script = append(script, "SET search_path = public", alwaysSQL, truthSQL,
		fmt.Sprintf("SET shop.rows = %d", rows), historySQL, rowsSQL, "VACUUM ANALYZE", "CHECKPOINT")
	for _, statements := range script {
		if _, err := conn.PgConn().Exec(ctx, statements).ReadAll(); err != nil {
			return fmt.Errorf("%s…: %w", strings.TrimSpace(statements[:min(len(statements), 60)]), err)
		}
	}
	if r.triggers, err = r.enabledTriggers(ctx); err != nil {
		return err
	}
	progress("%d audit rows in %.0f s", rows, time.Since(started).Seconds())
	return nil
}

// enabledTriggers says of each trigger how it is enabled.
func (r *rig) enabledTriggers(ctx context.Context) (map[string]string, error) {
	const query = `
		SELECT tgrelid::regclass || '.' || tgname, tgenabled::text FROM pg_trigger
		WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`
	rows, err := r.appPool.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	var name, enabled string
	_, err = pgx.ForEachRow(rows, []any{&name, &enabled}, func() error {
		found[name] = enabled
		return nil
	})
	return found, err
}
