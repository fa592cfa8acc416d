package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// questions are all that an Examiner can be asked.
func questions(e *Examiner) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"role":              func(ctx context.Context) error { _, err := e.Role(ctx); return err },
		"settings":          func(ctx context.Context) error { _, err := e.Settings(ctx); return err },
		"commit overrides":  func(ctx context.Context) error { _, err := e.CommitOverrides(ctx); return err },
		"partitioning":      func(ctx context.Context) error { _, err := e.Partitioning(ctx); return err },
		"invalid indexes":   func(ctx context.Context) error { _, err := e.InvalidIndexes(ctx); return err },
		"unused indexes":    func(ctx context.Context) error { _, err := e.UnusedIndexes(ctx); return err },
		"folding":           func(ctx context.Context) error { _, err := e.Folding(ctx); return err },
		"slots":             func(ctx context.Context) error { _, err := e.Slots(ctx); return err },
		"public grants":     func(ctx context.Context) error { _, err := e.PublicGrants(ctx); return err },
		"changers":          func(ctx context.Context) error { _, err := e.Changers(ctx); return err },
		"reader":            func(ctx context.Context) error { _, err := e.HasReader(ctx); return err },
		"bypasses":          func(ctx context.Context) error { _, err := e.Bypasses(ctx); return err },
		"policies":          func(ctx context.Context) error { _, err := e.UnenforcedPolicies(ctx); return err },
		"partition readers": func(ctx context.Context) error { _, err := e.PartitionReaders(ctx); return err },
		"source lags":       func(ctx context.Context) error { _, err := e.SourceLags(ctx); return err },
		"dead letters":      func(ctx context.Context) error { _, err := e.DeadLetters(ctx); return err },
		"clock": func(ctx context.Context) error {
			_, _, _, err := e.Clock(ctx, time.Now)
			return err
		},
	}
}

// ofSchema are the questions that a role without rights gets no answer to.
var ofSchema = []string{"partitioning", "folding", "changers", "bypasses", "partition readers", "source lags", "dead letters"}

func TestOwnerGetsEachAnswer(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	decade(t, pool)
	for name, ask := range questions(NewExaminer(pool)) {
		require.NoError(t, ask(t.Context()), name)
	}
}

func TestRoleWithoutRightsIsRefusedWhatIsOfTheSchema(t *testing.T) {
	t.Parallel()
	login := as(t, pgtest.New(t), "nobody_at_all", "")
	for name, ask := range questions(NewExaminer(login)) {
		if err := ask(t.Context()); slices.Contains(ofSchema, name) {
			require.Equal(t, RefusalRights, RefusalOf(err), "%s: %v", name, err)
		} else {
			require.NoError(t, err, name)
		}
	}
}

func TestEmptyDatabaseLacksWhatIsOfTheSchema(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	for name, ask := range questions(NewExaminer(pool)) {
		if err := ask(t.Context()); slices.Contains(ofSchema, name) {
			require.Equal(t, RefusalSchema, RefusalOf(err), "%s: %v", name, err)
		} else {
			require.NoError(t, err, name)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]Refusal{"42501": RefusalRights, "42P01": RefusalSchema, "25006": RefusalReadOnly, "57014": RefusalTime, "57P01": RefusalNone, "0A000": RefusalOther} {
		require.Equal(t, want, RefusalOf(fmt.Errorf("ask: %w", &pgconn.PgError{Code: code})))
	}
	require.Equal(t, RefusalNone, RefusalOf(errors.New("broken pipe")))
	require.Equal(t, RefusalNone, RefusalOf(nil))
}

func TestExaminerSeesTheRowsOfAllProjects(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	login := as(t, pool, "examining_reader", "GRANT activity_reader TO examining_reader")
	folding, err := NewExaminer(login).Folding(t.Context())
	require.NoError(t, err)
	require.Positive(t, folding.Pending)
}
