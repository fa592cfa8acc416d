package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// letterPrinter writes dead letters; what it was given is written when flush returns, at
// the latest.
type letterPrinter struct {
	lines *json.Encoder
	table *tabwriter.Writer
}

func newLetterPrinter(form output, w io.Writer) *letterPrinter {
	p := &letterPrinter{}
	if form == outputNDJSON {
		p.lines = json.NewEncoder(w)
		p.lines.SetEscapeHTML(false)
		return p
	}
	p.table = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(p.table, "REJECTED\tID\tOCCURRED\tACTION\tPROJECT\tSQLSTATE\tERROR")
	return p
}

func (p *letterPrinter) print(l *store.Rejected) error {
	if p.lines != nil {
		return p.lines.Encode(letterOf(l))
	}
	_, err := fmt.Fprintf(p.table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", stampTime(l.RejectedAt), l.ID, stampTime(l.OccurredAt),
		cell(l.Action), cell(l.ProjectID), l.SQLState, cell(l.Error))
	return err
}

func (p *letterPrinter) flush() error {
	if p.table == nil {
		return nil
	}
	return p.table.Flush()
}

// letterObject is a line of NDJSON: the columns of activity.rejected under their names.
// Scripts depend on it.
type letterObject struct {
	RejectedAt   string `json:"rejected_at"`
	OccurredAt   string `json:"occurred_at"`
	ID           string `json:"id"`
	ProjectID    string `json:"project_id"`
	Action       string `json:"action"`
	SQLState     string `json:"sqlstate"`
	Error        string `json:"error"`
	PayloadBytes int64  `json:"payload_bytes"`
	// Payload is an OTLP request with the one record; only show has it.
	Payload json.RawMessage `json:"payload,omitempty"`
}

func letterOf(l *store.Rejected) letterObject {
	return letterObject{
		RejectedAt: stamp(model.MicrosOf(l.RejectedAt)), OccurredAt: stamp(model.MicrosOf(l.OccurredAt)), ID: l.ID.String(),
		ProjectID: l.ProjectID, Action: l.Action, SQLState: l.SQLState, Error: l.Error, PayloadBytes: l.PayloadBytes,
	}
}

// showLetter prints a dead letter with what was sent.
func showLetter(w io.Writer, letter *store.Rejected, payload []byte) error {
	o := letterOf(letter)
	if len(payload) > 0 {
		request := plogotlp.NewExportRequest()
		if err := request.UnmarshalProto(payload); err != nil {
			return fmt.Errorf("read what was sent: %w", err)
		}
		content, err := request.MarshalJSON()
		if err != nil {
			return fmt.Errorf("print what was sent: %w", err)
		}
		o.Payload = content
	}
	return writeJSON(w, o)
}
