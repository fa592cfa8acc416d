package query

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// writeTimeout is how long a client may take to take one event, or one part of an
// export. It stands for the server's write timeout, which would cut streams.
const writeTimeout = 30 * time.Second

// events writes server-sent events.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
	last    time.Time // when the last one was sent
	buffer  bytes.Buffer
}

func newEvents(w http.ResponseWriter) *events {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx holds answers back otherwise
	return &events{w: w, control: http.NewResponseController(w)}
}

// send writes one event. JSON has no line breaks, and neither has an id.
func (e *events) send(event, id string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	e.buffer.Reset()
	for _, part := range []string{"id: ", id, "\nevent: ", event, "\ndata: "} {
		e.buffer.WriteString(part)
	}
	e.buffer.Write(body)
	e.buffer.WriteString("\n\n")
	if err := e.control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := e.w.Write(e.buffer.Bytes()); err != nil { //nolint:gosec // an event stream, by its type
		return err
	}
	e.last = time.Now()
	return e.control.Flush()
}
