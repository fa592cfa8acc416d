package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

// Defaults of Settings.
const (
	DefaultConcurrency  = 4
	DefaultBatchRecords = 512
	DefaultMaxLine      = 16 << 20
	// maxBatchBytes keeps requests below the 4 MiB that gRPC servers take unless
	// they are told otherwise. It counts lines, which are about as long as their
	// records are on the wire.
	maxBatchBytes = 2 << 20
)

// Settings of an import. The zero value of each number means its default.
type Settings struct {
	Map    *Map
	Input  *Input
	Sender Sender
	// Concurrency is how many requests are under way at once.
	Concurrency int
	// BatchRecords is how many records a request carries at most.
	BatchRecords int
	// MaxLine is how many bytes a line may have; longer ones are skipped.
	MaxLine int
	// Strict ends the import at the first line that has no record.
	Strict bool
	// Patience ends the import when one request goes unaccepted for so long. 0
	// means never.
	Patience time.Duration
	// Progress, when it isn't nil, can be watched while the import runs. It is of
	// the same Input.
	Progress *Progress
}

// Result is what an import did.
type Result struct {
	// Read counts lines that aren't blank: Sent + Refused + Skipped + Unsent.
	Read int64
	// Sent counts the records that the endpoint took.
	Sent int64
	// Refused counts those that it will not take.
	Refused int64
	// Skipped counts lines without a record.
	Skipped int64
	// Unsent counts records without an answer when the import ended early.
	Unsent int64
	// Retries counts attempts that the endpoint couldn't take at the time.
	Retries int64
	Elapsed time.Duration

	// Samples are the first lines of their kind.
	SkippedLines, RefusedLines, Rejections []Sample
	Notes                                  []Note
}

// Complete reports whether every line is with the endpoint now.
func (r *Result) Complete() bool { return r.Refused == 0 && r.Skipped == 0 && r.Unsent == 0 }

// StrictError is the line at which a strict import ends.
type StrictError struct {
	Line int64
	Err  error
}

func (e *StrictError) Error() string { return fmt.Sprintf("line %d %v", e.Line, e.Err) }
func (e *StrictError) Unwrap() error { return e.Err }

// Run imports the input. The Result counts in any case; the error says why the
// import ended before the input did.
func Run(ctx context.Context, s Settings) (Result, error) {
	s.setDefaults()
	begin := time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{
		Settings: s,
		mapper:   s.Map.NewMapper(begin),
		batches:  make(chan *batch),
		delivery: &delivery{sender: s.Sender, progress: s.Progress, patience: s.Patience, refusals: &samples{}, messages: &samples{}},
	}
	var senders sync.WaitGroup
	for range s.Concurrency {
		senders.Go(func() {
			for b := range r.batches {
				if err := r.delivery.deliver(ctx, b); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	err := r.produce(ctx)
	close(r.batches)
	senders.Wait()
	if ctx.Err() != nil {
		// What stopped the senders comes before what that did to the reading.
		err = context.Cause(ctx)
	}
	return r.result(begin), err
}

func (s *Settings) setDefaults() {
	if s.Concurrency <= 0 {
		s.Concurrency = DefaultConcurrency
	}
	if s.BatchRecords <= 0 {
		s.BatchRecords = DefaultBatchRecords
	}
	if s.MaxLine <= 0 {
		s.MaxLine = DefaultMaxLine
	}
	if s.Progress == nil {
		s.Progress = NewProgress(s.Input)
	}
}

// run is one import under way. Reading and mapping take place in one goroutine,
// so that lines have their order and a strict import ends at its line.
type run struct {
	Settings
	mapper   *Mapper
	batches  chan *batch
	delivery *delivery
	skipped  samples
}

func (r *run) produce(ctx context.Context) error {
	lines := newLineReader(r.Input.reader, r.MaxLine)
	b := r.newBatch()
	for ctx.Err() == nil {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return r.dispatch(ctx, b)
		}
		if err != nil && !errors.Is(err, errTooLong) {
			return errors.Join(r.dispatch(ctx, b), fmt.Errorf("the input ends early, after line %d: %w", lines.number, err))
		}
		if err == nil && len(line) == 0 {
			continue
		}
		r.Progress.read.Add(1)
		if err == nil {
			err = r.mapper.Map(line, lines.number, b.records)
		}
		if err != nil {
			r.Progress.skipped.Add(1)
			r.skipped.add(lines.number, err.Error())
			if r.Strict {
				return errors.Join(r.dispatch(ctx, b), &StrictError{lines.number, err})
			}
			continue
		}
		b.lines = append(b.lines, lines.number)
		b.bytes += len(line)
		if b.len() >= r.BatchRecords || b.bytes >= maxBatchBytes {
			if err := r.dispatch(ctx, b); err != nil {
				return err
			}
			b = r.newBatch()
		}
	}
	return context.Cause(ctx)
}

func (r *run) newBatch() *batch {
	b := &batch{lines: make([]int64, 0, r.BatchRecords)}
	b.logs, b.records = r.mapper.NewLogs()
	b.records.EnsureCapacity(r.BatchRecords)
	return b
}

func (r *run) dispatch(ctx context.Context, b *batch) error {
	if b.len() == 0 {
		return nil
	}
	select {
	case r.batches <- b:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (r *run) result(begin time.Time) Result {
	p := r.Progress
	result := Result{
		Read: p.read.Load(), Sent: p.sent.Load(), Refused: p.refused.Load(), Skipped: p.skipped.Load(),
		Retries: p.retries.Load(), Elapsed: time.Since(begin),
		SkippedLines: r.skipped.all(), RefusedLines: r.delivery.refusals.all(), Rejections: r.delivery.messages.all(),
		Notes: r.mapper.Notes(),
	}
	result.Unsent = result.Read - result.Sent - result.Refused - result.Skipped
	return result
}

// Preview maps the input without sending anything and calls show for the first
// records, each alone in its logs.
func Preview(ctx context.Context, s Settings, records int, show func(plog.LogRecord) error) (Result, error) {
	s.setDefaults()
	begin := time.Now()
	r := &run{Settings: s, mapper: s.Map.NewMapper(begin), batches: make(chan *batch), delivery: &delivery{refusals: &samples{}, messages: &samples{}}}
	r.BatchRecords = 1
	done := make(chan error, 1)
	go func() {
		var failed error
		for b := range r.batches {
			if records > 0 && failed == nil {
				records--
				failed = show(b.records.At(0))
			}
		}
		done <- failed
	}()
	err := r.produce(ctx)
	close(r.batches)
	return r.result(begin), errors.Join(err, <-done)
}
