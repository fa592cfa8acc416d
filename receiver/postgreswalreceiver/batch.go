package postgreswalreceiver

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// scopeName is the scope of the records; the convention knows rows by it.
const scopeName = "github.com/otel-activity/otel-activity/receiver/postgreswalreceiver"

// mostBatchBytes bounds the values of a batch, whatever their number.
const mostBatchBytes = 4 << 20

// batch is what goes to the pipeline together.
type batch struct {
	logs    plog.Logs
	records plog.LogRecordSlice // of rows
	rows    int
	bytes   int
	// extra are the bytes of the findings, notes how many of those have to be kept.
	extra, notes int
	findings     []findings // by migration; none without
	// oldest is when the first of its transactions had committed, in microseconds of Unix.
	oldest int64
	// end is the place up to which all is in this batch or those before; 0 when there is
	// no end of a transaction in it.
	end pgoutput.LSN
	// transactions and operations are for the metrics.
	transactions int
	operations   [numOperations]int
	invalid      int
	held         int64 // rows that are their triggers' to record
}

// resource describes the database to the pipeline.
type resource struct {
	address string
	port    int64
}

func (r *resource) newBatch() *batch {
	b := &batch{logs: plog.NewLogs()}
	of := b.logs.ResourceLogs().AppendEmpty()
	attributes := of.Resource().Attributes()
	attributes.PutStr("db.system.name", "postgresql")
	attributes.PutStr("server.address", r.address)
	attributes.PutInt("server.port", r.port)
	scope := of.ScopeLogs().AppendEmpty()
	scope.Scope().SetName(scopeName)
	b.records = scope.LogRecords()
	return b
}

func (b *batch) full(maxRows int) bool {
	return b.rows >= maxRows || b.bytes+b.extra >= mostBatchBytes
}

// idle reports whether nothing in it has to be kept anywhere.
func (b *batch) idle() bool { return b.rows == 0 && b.notes == 0 }

// take returns what goes to the pipeline.
func (b *batch) take() plog.Logs {
	if b.records.Len() == 0 {
		// Only activities of applications: the database has nothing to say of its own.
		first := true
		b.logs.ResourceLogs().RemoveIf(func(plog.ResourceLogs) bool {
			remove := first
			first = false
			return remove
		})
	}
	return b.logs
}
