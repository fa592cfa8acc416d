package postgreswalreceiver

import (
	"context"
	"fmt"
	"slices"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// preparePublication finds the publication, and makes it or sets its tables where the
// configuration says so. It comes before the slot: a slot reads what was published when
// the change was made.
func (r *walReceiver) preparePublication(ctx context.Context) error {
	config := &r.config.Publication
	found, err := replication.ReadPublication(ctx, r.pool, config.Name)
	if err != nil {
		return err
	}
	tables, err := replication.Tables(ctx, r.pool, r.filter)
	if err != nil {
		return err
	}
	r.noteMixed(tables)
	if r.handover != nil {
		if tables, err = r.prepareHandover(ctx, found, tables); err != nil {
			return err
		}
	}
	if err := r.publish(ctx, found, tables); err != nil || r.handover == nil {
		return err
	}
	return r.handover.note(ctx, config.Name)
}

// publish makes a publication have these tables.
func (r *walReceiver) publish(ctx context.Context, found *replication.Publication, tables []replication.Table) error {
	config := &r.config.Publication
	switch {
	case found == nil && !config.Create:
		return fmt.Errorf("there is no publication %s: set publication::create, or make it as `activityctl wal plan` says", config.Name)
	case !config.Create:
		return nil
	case found != nil && found.AllTables:
		return nil // its list can't be set; what isn't wanted is dropped here
	}
	if err := replication.CheckIdentified(tables); err != nil {
		return err
	}
	statement := replication.CreatePublicationSQL(config.Name, tables)
	if found != nil {
		if publishes(found, tables) {
			return nil
		}
		statement = replication.SetPublicationSQL(config.Name, tables)
	}
	if statement == "" {
		return nil
	}
	r.logger.Info("Publishing tables.", zap.String("publication", config.Name), zap.Int("tables", len(tables)))
	if _, err := r.pool.Exec(ctx, statement); err != nil {
		return fmt.Errorf("publish the tables (`activityctl wal plan` says which rights that takes): %w", err)
	}
	return nil
}

// noteMixed remembers the partitioned tables of which a partition has another replica
// identity: what the stream says of their old rows isn't true then.
func (r *walReceiver) noteMixed(tables []replication.Table) {
	mixed := map[uint32]bool{}
	for i := range tables {
		if len(tables[i].Mixed()) > 0 {
			mixed[tables[i].OID] = true
		}
	}
	r.mixed.Store(&mixed)
}

// isMixed reports whether the old rows of a table can't be trusted.
func (r *walReceiver) isMixed(oid uint32) bool { return (*r.mixed.Load())[oid] }

// publishes reports whether a publication has these tables and no others.
func publishes(found *replication.Publication, tables []replication.Table) bool {
	var has, wanted []string
	for i := range found.Tables {
		has = append(has, found.Tables[i].String())
	}
	for i := range tables {
		if !tables[i].Unlogged {
			wanted = append(wanted, tables[i].String())
		}
	}
	slices.Sort(has)
	slices.Sort(wanted)
	return found.ViaRoot && slices.Equal(has, wanted)
}
