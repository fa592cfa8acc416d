package migrationplan

import (
	"context"
	"errors"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// Wanted is what somebody has in mind.
type Wanted struct {
	// Publication is what the receiver reads by.
	Publication string
	// Receiver is the role that carries the migration out (migration::dsn); empty for that
	// of the connection.
	Receiver string
	// Spec is what is asked for.
	Spec *store.MigrationSpec
}

// Facts are what there is.
type Facts struct {
	Server   *replication.Server
	Receiver *replication.Role
	// Publication is nil when there is none.
	Publication *replication.Publication
	Sources     []audit.Source
	// Tables are all tables of the database by schema.table, as publishing sees them.
	Tables map[string]*replication.Table
	// Owners are the owners of those tables that the role may not lock.
	Owners map[uint32]string
}

// Read reads them.
func Read(ctx context.Context, db replication.Querier, w *Wanted) (*Facts, error) {
	f := &Facts{Tables: map[string]*replication.Table{}}
	var err error
	if f.Server, err = replication.ReadServer(ctx, db); err != nil {
		return nil, err
	}
	if f.Receiver, err = replication.ReadRole(ctx, db, w.Receiver); err != nil {
		return nil, err
	}
	if f.Receiver == nil {
		return nil, errors.New("there is no role " + w.Receiver + ": name the one that carries the migration out")
	}
	if f.Publication, err = replication.ReadPublication(ctx, db, w.Publication); err != nil {
		return nil, err
	}
	if f.Sources, err = migration.Discover(ctx, db, w.Spec); err != nil {
		return nil, err
	}
	return f, f.readTables(ctx, db)
}

func (f *Facts) readTables(ctx context.Context, db replication.Querier) error {
	everything, err := replication.NewFilter([]string{"*.*"}, nil)
	if err != nil {
		return err
	}
	tables, err := replication.Tables(ctx, db, everything)
	if err != nil {
		return err
	}
	for i := range tables {
		f.Tables[tables[i].String()] = &tables[i]
	}
	f.Owners, err = replication.NotOwned(ctx, db, f.Receiver.Name, tables)
	return err
}
