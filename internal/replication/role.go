package replication

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Role is what a role may do in this database.
type Role struct {
	Name             string
	Superuser, Login bool
	// Replication says that it may make and read slots.
	Replication bool
	// Connect and Create are its rights on the database; it takes Create, and the tables'
	// ownership, to make a publication.
	Connect, Create bool
	// Emit says that it may call pg_logical_emit_message, in all its forms.
	Emit bool
}

// ReadRole reads what a role may do, that of the connection for ""; nil when there is no
// such role.
func ReadRole(ctx context.Context, db Querier, name string) (*Role, error) {
	return first(ask[Role](ctx, db, "the role "+name, roleSQL, name))
}

// NotOwned are the owners, by OID, of those tables that a role may not publish. A
// partitioned table is published by its root's owner.
func NotOwned(ctx context.Context, db Querier, role string, tables []Table) (map[uint32]string, error) {
	rows, err := db.Query(ctx, notOwnedSQL, pgx.QueryExecModeExec, role, oids(tables))
	if err != nil {
		return nil, fmt.Errorf("read the tables' owners: %w", err)
	}
	owners := map[uint32]string{}
	var oid uint32
	var owner string
	_, err = pgx.ForEachRow(rows, []any{&oid, &owner}, func() error {
		owners[oid] = owner
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the tables' owners: %w", err)
	}
	return owners, nil
}

func oids(tables []Table) []int64 {
	all := make([]int64, 0, len(tables))
	for i := range tables {
		all = append(all, int64(tables[i].OID))
	}
	return all
}
