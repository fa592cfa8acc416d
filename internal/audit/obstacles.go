package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// obstacles are the reasons why a source can't be read in the order of its key; r is nil
// when there is no such table.
func (c *catalog) obstacles(s *Source, r *relation) []string {
	if r == nil {
		return []string{fmt.Sprintf("there is no table %s: write the names as the catalog has them, schema.table", s)}
	}
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	table := pgx.Identifier{r.Schema, r.Name}.Sanitize()
	switch {
	case s.Key == "":
		add("%s has no primary key of one column: name the column that grows from row to row as its key", s)
	case !r.has(s.Key):
		add("%s has no column %s, which tells its rows apart: ALTER TABLE %s ADD COLUMN %s bigserial PRIMARY KEY", s, s.Key, table, pgx.Identifier{s.Key}.Sanitize())
	case !isInteger(r.typeOf(s.Key)):
		add("the column %s of %s is no integer, which its rows could be read in the order of: ALTER TABLE %s ADD COLUMN migration_key bigserial UNIQUE, and describe the table with an import map and that key", s.Key, s, table)
	case r.Kind != kindView && !slices.Contains(r.Leading, s.Key):
		add("%s has no index that begins with %s, so that each step would read all of it: CREATE UNIQUE INDEX CONCURRENTLY ON %s (%s)", s, s.Key, table, pgx.Identifier{s.Key}.Sanitize())
	}
	if r.Kind == kindView {
		add("%s is a view: name the table under it", s)
	}
	if !r.Readable {
		add("the role may not read %s: GRANT USAGE ON SCHEMA %s TO it, and GRANT SELECT ON %s TO it", s, pgx.Identifier{r.Schema}.Sanitize(), table)
	}
	if s.Shape == PgMemento && !c.hasMementoLogs(r.Schema) {
		add("%s has no transaction_log and table_event_log with event_key beside it: upgrade pgMemento to 0.7 or newer", s)
	}
	for i := range s.Tables {
		if root := c.rootOf(s.Tables[i].OID); root != nil {
			add("the trigger %s is on the partition %s alone, whose changes are published as those of %s.%s: create it on %s.%s, which gives it to all partitions, and drop it from them", s.Tables[i].Triggers[0].Name, &s.Tables[i], root.Schema, root.Name, root.Schema, root.Name)
		}
	}
	return all
}

func (c *catalog) rootOf(oid uint32) *relation {
	if r := c.byOID[oid]; r != nil && r.Root != 0 {
		return c.byOID[r.Root]
	}
	return nil
}

func (c *catalog) hasMementoLogs(schema string) bool {
	transactions, events := c.byName[schema+".transaction_log"], c.byName[schema+".table_event_log"]
	return transactions != nil && transactions.has("id", "txid", "txid_time", "user_name") &&
		events != nil && events.has("transaction_id", "stmt_time", "table_operation", "table_name", "schema_name", "event_key")
}

// tableLogObstacles are those that only tablelog has.
func (c *catalog) tableLogObstacles(s *Source, t *triggerRow, log *relation) []string {
	of := c.byOID[t.Relation]
	var all []string
	if args := t.arguments(); len(args) > tableLogMode && strings.EqualFold(args[tableLogMode], "PARTITION") {
		all = append(all, fmt.Sprintf("the trigger %s of %s.%s logs to two tables in turn: make it log to one, with the mode SINGLE of table_log_init, and describe the two with import maps", t.Name, of.Schema, of.Name))
	}
	if len(s.Tables) > 1 {
		all = append(all, fmt.Sprintf("%s and %s both log to %s, which doesn't say whose a row is: give each a log table of its own", &s.Tables[0], &s.Tables[1], s))
	}
	if t.Function == tableLogBasic {
		all = append(all, fmt.Sprintf("the trigger %s of %s.%s leaves out what an UPDATE made: make it call table_log() instead of table_log_basic()", t.Name, of.Schema, of.Name))
	}
	if log != nil && !log.has(columnTriggerMode, columnTriggerTuple, columnTriggerChanged) {
		all = append(all, fmt.Sprintf("%s.%s has no columns trigger_mode, trigger_tuple and trigger_changed: describe it with an import map", log.Schema, log.Name))
	}
	return all
}
