package query

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// eventInterval is the least time between two events. What arrives just after
	// one waits that long, and is to be there within 100 ms.
	eventInterval = 50 * time.Millisecond
	// heartbeatInterval is below the time after which proxies close what is idle.
	heartbeatInterval = 15 * time.Second
	// maxEvent bounds what is kept for a client; more than a batch of the exporter.
	maxEvent = 20_000
	// maxSince bounds how far back a stream begins.
	maxSince = time.Hour
)

// StreamActivities answers GET /activities/stream.
func (s *Service) StreamActivities(w http.ResponseWriter, r *http.Request, p api.StreamActivitiesParams) {
	st, err := s.newStream(r, p)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.settings.Telemetry.streams.Add(r.Context(), 1)
	defer s.settings.Telemetry.streams.Add(context.WithoutCancel(r.Context()), -1)
	woken, leave := s.live.subscribe() //nolint:contextcheck // the listener is that of all streams
	defer leave()
	st.events = newEvents(w)
	st.follow(r.Context(), woken)
}

// stream follows the trail for one client. It reads when the client has taken
// what was there before: what a slow client hasn't got waits in the database.
type stream struct {
	*Service
	reader *store.Reader
	filter store.Filter
	fields fields
	cursor store.TailCursor
	until  time.Time // the identity is good; zero is for ever
	events *events
}

func (s *Service) newStream(r *http.Request, p api.StreamActivitiesParams) (*stream, error) {
	now := time.Now()
	f, err := filterOf(r, now)
	if err != nil {
		return nil, err
	}
	f.From, f.To = time.Time{}, time.Time{} // it goes by arrival
	fields, err := fieldsOf(p.Fields)
	if err != nil {
		return nil, err
	}
	st := &stream{Service: s, reader: s.reader(r), filter: f, fields: fields, until: access.From(r.Context()).ExpiresAt}
	if p.LastEventID != "" {
		st.cursor, err = s.key.read(p.LastEventID)
	} else {
		st.cursor, err = st.begin(r.Context(), r.URL.Query(), now)
	}
	if err != nil {
		return nil, err
	}
	return st, st.try(r.Context())
}

// try finds a filter that can't be used, which is a problem and not a stream. From
// now on there is nothing to read.
func (st *stream) try(ctx context.Context) error {
	now, err := st.reader.TailFrom(ctx, time.Now().Add(time.Hour))
	if err != nil {
		return err
	}
	_, err = st.reader.TailFields(ctx, now, st.filter, nil, func(*store.Record) error { return nil })
	return err
}

func (st *stream) begin(ctx context.Context, query url.Values, now time.Time) (store.TailCursor, error) {
	since, err := instant(query, "since", now)
	switch {
	case err != nil:
		return store.TailCursor{}, err
	case since.IsZero():
		since = now.Add(time.Hour) // the future stands for now
	case now.Sub(since) > maxSince:
		return store.TailCursor{}, problem.Bad("since", "since is more than an hour ago: ask for a list of what is older")
	}
	return st.reader.TailFrom(ctx, since)
}

// follow sends what arrives until the client goes, the server stops or the
// identity ends.
func (st *stream) follow(ctx context.Context, woken <-chan struct{}) {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	expired := st.expiry(ctx)
	if st.send(heartbeat(), "heartbeat") != nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-st.live.ctx.Done():
			st.end(ctx, problem.New(http.StatusServiceUnavailable, "the server stops; come again with the last id"))
			return
		case <-expired:
			st.end(ctx, problem.New(http.StatusUnauthorized, "the token has expired; come again with a new one and the last id"))
			return
		case <-woken:
			if !pause(ctx, st.live.ctx, time.Until(st.events.last.Add(eventInterval))) {
				continue
			}
		case <-poll.C:
		}
		if err := st.look(ctx); err != nil {
			return
		}
	}
}

func (st *stream) expiry(ctx context.Context) <-chan struct{} {
	if st.until.IsZero() {
		return nil
	}
	ctx, cancel := context.WithDeadline(ctx, st.until)
	context.AfterFunc(ctx, cancel)
	return ctx.Done()
}

// look sends what arrived since the cursor.
func (st *stream) look(ctx context.Context) error {
	next, rows, dropped, err := st.read(ctx, maxEvent)
	if err != nil {
		if p := st.problemOf(ctx, err); p != nil {
			st.end(ctx, p)
		}
		return err
	}
	st.cursor = next
	if len(rows) > 0 {
		if err := st.send(rows, "activities"); err != nil {
			return err
		}
	}
	if dropped > 0 {
		st.settings.Telemetry.dropped.Add(ctx, dropped)
		return st.send(map[string]int64{"count": dropped}, "dropped")
	}
	if len(rows) == 0 && time.Since(st.events.last) >= heartbeatInterval {
		return st.send(heartbeat(), "heartbeat")
	}
	return nil
}

// read returns at most so many of the activities since the cursor, the number of
// the others, and the cursor behind all of them.
func (st *stream) read(ctx context.Context, most int) (next store.TailCursor, rows []json.RawMessage, dropped int64, err error) {
	next, err = st.tail(ctx, func(r *store.Record) error {
		if len(rows) >= most {
			dropped++
			return nil
		}
		row, err := json.Marshal(st.fields.activity(r))
		rows = append(rows, row)
		return err
	})
	return next, rows, dropped, err
}

func (st *stream) send(data any, event string) error {
	return st.events.send(event, st.key.sign(st.cursor), data)
}

func (st *stream) end(ctx context.Context, p *problem.Error) {
	_ = st.send(p.Of(ctx, Base+"/activities/stream"), "problem") // it ends either way
}

func heartbeat() map[string]time.Time { return map[string]time.Time{"at": time.Now().UTC()} }

// pause waits, and says whether it wasn't interrupted.
func pause(ctx, other context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-other.Done():
	case <-timer.C:
		return true
	}
	return false
}

// tail reads the columns that the client asked for, and no documents it didn't.
func (st *stream) tail(ctx context.Context, visit func(*store.Record) error) (store.TailCursor, error) {
	columns := st.fields.columns()
	if columns == nil {
		columns = defaultColumns
	}
	return st.reader.TailFields(ctx, st.cursor, st.filter, columns, visit)
}
