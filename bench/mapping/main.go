// Command mapping measures the way of a record from pdata to the bytes that COPY
// takes, without a database: records as the Go SDK sends them, and foreign ones,
// whose id has to be made from their content.
//
//	go run ./bench/mapping
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/bench/internal/sdkload"
	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	// requestRows is what the SDK sends in a request, mergedRows what the
	// exporter's queue makes of them.
	requestRows = 512
	mergedRows  = 8192
	rounds      = 7
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/mapping:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	for _, load := range []struct {
		prefix string
		rows   int
	}{{"map", requestRows}, {"map_merged", mergedRows}} {
		requests, err := sdkload.Capture(ctx, load.rows)
		if err != nil {
			return err
		}
		ours, err := merge(requests)
		if err != nil {
			return err
		}
		report(load.prefix, ours)
		foreign := plog.NewLogs()
		ours.CopyTo(foreign)
		withoutIDs(foreign)
		report(load.prefix+"_foreign", foreign)
	}
	return nil
}

func report(prefix string, logs plog.Logs) {
	nanos, allocs := measure(logs)
	fmt.Printf("RESULT %s_ns_per_row %.0f ns\n", prefix, nanos)
	fmt.Printf("RESULT %s_allocs_per_row %.3f allocs\n", prefix, allocs)
}

// merge makes one batch of the requests, as the exporter's queue does.
func merge(requests [][]byte) (plog.Logs, error) {
	merged := plog.NewLogs()
	for _, body := range requests {
		request := plogotlp.NewExportRequest()
		if err := request.UnmarshalProto(body); err != nil {
			return merged, fmt.Errorf("read a captured request: %w", err)
		}
		request.Logs().ResourceLogs().MoveAndAppendTo(merged.ResourceLogs())
	}
	return merged, nil
}

func withoutIDs(logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				record.Attributes().Remove(string(semconv.LogRecordUIDKey))
			}
		}
	}
}

// measure returns the medians of nanoseconds and allocations a row.
func measure(logs plog.Logs) (nanos, allocs float64) {
	mapper := logmap.New(logmap.DefaultLimits(), time.Now)
	var batch store.Batch
	received := time.Now()
	benchmark := func(b *testing.B) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			batch.Reset()
			mapper.MapLogs(logs, received, batch.AddResource, func(_ logmap.Ref, a *model.Activity) { batch.Append(a) })
		}
	}
	var all []testing.BenchmarkResult
	for range rounds {
		all = append(all, testing.Benchmark(benchmark))
	}
	slices.SortFunc(all, func(a, b testing.BenchmarkResult) int { return int(a.NsPerOp() - b.NsPerOp()) })
	middle, rows := all[rounds/2], float64(logs.LogRecordCount())
	return float64(middle.NsPerOp()) / rows, float64(middle.AllocsPerOp()) / rows
}
