package postgreswalreceiver

import (
	"context"
	"errors"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// trailConnections are for fences, and for what is compared.
const trailConnections = 4

// makeHandover prepares for a migration, if there is a trail to keep it in. It doesn't
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
	r.handover = &handover{
		trail: store.NewMigrations(r.trail), catalog: r.pool,
		held: held, omit: r.omit, mask: r.mask, logger: r.logger,
	}
	return nil
}

func (r *walReceiver) closeHandover() {
	if r.trail != nil {
		r.trail.Close()
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
