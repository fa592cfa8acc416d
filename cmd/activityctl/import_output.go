package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/importer"
)

// printResult prints the counts, one a line.
func printResult(w io.Writer, r importer.Result) {
	fmt.Fprintf(w, "read     %d\nsent     %d\nrefused  %d\nskipped  %d\n", r.Read, r.Sent, r.Refused, r.Skipped)
	if r.Unsent > 0 {
		fmt.Fprintf(w, "unsent   %d\n", r.Unsent)
	}
	fmt.Fprintf(w, "took     %s\n", r.Elapsed.Round(time.Millisecond))
	if seconds := r.Elapsed.Seconds(); seconds > 0 {
		fmt.Fprintf(w, "rate     %.0f/s\n", float64(r.Sent)/seconds)
	}
	if r.Retries > 0 {
		fmt.Fprintf(w, "retries  %d\n", r.Retries)
	}
}

const maxPrintedNotes = 20

// printFindings tells what went wrong with which lines, and what the map doesn't
// know.
func printFindings(w io.Writer, r importer.Result) {
	printSamples(w, "skipped", r.SkippedLines, r.Skipped)
	printSamples(w, "refused", r.RefusedLines, int64(len(r.RefusedLines)))
	for _, s := range r.Rejections {
		fmt.Fprintf(w, "endpoint: %s\n", s.Reason)
	}
	for i, n := range r.Notes {
		if i == maxPrintedNotes {
			fmt.Fprintf(w, "and %d more such values\n", len(r.Notes)-i)
			break
		}
		fmt.Fprintf(w, "%s: %s %q (%d×, first on line %d)\n", n.Field, n.What, n.Value, n.Count, n.Line)
	}
}

func printSamples(w io.Writer, what string, samples []importer.Sample, all int64) {
	for _, s := range samples {
		fmt.Fprintf(w, "%s: line %d %s\n", what, s.Line, s.Reason)
	}
	if more := all - int64(len(samples)); more > 0 {
		fmt.Fprintf(w, "%s: and %d more lines\n", what, more)
	}
}

// preview maps without sending.
func (f *importFlags) preview(cmd *cobra.Command) error {
	out := json.NewEncoder(cmd.OutOrStdout())
	out.SetEscapeHTML(false)
	result, err := importer.Preview(cmd.Context(), f.settings, f.dryRun, func(lr plog.LogRecord) error {
		return out.Encode(previewOf(lr))
	})
	w := cmd.ErrOrStderr()
	fmt.Fprintf(w, "read     %d\nmapped   %d\nskipped  %d\n", result.Read, result.Read-result.Skipped, result.Skipped)
	printFindings(w, result)
	return previewError(cmd.Context(), result, err)
}

func previewError(ctx context.Context, result importer.Result, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case result.Skipped > 0:
		return fmt.Errorf("%d of %d lines can't be mapped", result.Skipped, result.Read)
	}
	return nil
}

// previewRecord is a record as it would be on the wire.
type previewRecord struct {
	Time       string         `json:"time"`
	EventName  string         `json:"event_name"`
	Severity   string         `json:"severity,omitempty"`
	Body       any            `json:"body,omitempty"`
	TraceID    string         `json:"trace_id,omitempty"`
	SpanID     string         `json:"span_id,omitempty"`
	Attributes map[string]any `json:"attributes"`
}

func previewOf(lr plog.LogRecord) previewRecord {
	p := previewRecord{
		Time: lr.Timestamp().AsTime().Format(time.RFC3339Nano), EventName: lr.EventName(), Severity: lr.SeverityText(),
		Body: lr.Body().AsRaw(), Attributes: lr.Attributes().AsRaw(),
	}
	if !lr.TraceID().IsEmpty() {
		p.TraceID = lr.TraceID().String()
	}
	if !lr.SpanID().IsEmpty() {
		p.SpanID = lr.SpanID().String()
	}
	return p
}
