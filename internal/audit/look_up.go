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

// lookUp finds the last audit row of each key that is wanted.
func (s *Source) lookUp(ctx context.Context, tx pgx.Tx, c *completion, known *Known) error {
	l := &search{completion: c, wanted: c.wanted(), found: map[string]int64{}, known: known}
	if len(l.wanted) == 0 {
		return nil
	}
	var err error
	if l.statement, err = s.lookUpStatement(ctx, tx, c.table); err != nil {
		return err
	}
	var first, last *int64
	if err := tx.QueryRow(ctx, s.statement(spanSQL), pgx.QueryExecModeExec).Scan(&first, &last); err != nil {
		return err
	}
	if first == nil {
		return nil
	}
	for upTo, stretch := *last, int64(firstStretch); upTo >= *first && len(l.wanted) > 0; stretch *= 10 {
		after := *first - 1
		if upTo-after > stretch {
			after = upTo - stretch
		}
		if err := l.through(ctx, tx, after, upTo); err != nil {
			return err
		}
		upTo = after
	}
	return nil
}

// search is for the last audit rows of keys.
type search struct {
	*completion
	statement string
	known     *Known
	wanted    map[string]tuple
	found     map[string]int64 // where what was found so far has its place among the audit rows
}

// through looks through a stretch of an audit table. A key is no longer wanted when nothing
// before the stretch can be later than what was found.
func (l *search) through(ctx context.Context, tx pgx.Tx, after, upTo int64) error {
	keys := make([]string, 0, len(l.wanted))
	rows := make([]tuple, 0, len(l.wanted))
	for key, of := range l.wanted {
		keys, rows = append(keys, key), append(rows, of)
	}
	document, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	until := int64(math.MaxInt64)
	if l.known.UpTo != nil {
		until = *l.known.UpTo
	}
	found, err := tx.Query(ctx, l.statement, pgx.QueryExecModeExec, string(document), after, upTo, int64(l.table.OID),
		until, l.known.Transactions, l.known.Behind)
	if err != nil {
		return err
	}
	var number int
	var place int64
	var text []byte
	_, err = pgx.ForEachRow(found, []any{&number, &place, &text}, func() error {
		key := keys[number-1]
		if before, there := l.found[key]; there && before >= place {
			return nil
		}
		var of tuple
		if err := json.Unmarshal(text, &of); err != nil {
			return fmt.Errorf("read an audit row: %w", err)
		}
		l.found[key], l.last[key] = place, of
		return nil
	})
	for key, place := range l.found {
		if place > after {
			delete(l.wanted, key)
		}
	}
	return err
}

// lookUpStatement takes the wanted keys, the stretch, the table's OID, and what is Known.
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
