package main

import (
	"context"
	"errors"
	"time"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

// walTimeout bounds the reading of the catalog.
const walTimeout = time.Minute

// walFacts reads what is there; filter is nil when nobody asks for tables.
func walFacts(ctx context.Context, db replication.Querier, wanted *walplan.Wanted, filter *replication.Filter) (*walplan.Facts, error) {
	ctx, cancel := context.WithTimeout(ctx, walTimeout)
	defer cancel()
	var f walplan.Facts
	var err error
	if f.Server, err = replication.ReadServer(ctx, db); err != nil {
		return nil, err
	}
	if f.Publication, err = replication.ReadPublication(ctx, db, wanted.Publication); err != nil {
		return nil, err
	}
	if f.Slot, err = replication.ReadSlot(ctx, db, wanted.Slot); err != nil {
		return nil, err
	}
	if err := walRoles(ctx, db, wanted, &f); err != nil || filter == nil {
		return &f, err
	}
	return &f, walTables(ctx, db, filter, &f)
}

// walRoles reads what the roles may do. The receiver is the connection's role when none is
// named.
func walRoles(ctx context.Context, db replication.Querier, wanted *walplan.Wanted, f *walplan.Facts) (err error) {
	if f.Planner, err = replication.ReadRole(ctx, db, ""); err != nil {
		return err
	}
	if f.Planner == nil {
		return errors.New("the role of this connection is not to be found in pg_roles")
	}
	if wanted.Receiver == "" {
		wanted.Receiver = f.Planner.Name
	}
	if f.Receiver, err = replication.ReadRole(ctx, db, wanted.Receiver); err != nil {
		return err
	}
	for _, name := range wanted.Applications {
		role, err := replication.ReadRole(ctx, db, name)
		if err != nil {
			return err
		}
		f.Applications = append(f.Applications, role)
	}
	return nil
}

func walTables(ctx context.Context, db replication.Querier, filter *replication.Filter, f *walplan.Facts) (err error) {
	if f.Tables, err = replication.Tables(ctx, db, filter); err != nil {
		return err
	}
	if f.Traffic, err = replication.ReadTraffic(ctx, db, f.Tables); err != nil {
		return err
	}
	f.NotOwned, err = replication.NotOwned(ctx, db, f.Planner.Name, f.Tables)
	return err
}
