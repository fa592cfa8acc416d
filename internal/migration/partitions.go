package migration

import (
	"context"
	"slices"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// knows says whether an audit table's definition tells of a table that its rows name.
func knows(of *audit.Source, table string) bool {
	is := func(t audit.Table) bool {
		return t.String() == table || slices.ContainsFunc(t.Partitions, func(p audit.Partition) bool { return p.Schema+"."+p.Name == table })
	}
	return slices.ContainsFunc(of.Tables, is) || slices.ContainsFunc(of.Others, is)
}

// strangers are tables of a chunk that nothing is known of, and that were not looked for
// before.
func (s *openSource) strangers(chunk *audit.Chunk) (found bool) {
	for _, table := range chunk.Tables {
		if table != "" && !s.strange[table] && !knows(s.definition, table) {
			s.strange[table] = true
			found = true
		}
	}
	return found
}

// renew looks for partitions that were made since: their rows are those of their table.
func (s *openSource) renew(ctx context.Context, db replication.Querier, spec *store.MigrationSpec, omit, mask *replication.Columns) error {
	found, err := Discover(ctx, db, spec)
	if err != nil {
		return err
	}
	for i := range found {
		if found[i].String() == s.name {
			s.definition.Tables = withPartitions(s.definition.Tables, found[i].Tables)
			s.definition.Others = withPartitions(s.definition.Others, found[i].Others)
		}
	}
	s.reader, err = audit.NewReader(s.definition, s.database, omit, mask)
	return err
}

func withPartitions(known, found []audit.Table) []audit.Table {
	for i := range known {
		for j := range found {
			if found[j].OID == known[i].OID {
				known[i].Partitions = found[j].Partitions
			}
		}
	}
	return known
}
