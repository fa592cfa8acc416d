package replication

import "context"

// Publication is what a database publishes under one name.
type Publication struct {
	Name, Owner string
	// AllTables says FOR ALL TABLES: its list can't be set.
	AllTables bool
	// ViaRoot says that changes of partitions are those of their root.
	ViaRoot bool
	// The operations that it publishes.
	Insert, Update, Delete, Truncate bool
	// GeneratedColumns says that stored ones are published (Postgres 18 and newer).
	GeneratedColumns bool
	// Tables are what it publishes: with ViaRoot the roots of partitions, else their
	// leaves.
	Tables []Published
}

// Published is a table in a publication.
type Published struct {
	OID          uint32
	Schema, Name string
	// ColumnList says that not all columns are published.
	ColumnList bool
	// RowFilter is the condition that rows have to meet; empty without.
	RowFilter string
}

// String is schema.table, as a pattern names it.
func (p *Published) String() string { return p.Schema + "." + p.Name }

// publicationRow is a row of publication.sql.
type publicationRow struct {
	Name, Owner                      string
	AllTables, ViaRoot               bool
	Insert, Update, Delete, Truncate bool
	GeneratedColumns                 bool
}

// ReadPublication reads the publication of a name; nil when there is none.
func ReadPublication(ctx context.Context, db Querier, name string) (*Publication, error) {
	row, err := first(ask[publicationRow](ctx, db, "the publication "+name, publicationSQL, name))
	if err != nil || row == nil {
		return nil, err
	}
	tables, err := ask[Published](ctx, db, "the tables of publication "+name, publicationTablesSQL, name)
	if err != nil {
		return nil, err
	}
	return &Publication{
		Name: row.Name, Owner: row.Owner, AllTables: row.AllTables, ViaRoot: row.ViaRoot,
		Insert: row.Insert, Update: row.Update, Delete: row.Delete, Truncate: row.Truncate,
		GeneratedColumns: row.GeneratedColumns, Tables: tables,
	}, nil
}
