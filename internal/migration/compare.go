package migration

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	microsPerHour = model.Micros(time.Hour / time.Microsecond)
	// windowHours is how much of the trail is read at a time.
	windowHours = 7 * 24
	// lookAtCommands is how many chunks are read between two looks whether somebody has
	// commanded the migration.
	lookAtCommands = 20
)

// errCommanded ends a comparison: somebody wants something else.
var errCommanded = errors.New("the migration was commanded")

// bucket is what is counted together: an hour of a table.
type bucket struct {
	source, entity string
	hour           int64
}

// tally stands for all rows of a bucket, in whatever order they come: their number, and the
// sum of what stands for their contents.
type tally struct {
	rows int64
	sum  uint64
}

func (t *tally) add(r *store.ComparedRow) {
	t.rows++
	// The id is part of it: two rows that changed places are two differences.
	t.sum += (uint64(r.Sum) ^ uint64(r.ID[6])<<56 ^ uint64(r.ID[15])) * 0x9E3779B97F4A7C15
}

// comparison holds all audit rows that were read against all activities that were made of
// audit rows.
type comparison struct {
	*Runner
	m         *store.Migration
	summer    store.Summer
	old, now  map[bucket]*tally
	sources   map[string]*openSource
	resources map[int64]bool
	rows      int64 // of the audit tables
	chunks    int
}

// compareWhole compares, and keeps the differences.
func (r *Runner) compareWhole(ctx context.Context, m *store.Migration) error {
	if err := r.state.Note(ctx, m.ID, "Comparing the audit tables with the trail."); err != nil {
		return err
	}
	c := &comparison{
		Runner: r, m: m, old: map[bucket]*tally{}, now: map[bucket]*tally{},
		sources: map[string]*openSource{}, resources: map[int64]bool{},
	}
	err := c.run(ctx)
	if errors.Is(err, errCommanded) {
		return nil // what was compared so far is of no use
	}
	return err
}

func (c *comparison) run(ctx context.Context) error {
	if err := c.open(ctx); err != nil {
		return err
	}
	if err := c.eachOld(ctx, false, func(p *piece, row int, r *store.ComparedRow) {
		at(c.old, bucket{p.source.name, p.types[row], int64(r.At / microsPerHour)}).add(r)
	}); err != nil {
		return err
	}
	if err := c.eachNew(ctx, c.span(), false, func(r *store.ComparedRow) {
		at(c.now, bucket{r.Source, r.EntityType, int64(r.At / microsPerHour)}).add(r)
	}); err != nil {
		return err
	}
	found, err := c.differences(ctx)
	if err != nil {
		return err
	}
	return c.save(ctx, found)
}

func at(tallies map[bucket]*tally, b bucket) *tally {
	t := tallies[b]
	if t == nil {
		t = &tally{}
		tallies[b] = t
	}
	return t
}

// open opens the audit tables. While their triggers still write, what came late is brought
// in before, so that it isn't taken for a difference.
func (c *comparison) open(ctx context.Context) error {
	c.ahead.drop()
	for i := range c.m.Sources {
		s := &c.m.Sources[i]
		source, err := c.Runner.open(c.m, s)
		if err != nil {
			return err
		}
		c.sources[s.Name] = source
		if c.m.Phase == store.MigrationShadowing {
			if err := c.bringLate(ctx, s, source); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *comparison) bringLate(ctx context.Context, s *store.MigrationSource, source *openSource) error {
	of := audit.Range{After: least, UpTo: orLeast(s.Position), Limit: c.chunkRows(c.m), Since: s.FirstXID}
	return c.each(ctx, source, of, func(p *piece) error {
		_, err := c.write(ctx, p)
		return err
	})
}

// each reads an audit table piece by piece, at the pace of the backfill.
func (c *comparison) each(ctx context.Context, source *openSource, of audit.Range, do func(*piece) error) error {
	for {
		if err := c.yield(ctx); err != nil {
			return err
		}
		p, err := c.read(ctx, source, of)
		if err != nil || p.chunk.Rows == 0 {
			return err
		}
		c.pace.took(c.m, p.chunk.Rows, p.took)
		if err := do(p); err != nil {
			return err
		}
		of.After = p.chunk.Last
	}
}

// yield waits until reading may go on, and ends the comparison when somebody wants
// something else.
func (c *comparison) yield(ctx context.Context) error {
	for {
		pressure, err := c.pace.wait(ctx)
		if err != nil {
			return err
		}
		if c.chunks++; pressure != "" || c.chunks%lookAtCommands == 1 {
			now, err := c.state.Get(ctx, c.m.ID)
			if err != nil {
				return err
			}
			if now.Revision != c.m.Revision {
				return errCommanded
			}
		}
		if pressure == "" {
			return nil
		}
		if err := c.state.Note(ctx, c.m.ID, pressure); err != nil {
			return err
		}
		sleep(ctx, idle)
	}
}

// eachOld visits the activities that the audit tables should have made.
func (c *comparison) eachOld(ctx context.Context, withParts bool, visit func(p *piece, row int, r *store.ComparedRow)) error {
	c.rows = 0
	for i := range c.m.Sources {
		s := &c.m.Sources[i]
		source := c.sources[s.Name]
		of := audit.Range{After: least, UpTo: orLeast(s.Position), Limit: c.chunkRows(c.m)}
		err := c.each(ctx, source, of, func(p *piece) error {
			c.rows += int64(p.chunk.Rows)
			c.summer.Expected(p.rows, withParts, func(row int, r *store.ComparedRow) { visit(p, row, r) })
			return nil
		})
		if err != nil {
			return err
		}
		for id := range source.resources {
			c.resources[id] = true
		}
	}
	return nil
}

// span is the hours of the trail to read in windows: from the first to behind the last.
func (c *comparison) span() (hours [2]int64) {
	hours = [2]int64{math.MaxInt64, math.MinInt64}
	for b := range c.old {
		hours[0], hours[1] = min(hours[0], b.hour), max(hours[1], b.hour+1)
	}
	return hours
}

// eachNew visits the activities of this migration that the trail has, those beyond the
// span too: somebody may have put them there.
func (c *comparison) eachNew(ctx context.Context, span [2]int64, withParts bool, visit func(*store.ComparedRow)) error {
	for _, window := range windows(span) {
		if err := c.yield(ctx); err != nil {
			return err
		}
		err := c.state.Stored(ctx, &c.summer, keysOf(c.resources), window[0], window[1], withParts, func(r *store.ComparedRow) {
			// Other migrations of this database have the same resource.
			if c.sources[r.Source] != nil {
				visit(r)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func keysOf(set map[int64]bool) (keys []int64) {
	for key := range set {
		keys = append(keys, key)
	}
	return keys
}

// The times between which a trail has anything.
var earliest, latest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)

func windows(span [2]int64) (all [][2]time.Time) {
	begin := earliest
	if span[0] < span[1] {
		for hour := span[0]; hour < span[1]; hour += windowHours {
			next := hourTime(hour)
			all = append(all, [2]time.Time{begin, next})
			begin = next
		}
		all = append(all, [2]time.Time{begin, hourTime(span[1])})
		begin = hourTime(span[1])
	}
	return append(all, [2]time.Time{begin, latest})
}

func hourTime(hour int64) time.Time { return (model.Micros(hour) * microsPerHour).Time() }

func (c *comparison) save(ctx context.Context, found []store.Difference) error {
	if err := c.state.ForgetDifferences(ctx, c.m.ID, store.FoundByComparison, ""); err != nil {
		return err
	}
	if err := c.state.AddCompared(ctx, c.m.ID, nil, found); err != nil {
		return err
	}
	c.Logger.Info("The audit tables were compared with the trail.", zap.String("migration", c.m.Name), zap.Int64("audit_rows", c.rows), zap.Int("differences", len(found)))
	c.m.VerifiedAt, c.m.Compared, c.m.Note = time.Now(), c.rows, ""
	if err := c.state.Save(ctx, c.m); err != nil && !errors.Is(err, store.ErrMigrationChanged) {
		return fmt.Errorf("keep the outcome of the comparison: %w", err)
	}
	return nil
}
