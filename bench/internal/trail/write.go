package trail

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	batchRows = 8192
	writers   = 2
	// reports is how often Write tells how far it is.
	reports = 20
)

// Write makes a trail and writes it as the Collector would, with its counts and
// batch rows, and leaves the database as one that has been running for long:
// counts folded, statistics taken, pages visible to all. It tells its progress.
func Write(ctx context.Context, pool *pgxpool.Pool, s Settings, progress io.Writer) error {
	started := time.Now()
	if err := write(ctx, pool, s, progress); err != nil {
		return fmt.Errorf("write a trail of %d activities: %w", s.Rows, err)
	}
	rate := float64(s.Rows) / time.Since(started).Seconds()
	fmt.Fprintf(progress, "wrote %d activities, %.0f rows/s; folding, vacuuming\n", s.Rows, rate)
	return settle(ctx, pool, "VACUUM (ANALYZE)", "ANALYZE activity.activity", "CHECKPOINT")
}

// settle folds the counts and then runs statements.
func settle(ctx context.Context, pool *pgxpool.Pool, statements ...string) error {
	if err := store.NewMaintainer(pool).Run(ctx); err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := pool.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func write(ctx context.Context, pool *pgxpool.Pool, s Settings, progress io.Writer) error {
	batches := make(chan []model.Activity, writers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(batches)
		return produce(ctx, New(s), batches, progress)
	})
	writer := store.NewWriter(pool)
	for range writers {
		group.Go(func() error {
			var batch store.Batch
			for activities := range batches {
				batch.Reset()
				batch.AddResource(&resource)
				for i := range activities {
					batch.Append(&activities[i])
				}
				if _, err := writer.Write(ctx, &batch, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func produce(ctx context.Context, t *Trail, batches chan<- []model.Activity, progress io.Writer) error {
	step := max(1, t.settings.Rows/reports)
	for more := true; more; {
		batch := make([]model.Activity, 0, batchRows)
		for len(batch) < batchRows {
			var a model.Activity
			if a, more = t.Next(); !more {
				break
			}
			batch = append(batch, a)
			if t.made%step == 0 {
				fmt.Fprintf(progress, "%d of %d activities\n", t.made, t.settings.Rows)
			}
		}
		select {
		case batches <- batch:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
