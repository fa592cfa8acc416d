package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// tuple is a row of an audited table, by its columns.
type tuple map[string]json.RawMessage

// completion fills in what the log didn't know of rows that were changed: under the default
// replica identity it has the key of an old row at most, and a large value only where it
// was written anew. What the row was is what the last change made it to be: an earlier one
// of those that are put back, or an audit row.
type completion struct {
	table   *Table
	columns []string
	changes []Restoration
	old     []tuple
	made    []tuple
	last    map[string]tuple // by key, as of the change that is looked at
}

// complete returns changes of one table with whole rows, as far as they are known.
func (s *Source) complete(ctx context.Context, tx pgx.Tx, changes []Restoration, known *Known) ([]Restoration, error) {
	c := &completion{table: changes[0].Table, changes: slices.Clone(changes), last: map[string]tuple{}}
	if len(c.table.PrimaryKey) == 0 {
		return changes, nil
	}
	var err error
	if c.columns, err = values[string](ctx, tx, columnsSQL, int64(c.table.OID)); err != nil {
		return nil, err
	}
	if err := c.parse(); err != nil {
		return nil, err
	}
	if err := s.lookUp(ctx, tx, c, known); err != nil {
		return nil, fmt.Errorf("look up what the rows were: %w", err)
	}
	return c.changes, c.fill()
}

func (c *completion) parse() error {
	c.old, c.made = make([]tuple, len(c.changes)), make([]tuple, len(c.changes))
	for i := range c.changes {
		for _, half := range []struct {
			text []byte
			to   *tuple
		}{{c.changes[i].Old, &c.old[i]}, {c.changes[i].New, &c.made[i]}} {
			if half.text == nil {
				continue
			}
			if err := json.Unmarshal(half.text, half.to); err != nil {
				return fmt.Errorf("read a change: %w", err)
			}
		}
	}
	return nil
}

// before is the key of the row before a change; empty when there was none, or it isn't
// known.
func (c *completion) before(i int) string {
	switch c.changes[i].Operation {
	case "update":
		// Without an old row, the key was the same.
		if key := c.key(c.old[i]); key != "" {
			return key
		}
		return c.key(c.made[i])
	case "delete":
		return c.key(c.old[i])
	}
	return ""
}

func (c *completion) key(of tuple) string {
	var key strings.Builder
	for _, column := range c.table.PrimaryKey {
		value, known := of[column]
		if !known {
			return ""
		}
		key.Write(value)
		key.WriteByte(',')
	}
	return key.String()
}

func (c *completion) whole(of tuple) bool {
	return !slices.ContainsFunc(c.columns, func(column string) bool { _, known := of[column]; return !known })
}

// wanted has the keys of the rows that only an audit row can tell, each by a row that has
// no more than the key.
func (c *completion) wanted() map[string]tuple {
	wanted, seen := map[string]tuple{}, map[string]bool{}
	for i := range c.changes {
		if key := c.before(i); key != "" {
			lacks := !c.whole(c.old[i]) || (c.changes[i].Operation == "update" && !c.whole(c.made[i]))
			if lacks && !seen[key] {
				wanted[key] = c.keyRow(i)
			}
			seen[key] = true
		}
		if key := c.key(c.made[i]); key != "" {
			seen[key] = true
		}
	}
	return wanted
}

func (c *completion) keyRow(i int) tuple {
	from := c.old[i]
	if c.key(from) == "" {
		from = c.made[i]
	}
	key := tuple{}
	for _, column := range c.table.PrimaryKey {
		key[column] = from[column]
	}
	return key
}

// fill goes through the changes in their order.
func (c *completion) fill() (err error) {
	for i := range c.changes {
		change := &c.changes[i]
		if change.Operation == "truncate" {
			clear(c.last)
			continue
		}
		key := c.before(i)
		if last, known := c.last[key]; known && key != "" {
			c.old[i] = c.supplement(c.old[i], last)
			if change.Old, err = json.Marshal(c.old[i]); err != nil {
				return fmt.Errorf("write a change: %w", err)
			}
			delete(c.last, key)
		}
		if c.made[i] == nil {
			continue
		}
		if !c.whole(c.made[i]) {
			c.made[i] = c.supplement(c.made[i], c.old[i])
			if change.New, err = json.Marshal(c.made[i]); err != nil {
				return fmt.Errorf("write a change: %w", err)
			}
		}
		c.last[c.key(c.made[i])] = c.made[i]
	}
	return nil
}

// supplement returns a row with what another one knows beyond it.
func (c *completion) supplement(of, by tuple) tuple {
	made := tuple{}
	for _, column := range c.columns {
		if value, known := of[column]; known {
			made[column] = value
		} else if value, known := by[column]; known {
			made[column] = value
		}
	}
	return made
}
