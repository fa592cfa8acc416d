package trail

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// loaders are the days at a time: one gets its rows while another gets its
	// indexes.
	loaders       = 3
	microsADay    = 24 * microsAnHour
	batchesAhead  = 4
	indexesMemory = "512MB"
)

// Load makes a trail as Write does, several times as fast, in a database of its own
// without partitions for these days: each day is copied into a table that has no
// indexes yet, counted from its rows, and becomes a partition. Its rows are those
// that the writer would write, without hashes; its indexes are packed as new ones are.
// Settle is for afterwards.
func Load(ctx context.Context, pool *pgxpool.Pool, s Settings, progress io.Writer) error {
	started := time.Now()
	if err := load(ctx, pool, s, progress); err != nil {
		return fmt.Errorf("load a trail of %d activities: %w", s.Rows, err)
	}
	fmt.Fprintf(progress, "loaded %d activities, %.0f rows/s\n", s.Rows, float64(s.Rows)/time.Since(started).Seconds())
	return nil
}

// Settle folds the counts and takes statistics. Loaded pages are visible to all.
func Settle(ctx context.Context, pool *pgxpool.Pool) error {
	return settle(ctx, pool, "ANALYZE activity.activity", "VACUUM (ANALYZE) activity.rollup_hour, activity.rollup_day, activity.rollup_project_hour, "+
		"activity.rollup_action_day, activity.rollup_hour_delta, activity.rollup_action_day_delta, activity.batch", "CHECKPOINT")
}

func load(ctx context.Context, pool *pgxpool.Pool, s Settings, progress io.Writer) error {
	if err := storeResource(ctx, pool); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	days := make(chan *day)
	free := newBatches()
	group.Go(func() error {
		defer close(days)
		return cutIntoDays(ctx, New(s), days, free, progress)
	})
	for range loaders {
		group.Go(func() error {
			for d := range days {
				if err := d.load(ctx, pool); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func storeResource(ctx context.Context, pool *pgxpool.Pool) error {
	var b store.Batch
	b.AddResource(&resource)
	return pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error { return store.LoadResources(ctx, conn.Conn(), &b) })
}

// batches are those that nobody uses.
type batches chan *store.Batch

func newBatches() batches {
	b := make(batches, loaders*(batchesAhead+2))
	for range cap(b) {
		b <- &store.Batch{}
	}
	return b
}

// day is the rows of a UTC day on their way into its partition.
type day struct {
	start         model.Micros
	rows          chan *store.Batch
	free          batches
	least, latest model.Micros // known when all rows have come
}

// cutIntoDays makes the whole trail. Activities come in the order of their times.
func cutIntoDays(ctx context.Context, t *Trail, days chan<- *day, free batches, progress io.Writer) error {
	var (
		today *day
		batch *store.Batch
	)
	flush := func() error {
		if batch == nil {
			return nil
		}
		full := batch
		batch = nil
		return send(ctx, today.rows, full)
	}
	defer func() {
		if today != nil {
			close(today.rows)
		}
	}()
	step := max(1, t.settings.Rows/reports)
	for a, ok := t.Next(); ok; a, ok = t.Next() {
		if start := a.OccurredAt - a.OccurredAt%microsADay; today == nil || today.start != start {
			if err := flush(); err != nil {
				return err
			}
			if today != nil {
				close(today.rows)
			}
			today = &day{start: start, rows: make(chan *store.Batch, batchesAhead), free: free, least: a.OccurredAt}
			if err := send(ctx, days, today); err != nil {
				return err
			}
		}
		if batch == nil {
			var err error
			if batch, err = receive(ctx, free); err != nil {
				return err
			}
			batch.Reset()
		}
		today.latest = a.OccurredAt
		if batch.Append(&a); batch.Len() == batchRows {
			if err := flush(); err != nil {
				return err
			}
		}
		if t.made%step == 0 {
			fmt.Fprintf(progress, "%d of %d activities\n", t.made, t.settings.Rows)
		}
	}
	return flush()
}

func send[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func receive[T any](ctx context.Context, from <-chan T) (value T, err error) {
	select {
	case value = <-from:
		return value, nil
	case <-ctx.Done():
		return value, ctx.Err()
	}
}

// next is that of store.Load.
func (d *day) next(ctx context.Context) func() *store.Batch {
	var last *store.Batch
	return func() *store.Batch {
		if last != nil {
			d.free <- last
		}
		last, _ = receive(ctx, d.rows)
		return last
	}
}

// load makes the partition in one transaction, in which Postgres needs no log of the
// rows and the indexes where wal_level is minimal.
func (d *day) load(ctx context.Context, pool *pgxpool.Pool) error {
	return MakePartition(ctx, pool, d.start.Time(), func(tx pgx.Tx, table pgx.Identifier) error {
		rows, err := store.Load(ctx, tx, table, d.next(ctx))
		if err != nil {
			return err
		}
		for _, statement := range []string{countHours, countActions} {
			if _, err := tx.Exec(ctx, fmt.Sprintf(statement, table.Sanitize())); err != nil {
				return fmt.Errorf("count %s: %w", table.Sanitize(), err)
			}
		}
		const batch = "INSERT INTO activity.batch (least_occurred_at, greatest_occurred_at, row_count) VALUES ($1, $2, $3)"
		_, err = tx.Exec(ctx, batch, d.least.Time(), d.latest.Time(), rows)
		return err
	})
}

// MakePartition makes that of a UTC day from what fill puts into its table, in one
// transaction.
func MakePartition(ctx context.Context, pool *pgxpool.Pool, day time.Time, fill func(tx pgx.Tx, table pgx.Identifier) error) error {
	const layout = "20060102"
	from := day.UTC().Truncate(24 * time.Hour)
	to := from.AddDate(0, 0, 1)
	table := pgx.Identifier{"activity", "activity_" + from.Format(layout) + "_" + to.Format(layout)}
	begin := "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL timezone = 'UTC'; SET LOCAL jit = off; SET LOCAL max_parallel_maintenance_workers = 0; SET LOCAL maintenance_work_mem = '" + indexesMemory + "'"
	return pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{BeginQuery: begin}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, fmt.Sprintf("CREATE TABLE %s (LIKE activity.activity INCLUDING ALL EXCLUDING INDEXES)", table.Sanitize())); err != nil {
			return err
		}
		if err := fill(tx, table); err != nil {
			return err
		}
		if err := buildIndexes(ctx, tx, table.Sanitize()); err != nil {
			return err
		}
		attach := "ALTER TABLE activity.activity ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
		_, err := tx.Exec(ctx, fmt.Sprintf(attach, table.Sanitize(), from.Format(time.RFC3339), to.Format(time.RFC3339)))
		return err
	})
}

// buildIndexes makes those of the trail. ATTACH would make them too, but one day at a
// time: it locks the trail.
func buildIndexes(ctx context.Context, tx pgx.Tx, table string) error {
	const statement = `
		SELECT CASE WHEN i.indisprimary THEN format('ALTER TABLE %1$s ADD %2$s', $1::text, pg_get_constraintdef(c.oid))
		       ELSE regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX \S+ ON (ONLY )?\S+ ', format(' INDEX ON %s ', $1::text)) END
		FROM pg_index AS i
		LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'p'
		WHERE i.indrelid = 'activity.activity'::regclass
		ORDER BY i.indexrelid`
	rows, err := tx.Query(ctx, statement, table)
	if err != nil {
		return err
	}
	builds, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, build := range builds {
		if _, err := tx.Exec(ctx, build); err != nil {
			return fmt.Errorf("%s: %w", build, err)
		}
	}
	return nil
}

// What the writer's batches would add to the counts, all of them together.
const (
	countHours = `
		INSERT INTO activity.rollup_hour_delta (hour, n, project_id, source, status, severity)
		SELECT date_trunc('hour', occurred_at), count(*), project_id, source, status, severity
		FROM %s
		GROUP BY 1, 3, 4, 5, 6`
	countActions = `
		INSERT INTO activity.rollup_action_day_delta (n, day, project_id, action, status)
		SELECT count(*), occurred_at::date, project_id, action, status
		FROM %s
		GROUP BY 2, 3, 4, 5`
)
