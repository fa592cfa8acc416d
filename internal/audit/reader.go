package audit

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// shape reads the rows of one.
type shape interface {
	// entry says what a row tells of, and writes what only that shape has into the record.
	entry(r *row, record plog.LogRecord) (entry, error)
}

// Reader turns the rows of a source into records. It is not safe for concurrent use.
type Reader struct {
	source *Source
	labels labels
	tables *tables
	shape  shape
}

// NewReader makes a reader. database tells sources of several databases apart; it goes into
// the ids. omit and mask are columns whose values are not for the trail; nil is none.
func NewReader(s *Source, database string, omit, mask *replication.Columns) (*Reader, error) {
	if omit == nil {
		omit = &replication.Columns{}
	}
	if mask == nil {
		mask = &replication.Columns{}
	}
	r := &Reader{source: s, labels: newLabels(s, database), tables: newTables(s, omit, mask)}
	switch s.Shape {
	case SupaAudit:
		r.shape = &supaAudit{r.tables}
	case AuditTrigger:
		r.shape = &auditTrigger{r.tables}
	case PgMemento:
		r.shape = &pgMemento{r.tables}
	case TableLog:
		r.shape = newTableLog(s, r.tables)
	case DjangoAuditlog, PaperTrail, LaravelActivity, Mapped:
		by, err := newMapped(s, r.tables)
		if err != nil {
			return nil, err
		}
		r.shape = by
	default:
		return nil, fmt.Errorf("read the audit table %s: %q is no shape that this program knows", s, s.Shape)
	}
	return r, nil
}

// Read reads rows in the order of the key. db prints values as Printing says.
func (r *Reader) Read(ctx context.Context, db replication.Querier, of Range) (*Chunk, error) {
	chunk := &reading{reader: r, scratch: plog.NewLogRecord()}
	chunk.Logs, chunk.records = r.labels.logs()
	if log, ok := r.shape.(*tableLog); ok {
		log.updates = &updates{}
		defer func() { log.updates = nil }()
		if err := r.lookBack(ctx, db, of.After); err != nil {
			return nil, fmt.Errorf("read the audit table %s: %w", r.source, err)
		}
	}
	args := []any{of.After, of.UpTo, int64(of.Limit)}
	if of.Since != 0 {
		args = append(args, strconv.FormatUint(of.Since, 10))
	}
	if err := each(ctx, db, r.source.readStatement(of.Since != 0), args, chunk.row); err != nil {
		return nil, fmt.Errorf("read the audit table %s: %w", r.source, err)
	}
	return &chunk.Chunk, nil
}

// lookBack remembers the halves of UPDATEs before a chunk.
func (r *Reader) lookBack(ctx context.Context, db replication.Querier, after int64) error {
	from := int64(math.MinInt64)
	if after > math.MinInt64+lookBack {
		from = after - lookBack
	}
	return each(ctx, db, r.source.statement(lookBackSQL), []any{from, after}, func(read *row) error {
		// One that can't be read was a Problem of its own chunk.
		_, _ = r.shape.entry(read, plog.NewLogRecord())
		return nil
	})
}

// Last returns the greatest key of the source; false when it is empty.
func (r *Reader) Last(ctx context.Context, db replication.Querier) (key int64, found bool, err error) {
	rows, err := db.Query(ctx, r.source.statement(lastSQL), pgx.QueryExecModeExec)
	if err != nil {
		return 0, false, fmt.Errorf("read the last key of %s: %w", r.source, err)
	}
	last, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[*int64])
	if err != nil {
		return 0, false, fmt.Errorf("read the last key of %s: %w", r.source, err)
	}
	if last == nil {
		return 0, false, nil
	}
	return *last, true, nil
}

// Change returns what an INSERT into the audit table says; false for a row that isn't the
// one of a change: the old half of an update, a whole statement of which no rows were
// logged, or a row of a source that isn't Comparable.
func (r *Reader) Change(columns []Column, values [][]byte) (Change, bool, error) {
	if ok, _ := r.source.Comparable(); !ok {
		return Change{}, false, nil
	}
	e, err := r.shape.entry(&row{columns, values}, plog.NewLogRecord())
	if err != nil || e.half || e.whole {
		return Change{}, false, err
	}
	return Change{Table: e.table.String(), Operation: e.word(), EntityID: e.id}, true, nil
}

// Comparable says whether a row in the log says by itself which change it is of; if not,
// why. Where the answer is no, Change is always false.
func (s *Source) Comparable() (bool, string) {
	if s.Shape == PgMemento {
		return false, "a row of row_log names neither its table nor its operation"
	}
	if len(s.Tables) == 0 && len(s.Others) == 0 {
		return false, "the application writes it"
	}
	return true, ""
}

// OmitsUnchanged says whether an UPDATE that changes no value leaves no audit row.
func (s *Source) OmitsUnchanged() bool { return s.Shape == AuditTrigger || s.Shape == PgMemento }

// each calls f for the rows of a query, in the text format. The values are the
// connection's: they are gone with the next row.
func each(ctx context.Context, db replication.Querier, statement string, args []any, f func(*row) error) error {
	rows, err := db.Query(ctx, statement, append([]any{pgx.QueryExecModeExec, pgx.QueryResultFormats{pgx.TextFormatCode}}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var read row
	for rows.Next() {
		if read.columns == nil {
			for _, c := range rows.FieldDescriptions() {
				read.columns = append(read.columns, Column{Name: c.Name, Type: c.DataTypeOID})
			}
		}
		read.values = rows.RawValues()
		if err := f(&read); err != nil {
			return err
		}
	}
	return rows.Err()
}
