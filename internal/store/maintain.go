package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Maintainer does what the schema needs from time to time. Any number of them
// may run at once: each part has a lock of its own, and does nothing while
// another has it or when nothing is due.
type Maintainer struct{ pool *pgxpool.Pool }

// NewMaintainer makes a Maintainer. It doesn't connect.
func NewMaintainer(pool *pgxpool.Pool) *Maintainer { return &Maintainer{pool: pool} }

// Run makes partitions ahead of need and folds the counts of the batches into
// the totals. It tries each, whatever becomes of the other.
func (m *Maintainer) Run(ctx context.Context) error {
	return errors.Join(
		m.run(ctx, "make partitions ahead", "SELECT activity.ensure_partitions_ahead()"),
		m.run(ctx, "fold counts", "SELECT activity.fold_rollups()"),
	)
}

func (m *Maintainer) run(ctx context.Context, what, statement string) error {
	if _, err := m.pool.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
