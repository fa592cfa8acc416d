package importer

import (
	"go.opentelemetry.io/collector/pdata/plog"
)

// batch is what one request carries.
type batch struct {
	logs    plog.Logs
	records plog.LogRecordSlice
	// lines are the lines that the records came from.
	lines []int64
	bytes int
}

func (b *batch) len() int { return len(b.lines) }

// halves splits a batch of several records.
func (b *batch) halves() (first, second *batch) {
	middle := b.len() / 2
	first = &batch{logs: plog.NewLogs(), lines: b.lines[:middle]}
	second = &batch{logs: plog.NewLogs(), lines: b.lines[middle:]}
	for _, half := range []*batch{first, second} {
		from := b.logs.ResourceLogs().At(0)
		to := half.logs.ResourceLogs().AppendEmpty()
		from.Resource().CopyTo(to.Resource())
		scope := to.ScopeLogs().AppendEmpty()
		from.ScopeLogs().At(0).Scope().CopyTo(scope.Scope())
		half.records = scope.LogRecords()
	}
	for i := range b.len() {
		to := first
		if i >= middle {
			to = second
		}
		b.records.At(i).MoveTo(to.records.AppendEmpty())
	}
	return first, second
}
