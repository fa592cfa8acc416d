package migration

import (
	"context"
	"fmt"
	"strings"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// mostDetailed is how many rows of buckets that differ are looked at one by one, and
	// mostNamed how many differences are named.
	mostDetailed = 500_000
	mostNamed    = 10_000
)

// side is a row of one side that is still looked for on the other.
type side struct {
	row   store.ComparedRow
	key   int64
	table string
}

// differences looks at the buckets that differ row by row.
func (c *comparison) differences(ctx context.Context) ([]store.Difference, error) {
	chosen, left := c.unequal()
	if len(chosen) == 0 {
		return nil, nil
	}
	found, err := c.nameThem(ctx, chosen)
	if err != nil {
		return nil, err
	}
	if len(found) > mostNamed {
		left += int64(len(found) - mostNamed)
		found = found[:mostNamed]
	}
	if left > 0 && len(found) > 0 {
		rest := found[0]
		rest.SourceKey, rest.ActivityID = nil, model.ID{}
		rest.Detail = fmt.Sprintf("and up to %d rows more; begin with those that are named", left)
		found = append(found, rest)
	}
	return found, nil
}

// unequal chooses buckets that differ, as many as can be looked at row by row, and says how
// many rows the others have.
func (c *comparison) unequal() (chosen map[bucket]bool, left int64) {
	chosen = map[bucket]bool{}
	taken := int64(0)
	choose := func(b bucket, rows int64) {
		if taken > mostDetailed {
			left += rows
			return
		}
		chosen[b], taken = true, taken+rows
	}
	for b, old := range c.old {
		if now := c.now[b]; now == nil || *now != *old {
			choose(b, old.rows)
		}
	}
	for b, now := range c.now {
		if c.old[b] == nil {
			choose(b, now.rows)
		}
	}
	return chosen, left
}

func (c *comparison) nameThem(ctx context.Context, chosen map[bucket]bool) ([]store.Difference, error) {
	expected := map[model.ID]side{}
	err := c.eachOld(ctx, true, func(p *piece, row int, r *store.ComparedRow) {
		if chosen[bucket{p.source.name, p.types[row], int64(r.At / microsPerHour)}] {
			r.Source, r.EntityType = p.source.name, p.types[row]
			expected[r.ID] = side{*r, p.keys[row], p.tables[row]}
		}
	})
	if err != nil {
		return nil, err
	}
	var found []store.Difference
	err = c.eachNew(ctx, c.span(), true, func(r *store.ComparedRow) {
		if !chosen[bucket{r.Source, r.EntityType, int64(r.At / microsPerHour)}] {
			return
		}
		old, known := expected[r.ID]
		delete(expected, r.ID)
		switch {
		case !known:
			found = append(found, unknown(r))
		case old.row.Sum != r.Sum:
			found = append(found, changed(&old, r))
		}
	})
	if err != nil {
		return nil, err
	}
	for id := range expected {
		missing := expected[id]
		late, err := c.late(ctx, &missing)
		if err != nil {
			return nil, err
		}
		if !late {
			found = append(found, missed(&missing))
		}
	}
	return c.settle(found), nil
}

// late says whether an audit row is missing in the trail only because it committed while
// this went on: then it is brought in.
func (c *comparison) late(ctx context.Context, missing *side) (bool, error) {
	if c.m.Phase != store.MigrationShadowing {
		return false, nil
	}
	for i := range c.m.Sources {
		s := &c.m.Sources[i]
		if s.Name != missing.row.Source {
			continue
		}
		p, err := c.read(ctx, c.sources[s.Name], audit.Range{After: missing.key - 1, UpTo: missing.key, Limit: 1, Since: s.FirstXID})
		if err != nil || p.chunk.Rows == 0 {
			return false, err
		}
		_, err = c.write(ctx, p)
		return true, err
	}
	return false, nil
}

// settle joins what is found twice: a row whose time was changed has another id, and shows
// as one that is missing and one that nobody knows.
func (c *comparison) settle(found []store.Difference) []store.Difference {
	type origin struct {
		source string
		key    int64
	}
	missing := map[origin]int{}
	for i := range found {
		if found[i].Kind == store.DifferenceMissingActivity && found[i].SourceKey != nil {
			missing[origin{found[i].Source, *found[i].SourceKey}] = i
		}
	}
	var settled []store.Difference
	dropped := map[int]bool{}
	for i := range found {
		d := found[i]
		if d.Kind == store.DifferenceMissingAuditRow && d.SourceKey != nil {
			if other, ok := missing[origin{d.Source, *d.SourceKey}]; ok && !dropped[other] {
				dropped[other] = true
				d.Kind = store.DifferenceChanged
				d.Detail = fmt.Sprintf("audit row %d and its activity have different times", *d.SourceKey)
			}
		}
		settled = append(settled, d)
	}
	kept := settled[:0]
	for i := range settled {
		if !dropped[i] {
			kept = append(kept, settled[i])
		}
	}
	return kept
}

func unknown(r *store.ComparedRow) store.Difference {
	d := difference(r, tableOf(r.EntityType), r.Key, store.DifferenceMissingAuditRow)
	d.Detail = fmt.Sprintf("activity %s says that it was made of audit row %d, which is not there or says otherwise", r.ID, r.Key)
	return d
}

func changed(old *side, r *store.ComparedRow) store.Difference {
	var parts []string
	for part := range store.NumContentParts {
		if old.row.Parts[part] != r.Parts[part] {
			parts = append(parts, part.String())
		}
	}
	d := difference(r, old.table, old.key, store.DifferenceChanged)
	d.Detail = fmt.Sprintf("audit row %d and activity %s differ in %s", old.key, r.ID, strings.Join(parts, ", "))
	return d
}

func missed(old *side) store.Difference {
	d := difference(&old.row, old.table, old.key, store.DifferenceMissingActivity)
	d.Detail = fmt.Sprintf("audit row %d has no activity %s", old.key, old.row.ID)
	return d
}

func difference(r *store.ComparedRow, table string, key int64, kind string) store.Difference {
	return store.Difference{
		OccurredAt: r.At.Time(), Source: r.Source, Table: table, Kind: kind,
		FoundBy: store.FoundByComparison, SourceKey: &key, ActivityID: r.ID,
	}
}

// tableOf is the table of an entity type.
func tableOf(entityType string) string {
	if strings.Contains(entityType, ".") {
		return entityType
	}
	return "public." + entityType
}
