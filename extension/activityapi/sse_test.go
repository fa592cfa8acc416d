package activityapi

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// event is one of a stream.
type event struct {
	id, name, data string
	at             time.Time
}

func (e event) activities(t *testing.T) []map[string]any {
	t.Helper()
	var rows []map[string]any
	require.NoError(t, json.Unmarshal([]byte(e.data), &rows))
	return rows
}

// stream reads events until the test or the stream ends.
func (r *running) stream(path, lastID string) <-chan event {
	r.t.Helper()
	header := http.Header{}
	if lastID != "" {
		header.Set("Last-Event-ID", lastID)
	}
	response := r.do(http.MethodGet, "/api/v1/activities/stream"+path, header)
	require.Equal(r.t, http.StatusOK, response.StatusCode)
	require.Equal(r.t, "text/event-stream", response.Header.Get("Content-Type"))
	events := make(chan event, 1000)
	go func() {
		defer close(events)
		lines := bufio.NewReaderSize(response.Body, 1<<20)
		var e event
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch key {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				e.at = time.Now()
				events <- e
				e = event{}
			}
		}
	}()
	return events
}

// next is the next event with a name.
func next(t *testing.T, events <-chan event, name string) event {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case e, open := <-events:
			require.True(t, open, "the stream ended before an event %s", name)
			if e.name == name {
				return e
			}
		case <-timeout:
			require.Fail(t, "no event", name)
		}
	}
}

const (
	insertActivity = `INSERT INTO activity.activity (occurred_at, id, resource_id, severity_number, project_id, source,
    status, severity, action, details) VALUES ($1, $2, 1, 9, $3, 'user', 'success', 'info', $4, $5)`
	insertBatch = `INSERT INTO activity.batch (least_occurred_at, greatest_occurred_at, row_count) VALUES ($1, $2, $3)`
)

// transactions writes as the exporter does, to transactions that can be held open
// and rolled back, which the exporter's can't at will.
func (r *running) transactions() func(ctx context.Context, hold time.Duration, commit bool, activities ...model.Activity) error {
	pool := pgtest.Pool(r.t, r.dsn)
	return func(ctx context.Context, hold time.Duration, commit bool, activities ...model.Activity) error {
		tx, err := pool.Begin(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
		least, greatest := activities[0].OccurredAt, activities[0].OccurredAt
		for _, a := range activities {
			least, greatest = min(least, a.OccurredAt), max(greatest, a.OccurredAt)
			if _, err := tx.Exec(ctx, insertActivity, a.OccurredAt.Time(), [16]byte(a.ID), a.ProjectID, a.Action, a.Details); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, insertBatch, least.Time(), greatest.Time(), len(activities)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SELECT pg_notify('activity_batch', '')"); err != nil {
			return err
		}
		time.Sleep(hold)
		if !commit {
			return nil
		}
		return tx.Commit(ctx)
	}
}
