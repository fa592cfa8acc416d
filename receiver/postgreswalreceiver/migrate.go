package postgreswalreceiver

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// trailConnections are for fences, for what is compared, and for the migration.
	trailConnections = 8
	// applicationConnections are for the migration.
	applicationConnections = 4
)

// makeHandover prepares for migrations, if there is a trail to keep them in. It doesn't
// connect.
func (r *walReceiver) makeHandover() error {
	config := &r.config.Migration
	if config.Trail == "" {
		return nil
	}
	held, err := config.hold()
	if err != nil {
		return fmt.Errorf("migration::hold: %w", err)
	}
	if r.trail, err = store.Open(string(config.Trail), trailConnections); err != nil {
		return fmt.Errorf("migration::trail: %w", err)
	}
	if r.application, err = r.openApplication(); err != nil {
		r.trail.Close()
		return fmt.Errorf("migration::dsn: %w", err)
	}
	r.handover = &handover{
		trail: store.NewMigrations(r.trail), catalog: r.pool,
		held: held, omit: r.omit, mask: r.mask, logger: r.logger,
	}
	r.migration = migration.New(migration.Settings{
		Config: config.pace(), Application: r.application, Trail: r.trail, Database: r.handover.name,
		Slot: r.config.Slot.Name, Publication: r.config.Publication.Name, Omit: r.omit, Mask: r.mask,
		Logger: r.logger, Report: func(err error) { r.health.Report(workMigration, err) },
	})
	return nil
}

// openApplication makes a pool for the migration, whose sessions print values as the log
// does, and leave nothing behind.
func (r *walReceiver) openApplication() (*pgxpool.Pool, error) {
	dsn := r.config.Migration.DSN
	if dsn == "" {
		dsn = r.config.DSN
	}
	config, err := store.ParseDSN(string(dsn))
	if err != nil {
		return nil, err
	}
	config.MaxConns = applicationConnections
	parameters := config.ConnConfig.RuntimeParams
	if parameters["application_name"] == "" {
		parameters["application_name"] = defaultName
	}
	parameters["idle_in_transaction_session_timeout"] = "60s"
	maps.Copy(parameters, audit.Printing)
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, fmt.Errorf("make a pool of connections: %w", err)
	}
	return pool, nil
}

func (r *walReceiver) closeHandover() {
	if r.handover != nil {
		r.trail.Close()
		r.application.Close()
	}
}

// openHandover reads what is known of the database's tables. Who doesn't read the slot keeps
// its hands off: what is compared depends on the publication.
func (r *walReceiver) openHandover(ctx context.Context, conn *connection) error {
	if r.handover == nil {
		return nil
	}
	slot, err := replication.ReadSlot(ctx, r.pool, r.config.Slot.Name)
	if err != nil {
		return err
	}
	if slot != nil && slot.Active {
		return errors.New("slot " + slot.Name + " is being read: waiting for it")
	}
	r.handover.open(conn.system, conn.database)
	return nil
}

// prepareHandover says which tables to publish.
func (r *walReceiver) prepareHandover(ctx context.Context, found *replication.Publication, tables []replication.Table) ([]replication.Table, error) {
	published, err := r.publishedBefore(ctx, found)
	if err != nil {
		return nil, err
	}
	return r.handover.prepare(ctx, tables, published)
}

// publishedBefore says whether changes of a table may have been read before. Where others
// say what is published, that is so from the first look on.
func (r *walReceiver) publishedBefore(ctx context.Context, found *replication.Publication) (func(*replication.Table) bool, error) {
	has := map[uint32]bool{}
	if found != nil {
		for i := range found.Tables {
			has[found.Tables[i].OID] = true
		}
		if config := &r.config.Publication; !config.Create || found.AllTables {
			slot, err := replication.ReadSlot(ctx, r.pool, r.config.Slot.Name)
			if err != nil {
				return nil, err
			}
			first := slot == nil && r.memory.known().Confirmed == 0
			return func(t *replication.Table) bool { return !first || !has[t.OID] }, nil
		}
	}
	return func(t *replication.Table) bool { return has[t.OID] }, nil
}
