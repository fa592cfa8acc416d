package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"
)

// firstStretch is how many keys of an audit table are looked through first, from its end;
// each stretch before it is ten times as long. Rows that are changed now were mostly
// changed not long ago.
const firstStretch = 20_000

// lookUp finds the last audit row of each of the wanted keys.
func (s *Source) lookUp(ctx context.Context, tx pgx.Tx, c *completion, wanted map[string]tuple) error {
	if len(wanted) == 0 {
		return nil
	}
	statement, err := s.lookUpStatement(ctx, tx, c.table)
	if err != nil {
		return err
	}
	var first, last *int64
	if err := tx.QueryRow(ctx, s.statement(spanSQL), pgx.QueryExecModeExec).Scan(&first, &last); err != nil {
		return err
	}
	if first == nil {
		return nil
	}
	for upTo, stretch := *last, int64(firstStretch); upTo >= *first && len(wanted) > 0; stretch *= 10 {
		after := *first - 1
		if upTo-after > stretch {
			after = upTo - stretch
		}
		if err := s.lookThrough(ctx, tx, statement, c, wanted, after, upTo); err != nil {
			return err
		}
		if stretch > math.MaxInt64/10 {
			stretch = math.MaxInt64 / 10
		}
		upTo = after
	}
	return nil
}

// lookThrough looks through a stretch of an audit table. What it finds is no longer wanted.
func (s *Source) lookThrough(ctx context.Context, tx pgx.Tx, statement string, c *completion, wanted map[string]tuple, after, upTo int64) error {
	keys := make([]string, 0, len(wanted))
	rows := make([]tuple, 0, len(wanted))
	for key, of := range wanted {
		keys, rows = append(keys, key), append(rows, of)
	}
	document, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	found, err := tx.Query(ctx, statement, pgx.QueryExecModeExec, string(document), after, upTo, int64(c.table.OID))
	if err != nil {
		return err
	}
	var place int
	var text []byte
	_, err = pgx.ForEachRow(found, []any{&place, &text}, func() error {
		var of tuple
		if err := json.Unmarshal(text, &of); err != nil {
			return fmt.Errorf("read an audit row: %w", err)
		}
		key := keys[place-1]
		c.last[key] = of
		delete(wanted, key)
		return nil
	})
	return err
}

// lookUpStatement takes the wanted keys, the stretch, and the table's OID.
func (s *Source) lookUpStatement(ctx context.Context, tx pgx.Tx, t *Table) (string, error) {
	more := []string{"/* audited */", pgx.Identifier{t.Schema, t.Name}.Sanitize()}
	switch s.Shape {
	case SupaAudit:
		return s.statement(lookUpSupaAuditSQL, append(more,
			"/* record's key */", elements("t.record", t.PrimaryKey), "/* wanted key */", elements("pg_catalog.to_jsonb(r)", t.PrimaryKey))...), nil
	case AuditTrigger:
		schema, err := values[string](ctx, tx, hstoreSchemaSQL)
		if err != nil || len(schema) == 0 {
			return "", err
		}
		return s.statement(lookUpAuditTriggerSQL, append(more, "/* hstore */", schema[0], "/* key columns */", literals(t.PrimaryKey))...), nil
	case TableLog, PgMemento, DjangoAuditlog, PaperTrail, LaravelActivity, Mapped:
	}
	same := make([]string, len(t.PrimaryKey))
	for i, column := range t.PrimaryKey {
		name := pgx.Identifier{column}.Sanitize()
		same[i] = "t." + name + " = (wanted.row)." + name
	}
	return s.statement(lookUpTableLogSQL, append(more, "/* same key */", strings.Join(same, " AND "))...), nil
}

// elements is an array of the texts of a document's members.
func elements(document string, names []string) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = document + " ->> " + literal(name)
	}
	return "ARRAY[" + strings.Join(texts, ", ") + "]"
}

func literals(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = literal(name)
	}
	return "ARRAY[" + strings.Join(quoted, ", ") + "]"
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
