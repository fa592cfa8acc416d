package migration

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// idle is the time between two looks for something to do.
	idle = 500 * time.Millisecond
	// longestPause is between two attempts of what fails again and again.
	longestPause = 10 * time.Second
)

// Settings of a Runner.
type Settings struct {
	Config
	// Application is the database with the triggers, as a role that owns the audited
	// tables; its sessions print values as audit.Printing says. Trail is the database with
	// the activities.
	Application, Trail *pgxpool.Pool
	// Database names the application's database: system identifier/name. It is empty until
	// that is known.
	Database func() string
	// Slot and Publication are those that the receiver reads.
	Slot, Publication string
	// Omit and Mask are columns whose values are not for the trail.
	Omit, Mask *replication.Columns
	Logger     *zap.Logger
	// Report is told what went wrong, and nil when it goes well again; it may be nil.
	Report func(error)
}

// Runner carries migrations out.
type Runner struct {
	Settings
	state  *store.Migrations
	writer *store.Writer
	pace   *pace
	ahead  *readAhead
	opened *openSource // see source
	// givenBack are the tables of a migration that is undone whose triggers record again.
	givenBack map[string]bool
}

// New makes a Runner. It doesn't connect.
func New(s Settings) *Runner {
	if s.Report == nil {
		s.Report = func(error) {}
	}
	return &Runner{
		Settings: s, state: store.NewMigrations(s.Trail), writer: store.NewWriter(s.Trail),
		pace: newPace(&s), ahead: &readAhead{}, givenBack: map[string]bool{},
	}
}

// Run carries migrations out until ctx ends, whenever it holds the lock.
func (r *Runner) Run(ctx context.Context) {
	defer r.ahead.drop()
	for pause := idle; ctx.Err() == nil; pause = min(2*pause, longestPause) {
		began := time.Now()
		err := r.lead(ctx)
		if ctx.Err() != nil {
			return
		}
		r.Report(err)
		if err != nil {
			r.Logger.Warn("A migration off audit triggers doesn't go on. Trying again.", zap.Error(err))
		}
		if time.Since(began) > longestPause {
			pause = idle
		}
		sleep(ctx, pause)
	}
}

// steps takes one step after the other while the lock is held.
func (r *Runner) steps(ctx context.Context, held func(context.Context) error) error {
	clear(r.givenBack) // another one may have led meanwhile
	for ctx.Err() == nil {
		if err := held(ctx); err != nil {
			return err
		}
		more, err := r.step(ctx)
		if err != nil && !errors.Is(err, store.ErrMigrationChanged) {
			return err
		}
		r.Report(nil)
		if !more {
			sleep(ctx, idle)
		}
	}
	return ctx.Err()
}

// step does one piece of the migration that runs for this database, if one does. more says
// that there is more to do at once.
func (r *Runner) step(ctx context.Context) (more bool, err error) {
	database := r.Database()
	if database == "" {
		return false, nil
	}
	m, err := r.state.Running(ctx, database)
	if err != nil {
		return false, err
	}
	if m == nil {
		return false, r.state.Claim(ctx, database)
	}
	switch {
	case m.Wanted == store.CommandAbort || m.Wanted == store.CommandRollback:
		return r.goBack(ctx, m)
	case m.Paused:
		return false, r.state.Note(ctx, m.ID, "")
	}
	switch m.Phase {
	case store.MigrationDiscovered:
		return r.discover(ctx, m)
	case store.MigrationPrepared:
		return r.prepare(ctx, m)
	case store.MigrationBackfilling:
		return r.backfill(ctx, m)
	case store.MigrationShadowing:
		return r.shadow(ctx, m)
	case store.MigrationFenced:
		return r.fenceAll(ctx, m)
	case store.MigrationSweeping:
		return r.sweepAll(ctx, m)
	case store.MigrationVerified:
		return r.finish(ctx, m)
	case store.MigrationComplete, store.MigrationAborted:
	}
	return false, nil
}

// advance moves a migration on.
func (r *Runner) advance(ctx context.Context, m *store.Migration, to store.MigrationPhase) (more bool, err error) {
	m.Phase, m.Note, m.Errors = to, "", nil
	if err := r.state.Save(ctx, m); err != nil {
		return false, err
	}
	r.Logger.Info("The migration off audit triggers goes on.", zap.String("migration", m.Name), zap.String("phase", string(to)))
	return true, nil
}

// stuck says what keeps a migration from going on, once.
func (r *Runner) stuck(ctx context.Context, m *store.Migration, problems []string) error {
	if len(problems) == len(m.Errors) {
		same := true
		for i := range problems {
			same = same && problems[i] == m.Errors[i]
		}
		if same {
			return nil
		}
	}
	m.Errors = problems
	for _, problem := range problems {
		r.Logger.Warn("The migration off audit triggers can't go on.", zap.String("migration", m.Name), zap.String("problem", problem))
	}
	return r.state.Save(ctx, m)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
