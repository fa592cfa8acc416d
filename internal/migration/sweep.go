package migration

import (
	"context"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
)

// sweepAll brings in the rows that reading in the order of the key has passed by: those
// that committed after a greater key was read. All of them are of transactions that had
// not ended when reading began, so the rest of the table is looked at by the database
// alone. Then old and new are compared.
func (r *Runner) sweepAll(ctx context.Context, m *store.Migration) (more bool, err error) {
	if more, err := r.follow(ctx, m); more || err != nil {
		return more, err
	}
	for i := range m.Sources {
		s := &m.Sources[i]
		if s.Phase == store.MigrationSweeping {
			return r.sweep(ctx, m, s)
		}
	}
	if m.VerifiedAt.IsZero() {
		return false, r.compareWhole(ctx, m)
	}
	if m.Differing() > 0 {
		return false, nil // somebody has to look at them, and resumes it
	}
	return r.advance(ctx, m, store.MigrationVerified)
}

func (r *Runner) sweep(ctx context.Context, m *store.Migration, s *store.MigrationSource) (more bool, err error) {
	of := audit.Range{After: orLeast(s.Swept), UpTo: orLeast(s.Position), Limit: r.chunkRows(m), Since: s.FirstXID}
	rows, err := r.bring(ctx, m, s, of, store.PassSweep)
	if err != nil || rows != 0 {
		return rows > 0, err
	}
	return true, r.state.SetSourcePhase(ctx, m.ID, s.Name, store.MigrationVerified, s.Error, false)
}
