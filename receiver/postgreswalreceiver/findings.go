package postgreswalreceiver

import (
	"context"
	"maps"

	"github.com/otel-activity/otel-activity/internal/store"
)

// findings are what a batch has for a migration.
type findings struct {
	migration   string
	journal     []store.JournalEntry
	compared    map[string]int64
	differences []store.Difference
}

// finding returns the findings of a migration in the batch.
func (b *batch) finding(migration string) *findings {
	for i := range b.findings {
		if b.findings[i].migration == migration {
			return &b.findings[i]
		}
	}
	b.findings = append(b.findings, findings{migration: migration, compared: map[string]int64{}})
	return &b.findings[len(b.findings)-1]
}

// journalize adds a change with its rows.
func (b *batch) journalize(migration string, entry *store.JournalEntry) {
	f := b.finding(migration)
	f.journal = append(f.journal, *entry)
	b.extra += len(entry.Old) + len(entry.New)
}

// differenceBytes is about what one takes.
const differenceBytes = 500

// differ adds a difference.
func (b *batch) differ(migration string, found store.Difference) {
	f := b.finding(migration)
	f.differences = append(f.differences, found)
	b.extra += differenceBytes
	b.notes++
}

// count adds the changes of a transaction that were compared.
func (b *batch) count(migration string, compared map[string]int64) {
	sum := b.finding(migration).compared
	for table, n := range maps.All(compared) {
		sum[table] += n
		b.notes++
	}
}

// deliver keeps them in the trail. The pipeline has taken the batch.
func (f *findings) deliver(ctx context.Context, to trail) error {
	if len(f.journal) > 0 {
		if err := to.AppendJournal(ctx, f.migration, f.journal); err != nil {
			return err
		}
	}
	if len(f.compared) == 0 && len(f.differences) == 0 {
		return nil
	}
	return to.AddCompared(ctx, f.migration, f.compared, f.differences)
}

// settle ends a transaction: what was compared goes with the batch that has its end.
func (a *assembly) settle(ctx context.Context) error {
	c := a.crossing
	if c.held > 0 {
		if err := a.out.add(ctx, func(b *batch) { b.held += c.held }); err != nil {
			return err
		}
	}
	if c.shadow.migration == "" || c.parity.restoring {
		return nil
	}
	for _, found := range c.parity.differences(c.identity) {
		if err := a.out.add(ctx, func(b *batch) { b.differ(c.shadow.migration, found) }); err != nil {
			return err
		}
	}
	if len(c.parity.compared) == 0 {
		return nil
	}
	return a.out.add(ctx, func(b *batch) { b.count(c.shadow.migration, c.parity.compared) })
}

// resultEqual is of changes that triggers and log both have.
const resultEqual = "equal"

// results counts changes by what comparing them showed.
func (f *findings) results() map[string]int64 {
	results := map[string]int64{}
	for _, n := range f.compared {
		results[resultEqual] += n
	}
	for i := range f.differences {
		results[f.differences[i].Kind]++
	}
	if results[resultEqual] = max(0, results[resultEqual]-results[store.DifferenceMissingAuditRow]); results[resultEqual] == 0 {
		delete(results, resultEqual)
	}
	return results
}
