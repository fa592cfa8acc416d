package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Restorable says whether changes can be put back; if not, why.
func (s *Source) Restorable() (bool, string) {
	switch s.Shape {
	case SupaAudit, AuditTrigger, TableLog:
		return true, ""
	case Mapped:
		if s.RestoreSQL != "" {
			return true, ""
		}
		return false, "no statement says how: describe it with restore_sql"
	case PgMemento:
		return false, "the parts of its rows refer to events of their transactions, which only its own functions write"
	case DjangoAuditlog, PaperTrail, LaravelActivity:
	}
	return false, "the application writes it, and goes on to"
}

// Restore inserts changes into the audit table as its triggers would have, in their order,
// and returns the keys of the rows: two of an UPDATE for tablelog, none of one that the
// triggers would have left out.
func (s *Source) Restore(ctx context.Context, tx pgx.Tx, changes []Restoration, known Known) ([]int64, error) {
	if ok, why := s.Restorable(); !ok {
		return nil, fmt.Errorf("put changes back into %s: %s", s, why)
	}
	var keys []int64
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && (s.Shape == Mapped || changes[n].Table.OID == changes[0].Table.OID) {
			n++
		}
		some, err := s.restore(ctx, tx, changes[:n], &known)
		if err != nil {
			return nil, fmt.Errorf("put changes of %s back into %s: %w", changes[0].Table, s, err)
		}
		keys, changes = append(keys, some...), changes[n:]
	}
	return keys, nil
}

// restore inserts changes of one table; of any for a Mapped source.
func (s *Source) restore(ctx context.Context, tx pgx.Tx, changes []Restoration, known *Known) ([]int64, error) {
	if s.Shape != Mapped {
		var err error
		if changes, err = s.complete(ctx, tx, changes, known); err != nil {
			return nil, err
		}
	}
	document, err := restorations(changes)
	if err != nil {
		return nil, err
	}
	if s.Shape == Mapped {
		return values[int64](ctx, tx, s.RestoreSQL, document)
	}
	t := changes[0].Table
	audited := []string{"/* audited */", pgx.Identifier{t.Schema, t.Name}.Sanitize()}
	args := []any{document, int64(t.OID), t.Schema, t.Name, append([]string{}, t.PrimaryKey...)}
	switch s.Shape {
	case SupaAudit:
		return s.restoreSupaAudit(ctx, tx, audited, args)
	case AuditTrigger:
		return s.restoreAuditTrigger(ctx, tx, audited, args)
	case TableLog, PgMemento, DjangoAuditlog, PaperTrail, LaravelActivity, Mapped:
	}
	return s.restoreTableLog(ctx, tx, document)
}

func (s *Source) restoreAuditTrigger(ctx context.Context, tx pgx.Tx, audited []string, args []any) ([]int64, error) {
	schema, err := values[string](ctx, tx, hstoreSchemaSQL)
	if err != nil {
		return nil, err
	}
	if len(schema) == 0 {
		return nil, errors.New("the extension hstore isn't there")
	}
	return values[int64](ctx, tx, s.statement(restoreAuditTriggerSQL, append(audited, "/* hstore */", schema[0])...), args...)
}

// restoreSupaAudit makes the ids of rows with the tool's own function, which may look for
// its parts in the search path.
func (s *Source) restoreSupaAudit(ctx context.Context, tx pgx.Tx, audited []string, args []any) ([]int64, error) {
	made, gone := "NULL::uuid", "NULL::uuid"
	path, err := values[string](ctx, tx, recordIDPathSQL, s.Schema)
	if err != nil {
		return nil, err
	}
	if len(path) == 0 {
		args = args[:len(args)-1] // the key, which only that function takes
	} else {
		before, err := values[string](ctx, tx, "SELECT current_setting('search_path')")
		if err != nil {
			return nil, err
		}
		if err := setPath(ctx, tx, path[0]); err != nil {
			return nil, err
		}
		defer func() { _ = setPath(ctx, tx, before[0]) }() // else the transaction has failed
		function := pgx.Identifier{s.Schema}.Sanitize() + ".to_record_id($2::bigint::oid, $5::text[], rows."
		made, gone = function+"made)", function+"gone)"
	}
	return values[int64](ctx, tx, s.statement(restoreSupaAuditSQL, append(audited,
		"/* to_record_id(made) */", made, "/* to_record_id(gone) */", gone)...), args...)
}

func setPath(ctx context.Context, tx pgx.Tx, path string) error {
	_, err := values[string](ctx, tx, "SELECT set_config('search_path', $1::text, TRUE)", path)
	return err
}

func (s *Source) restoreTableLog(ctx context.Context, tx pgx.Tx, document string) ([]int64, error) {
	columns, err := values[string](ctx, tx, logColumnsSQL, s.Schema, s.Name)
	if err != nil {
		return nil, err
	}
	keys, err := values[int64](ctx, tx, s.statement(restoreTableLogSQL,
		"/* columns */", strings.Join(columns, ", "), "/* values */", "r."+strings.Join(columns, ", r.")), document)
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && refused.Code == notNullViolation {
		err = fmt.Errorf("%w; of a deleted row that no audit row tells of only the key is known: ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL lets it be put back",
			err, pgx.Identifier{s.Schema, s.Name}.Sanitize(), pgx.Identifier{refused.ColumnName}.Sanitize())
	}
	return keys, err
}

const notNullViolation = "23502"

// values collects the only column of a statement's rows.
func values[T any](ctx context.Context, tx pgx.Tx, statement string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, statement, append([]any{pgx.QueryExecModeExec}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}
