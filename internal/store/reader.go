package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// DefaultTimeout bounds a statement of a Reader that was given no other bound.
const DefaultTimeout = 2 * time.Second

var (
	// ErrNotFound is returned for an activity that isn't there.
	ErrNotFound = errors.New("there is no such activity")
	// ErrTooSlow is returned when the time for a statement ran out before it had
	// found anything or searched anything to its end.
	ErrTooSlow = errors.New("the search takes too long; narrow it by time, project, entity or actor")
)

// ReaderSettings tune a Reader; the zero value is good for one process.
type ReaderSettings struct {
	// CursorKey signs the cursors of lists. Processes that serve each other's
	// cursors need the same key; without one each process makes its own.
	CursorKey []byte
	// Timeout bounds each statement, except for those that follow the trail.
	Timeout time.Duration
}

// Reader reads the trail. It is safe for concurrent use.
type Reader struct {
	pool    *pgxpool.Pool
	key     cursorKey
	timeout time.Duration
	// prepares is false when the pool is set up for a pooler that can't keep
	// prepared statements; then its own mode stays.
	prepares bool
	scope    Scope
}

// NewReader reads through pool, which stays the caller's to close.
func NewReader(pool *pgxpool.Pool, settings ReaderSettings) *Reader {
	timeout := settings.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	mode := pool.Config().ConnConfig.DefaultQueryExecMode
	return &Reader{
		pool:     pool,
		key:      newCursorKey(settings.CursorKey),
		timeout:  timeout,
		prepares: mode == pgx.QueryExecModeCacheStatement,
		scope:    Scope{All: true},
	}
}

// planning says how Postgres plans a statement.
type planning int

const (
	// planEach plans with the values at hand: what is rare in one project is half
	// of another.
	planEach planning = iota
	// planOnce keeps one plan for all values: planning over many partitions takes
	// longer than reading a page.
	planOnce
)

// beginReading keeps Postgres from what takes longer than the statements
// themselves: compiling a plan over many partitions, and waiting for helpers that
// a busy machine has no core for.
const beginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"

// read runs f in a transaction that sees one snapshot. Without a timeout its
// statements may take as long as they need.
func (r *Reader) read(ctx context.Context, timeout time.Duration, plan planning, f func(pgx.Tx) error) error {
	begin := beginReading + fmt.Sprintf("; SET LOCAL statement_timeout = %d", timeout.Milliseconds())
	if plan == planOnce {
		begin += "; SET LOCAL plan_cache_mode = force_generic_plan"
	}
	begin += r.scope.settings()
	return pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{BeginQuery: begin}, f)
}

// arguments are those of Query, with the way to prepare the statement in front.
func (r *Reader) arguments(plan planning, args []any) []any {
	if !r.prepares {
		return args
	}
	mode := pgx.QueryExecModeCacheDescribe
	if plan == planOnce {
		mode = pgx.QueryExecModeCacheStatement
	}
	return append([]any{mode}, args...)
}

// timedOut tells the database's timeout from the end of the caller's patience.
func timedOut(ctx context.Context, err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refused.Code == "57014" && ctx.Err() == nil
}

// Get reads one activity as a whole. Without a time (at is zero) it looks where
// the id points to before it looks everywhere.
func (r *Reader) Get(ctx context.Context, id model.ID, at time.Time) (*Record, error) {
	statement := compose(sql.Record, allColumns, "")
	var found *Record
	err := r.read(ctx, r.timeout, planOnce, func(tx pgx.Tx) error {
		for _, within := range whereabouts(id, at) {
			var err error
			found, err = r.getFrom(ctx, tx, statement, id, within)
			if !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
		}
		return ErrNotFound
	})
	switch {
	case err == nil:
		return found, nil
	case timedOut(ctx, err):
		return nil, fmt.Errorf("read activity %s without its time: %w", id, ErrTooSlow)
	default:
		return nil, fmt.Errorf("read activity %s: %w", id, err)
	}
}

func (r *Reader) getFrom(ctx context.Context, tx pgx.Tx, statement string, id model.ID, s period) (*Record, error) {
	var (
		record   Record
		row      rowScanner
		resource resourceScanner
	)
	args := r.arguments(planOnce, []any{s.from.Time(), s.to.Time(), [16]byte(id)})
	if err := row.scan(tx.QueryRow(ctx, statement, args...), &record, resource.columns()...); err != nil {
		return nil, err
	}
	record.Resource = resource.resource()
	return &record, nil
}

// period is a range of time without its end.
type period struct{ from, to model.Micros }

const (
	millisecond = model.Micros(time.Millisecond / time.Microsecond)
	hour        = model.Micros(time.Hour / time.Microsecond)
	day         = 24 * hour
	// Nothing is stored outside: logmap replaces times that can't be.
	beginning = model.Micros(0)
	farFuture = 365000 * day
)

// whereabouts lists where to look for an id, the likely first. Ids of the
// versions 7 and 8 begin with a millisecond: a v8 of logmap's with that of
// occurred_at, a v7 with that of its making, which is about the same unless
// somebody records the past.
func whereabouts(id model.ID, at time.Time) []period {
	if !at.IsZero() {
		exact := model.MicrosOf(at)
		return []period{{exact, exact + 1}}
	}
	everywhere := period{beginning, farFuture}
	if version := id[6] >> 4; version != 7 && version != 8 {
		return []period{everywhere}
	}
	var ms model.Micros
	for _, b := range id[:6] {
		ms = ms<<8 | model.Micros(b)
	}
	made := ms * millisecond
	if made > farFuture {
		return []period{everywhere}
	}
	return []period{
		{made, made + millisecond},
		{made - hour/60, made + hour/60},
		{made - day, made + day},
		everywhere,
	}
}
