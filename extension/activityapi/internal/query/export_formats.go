package query

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// lines writes one JSON object a line.
type lines struct {
	w    *bufio.Writer
	line func(*store.Record) any
}

func (*lines) mediaType() string { return "application/x-ndjson" }

func (*lines) begin() error { return nil }

func (l *lines) write(r *store.Record) error { return l.put(l.line(r)) }

func (l *lines) end(count int64, complete bool) error {
	type mark struct {
		Count    int64 `json:"count"`
		Complete bool  `json:"complete"`
	}
	return l.put(map[string]mark{"export": {count, complete}})
}

func (l *lines) put(value any) error {
	line, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = l.w.Write(append(line, '\n'))
	return err
}

// csvFormat writes a table. Cells that a spreadsheet would take for a formula are
// defused.
type csvFormat struct {
	w   *bufio.Writer
	csv *csv.Writer
}

func (*csvFormat) mediaType() string { return "text/csv; charset=utf-8; header=present" }

var csvColumns = []string{
	"id", "occurredAt", "observedAt", "ingestedAt", "source", "status", "severity", "severityNumber", "action",
	"projectId", "entityType", "entityId", "entityName", "actorId", "actorType", "actorName", "onBehalfOf",
	"operationId", "traceId", "spanId", "duration", "serviceName", "environment", "clientAddress", "details", "reason",
	"metadata", "changes", "attributes",
}

func (c *csvFormat) begin() error {
	c.csv = csv.NewWriter(c.w)
	return c.csv.Write(csvColumns)
}

func (c *csvFormat) write(r *store.Record) error {
	a := activityOf(r)
	duration := ""
	if a.Duration != nil {
		duration = strconv.FormatFloat(*a.Duration, 'f', -1, 64)
	}
	cells := []string{
		a.Id.String(), instantText(a.OccurredAt), instantText(a.ObservedAt), instantText(a.IngestedAt),
		string(a.Source), string(a.Status), string(a.Severity), strconv.Itoa(a.SeverityNumber), a.Action,
		a.ProjectId, a.EntityType, a.EntityId, a.EntityName, a.ActorId, a.ActorType, a.ActorName, a.OnBehalfOf,
		a.OperationId, a.TraceId, a.SpanId, duration, a.ServiceName, a.Environment, a.ClientAddress, a.Details, a.Reason,
		string(a.Metadata), string(a.Changes), string(a.Attributes),
	}
	for i, cell := range cells {
		cells[i] = defuse(cell)
	}
	return c.csv.Write(cells)
}

func (c *csvFormat) end(count int64, complete bool) error {
	c.csv.Flush()
	if err := c.csv.Error(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.w, "# count=%d complete=%t\n", count, complete)
	return err
}

// defuse keeps a spreadsheet from running what somebody wrote into an activity.
func defuse(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func instantText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339Nano)
}
