package replication

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// tableRow is a row of tables.sql.
type tableRow struct {
	OID, Root        uint32
	Schema, Name     string
	Kind, Identity   string
	PrimaryKey       []string
	Deferrable       bool
	Generated        []string
	Virtual          bool
	Unlogged         bool
	Obstacle         string
	PublishGenerated bool
}

func (r *tableRow) table() (Table, error) {
	identity, err := identityOf(r.Identity)
	if err != nil {
		return Table{}, fmt.Errorf("read the table %s.%s: %w", r.Schema, r.Name, err)
	}
	return Table{
		OID: r.OID, Schema: r.Schema, Name: r.Name,
		Kind: kindOf(r.Kind), Identity: identity,
		PrimaryKey: r.PrimaryKey, Deferrable: r.Deferrable,
		Generated: r.Generated, Virtual: r.Virtual, Unlogged: r.Unlogged, Partition: r.Root != 0,
		Obstacle: Obstacle(r.Obstacle), PublishGenerated: r.PublishGenerated,
	}, nil
}

// Tables reads those that match, by schema and name. Of partitions it has the root alone,
// whose Leaves they are, because publications publish via the root: the patterns are held
// against the root's name.
func Tables(ctx context.Context, db Querier, filter *Filter) ([]Table, error) {
	rows, err := ask[tableRow](ctx, db, "the tables", tablesSQL)
	if err != nil {
		return nil, err
	}
	var tables []Table
	leaves := map[uint32][]Table{} // by root
	for i := range rows {
		t, err := rows[i].table()
		if err != nil {
			return nil, err
		}
		switch {
		case !t.Partition && filter.Match(t.Schema, t.Name):
			tables = append(tables, t)
		case t.Partition && t.Kind == Ordinary && !t.Unlogged:
			leaves[rows[i].Root] = append(leaves[rows[i].Root], t)
		}
	}
	for i := range tables {
		tables[i].Leaves = leaves[tables[i].OID]
	}
	return tables, nil
}

// KeyOf reads the columns of a relation's primary key, in the order of the key; empty
// without one, or when there is no such relation.
func KeyOf(ctx context.Context, db Querier, oid uint32) ([]string, error) {
	rows, err := db.Query(ctx, keySQL, pgx.QueryExecModeExec, int64(oid))
	if err != nil {
		return nil, fmt.Errorf("read the primary key of relation %d: %w", oid, err)
	}
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read the primary key of relation %d: %w", oid, err)
	}
	return columns, nil
}
