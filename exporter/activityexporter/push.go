package activityexporter

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// batch is what one write needs; pooled, because its buffers are large.
type batch struct {
	mapper *logmap.Mapper
	rows   *store.Batch
	// refs say which record a row was made of, by the row's number.
	refs []logmap.Ref
}

func newBatch(limits logmap.Limits, now func() time.Time) *batch {
	return &batch{mapper: logmap.New(limits, now), rows: &store.Batch{}}
}

func (b *batch) reset() {
	b.rows.Reset()
	b.refs = b.refs[:0]
}

func (b *batch) fill(ld plog.Logs, receivedAt time.Time) logmap.Stats {
	return b.mapper.MapLogs(ld, receivedAt, b.rows.AddResource, func(ref logmap.Ref, a *model.Activity) {
		b.rows.Append(a)
		b.refs = append(b.refs, ref)
	})
}

// push writes what the queue hands out. An error means that nothing of ld is
// lost by trying again. It is never permanent: a whole batch is never to blame
// for a record that Postgres refuses, which the store keeps aside.
func (e *activityExporter) push(ctx context.Context, ld plog.Logs) error {
	b := e.batches.Get().(*batch)
	defer e.batches.Put(b)
	b.reset()
	mapped := b.fill(ld, time.Now())
	if b.rows.Len() == 0 {
		return nil
	}

	started := time.Now()
	result, err := e.write(ctx, b, ld)
	e.health.Report(workWrite, err)
	if err != nil {
		e.telemetry.failedWrite(ctx, time.Since(started))
		return err
	}
	e.telemetry.wrote(ctx, time.Since(started), mapped, result)
	return nil
}

func (e *activityExporter) write(ctx context.Context, b *batch, ld plog.Logs) (store.Result, error) {
	if err := e.schema.pass(ctx); err != nil {
		return store.Result{}, err
	}
	result, err := e.database.write(ctx, b.rows, func(row int) []byte { return payload(ld, b.refs[row]) })
	if err != nil && e.database.schemaMissing(err) {
		e.schema.shut()
		if !e.config.CreateSchema {
			err = fmt.Errorf("%w; create the schema with `activityctl schema up`, or set create_schema: true", err)
		}
	}
	return result, err
}

// payload is the one record as an OTLP request, which any Collector takes: a
// rejected record is replayed by sending it again.
func payload(ld plog.Logs, ref logmap.Ref) []byte {
	request, err := plogotlp.NewExportRequestFromLogs(logmap.Single(ld, ref)).MarshalProto()
	if err != nil {
		// Marshalling what was unmarshalled doesn't fail; a dead letter without
		// its payload is still better than a batch that can't move.
		return nil
	}
	return request
}
