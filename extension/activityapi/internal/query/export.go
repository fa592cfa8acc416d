package query

import (
	"bufio"
	"fmt"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	exportBuffer = 64 << 10
	// flushInterval is how long a slow search may hold back what it found.
	flushInterval = time.Second
)

// format writes activities in one of the formats of the export.
type format interface {
	mediaType() string
	// begin writes what is in front of the first activity.
	begin() error
	write(r *store.Record) error
	// end writes how many there were and whether that is all.
	end(count int64, complete bool) error
}

func formatOf(name api.ExportFormat, w *bufio.Writer) format {
	switch name {
	case api.Csv:
		return &csvFormat{w: w}
	case api.Ocsf:
		return &lines{w: w, line: func(r *store.Record) any { return ocsfOf(r) }}
	case api.Ndjson:
	}
	return &lines{w: w, line: func(r *store.Record) any { return activityOf(r) }}
}

// ExportActivities answers GET /activities/export.
func (s *Service) ExportActivities(w http.ResponseWriter, r *http.Request, p api.ExportActivitiesParams) {
	f, err := filterOf(r, time.Now())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	name, err := word("format", p.Format, api.Ndjson)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	order, err := word("order", p.Order, api.Desc)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sorted := store.NewestFirst
	if order == api.Asc {
		sorted = store.OldestFirst
	}
	s.export(w, r, f, sorted, name)
}

func (s *Service) export(w http.ResponseWriter, r *http.Request, f store.Filter, order store.Order, name api.ExportFormat) {
	out := &exportWriter{w: w, control: http.NewResponseController(w)}
	buffer := bufio.NewWriterSize(out, exportBuffer)
	format := formatOf(name, buffer)
	out.begin = func() {
		h := w.Header()
		h.Set("Content-Type", format.mediaType())
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Disposition", `attachment; filename="`+fileName(name, time.Now())+`"`)
	}

	err := format.begin()
	count, flushed := int64(0), time.Now()
	complete := false
	if err == nil {
		complete, err = s.reader(r).Each(r.Context(), f, order, func(record *store.Record) error {
			count++
			if time.Since(flushed) > flushInterval {
				flushed = time.Now()
				if err := buffer.Flush(); err != nil {
					return err
				}
			}
			return format.write(record)
		})
	}
	if err == nil {
		err = format.end(count, complete)
	}
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		return
	}
	if !out.begun {
		s.fail(w, r, err)
		return
	}
	if r.Context().Err() == nil && out.failed == nil {
		s.settings.Logger.Error("An export was cut", zap.Error(err), zap.String("trace_id", problem.TraceID(r.Context())))
	}
	panic(http.ErrAbortHandler) // the client has to see that the download was cut
}

func fileName(name api.ExportFormat, now time.Time) string {
	extension := "ndjson"
	if name == api.Csv {
		extension = "csv"
	}
	return fmt.Sprintf("activities-%s.%s", now.UTC().Format("20060102T150405Z"), extension)
}

// exportWriter hands a part to the client, and gives it time to take it. The
// answer begins with the first: until then it can still be a problem.
type exportWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	begin   func()
	begun   bool
	failed  error
}

func (e *exportWriter) Write(part []byte) (int, error) {
	if !e.begun {
		e.begun = true
		e.begin()
	}
	if err := e.control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	n, err := e.w.Write(part)
	if err == nil {
		err = e.control.Flush()
	}
	e.failed = err
	return n, err
}
