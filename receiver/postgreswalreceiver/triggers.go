package postgreswalreceiver

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/audit"
)

//go:embed triggers.sql
var triggersSQL string

// Bits of pg_trigger.tgtype.
const forEachRow = 1

var triggerBits = [numOperations]int{opInsert: 1 << 2, opDelete: 1 << 3, opUpdate: 1 << 4, opTruncate: 1 << 5}

// trigger is when one fires.
type trigger struct {
	Table       uint32
	Name        string
	Operations  int
	Conditional bool   // WHEN
	OfColumns   bool   // UPDATE OF
	Second      string // argument
}

// readTriggers reads all triggers of tables.
func (h *handover) readTriggers(ctx context.Context, tables []uint32) ([]trigger, error) {
	rows, err := h.catalog.Query(ctx, triggersSQL, tables)
	if err != nil {
		return nil, fmt.Errorf("read the audit triggers: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[trigger])
	if err != nil {
		return nil, fmt.Errorf("read the audit triggers: %w", err)
	}
	return all, nil
}

// certain says which operations on a table have an audit row for certain. Of a trigger
// that is gone, all that it can have been for: that it is gone is what is looked for.
func certain(of *source, table *audit.Table, all []trigger) (ops [numOperations]bool) {
	ops = [numOperations]bool{opInsert: true, opUpdate: true, opDelete: true}
	found := 0
	var fires [numOperations]bool
	for i := range all {
		t := &all[i]
		if t.Table != table.OID || !named(table, t.Name) {
			continue
		}
		found++
		for op, bit := range triggerBits {
			fires[op] = fires[op] || (t.Operations&bit != 0 && t.always(operation(op), of.Shape))
		}
	}
	if found > 0 && found == len(table.Triggers) {
		ops = fires
	}
	return ops
}

func named(table *audit.Table, trigger string) bool {
	for i := range table.Triggers {
		if table.Triggers[i].Name == trigger {
			return true
		}
	}
	return false
}

// always reports whether a trigger writes for each change of an operation that it is for.
func (t *trigger) always(op operation, shape audit.Shape) bool {
	switch {
	case t.Conditional:
		return false
	case op == opTruncate:
		return true
	case shape != audit.Mapped && t.Operations&forEachRow == 0:
		return false // beside the one that writes rows
	case op == opUpdate && shape == audit.AuditTrigger:
		return t.Second == "" || t.Second == "{}" // columns that don't count
	case op == opUpdate:
		return !t.OfColumns
	}
	return true
}
