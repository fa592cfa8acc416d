package plugs

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// kept are the days of the filled trail, and activities is how many it has.
const (
	kept       = 3
	activities = 3000
)

var filled struct {
	fill sync.Once
	dsn  string
}

// filledDSN is a database that all tests here read: three days of a shop in two projects,
// a rejected record, counts that are folded and others that aren't yet, a migration that
// is under way.
func filledDSN(t *testing.T) string {
	t.Helper()
	filled.fill.Do(func() {
		dsn := pgtest.NewDSN(t)
		pool := pgtest.Pool(t, dsn)
		write(t, pool, 0, activities-100)
		require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
		write(t, pool, activities-100, activities)
		for _, statement := range []string{
			`INSERT INTO activity.rejected (occurred_at, id, project_id, action, sqlstate, error, payload)
				VALUES (now(), gen_random_uuid(), 'acme', 'order.place', '22021', 'invalid byte sequence', '\x00')`,
			`INSERT INTO activity.migration (id, idempotency_key, name, phase, spec) VALUES ('m-1', 'k-1', 'audit to activity', 'backfilling', '{}')`,
			`INSERT INTO activity.migration_source (rows_total, bytes, rows_done, written, read_rate, migration_id, source, phase, definition)
				VALUES (1000, 65536, 400, 398, 50, 'm-1', 'audit.record_version', 'backfilling', '{}')`,
			`INSERT INTO activity.migration_chunk (started_at, after_key, last_key, rows, written, migration_id, source, pass)
				VALUES (now() - interval '10 seconds', 0, 400, 400, 398, 'm-1', 'audit.record_version', 'backfill')`,
			`INSERT INTO activity.retention_log (removed, kept, lower_bound, upper_bound) VALUES (1200, 0, current_date - 91, current_date - 90)`,
			`ANALYZE`,
		} {
			_, err := pool.Exec(t.Context(), statement)
			require.NoError(t, err, statement)
		}
		filled.dsn = dsn
	})
	require.NotEmpty(t, filled.dsn, "the database could not be filled")
	return filled.dsn
}

// write writes the activities from one number up to another, the oldest first.
func write(t *testing.T, pool *pgxpool.Pool, from, to int) {
	t.Helper()
	resource := model.Resource{ID: 1, Attributes: []byte(`{"service.name":"shop"}`)}
	actions := [...]string{"order.place", "order.place", "order.ship", "user.login", "order.refund"}
	now := time.Now()
	var batch store.Batch
	batch.AddResource(&resource)
	for n := from; n < to; n++ {
		at := now.Add(-time.Duration(activities-n) * kept * 24 * time.Hour / activities)
		a := model.Activity{
			OccurredAt: model.MicrosOf(at), ObservedAt: model.MicrosOf(at),
			Source: model.SourceUser, Status: model.StatusSuccess, Severity: model.SeverityInfo, SeverityNumber: 9,
			Action: actions[n%len(actions)], ProjectID: []string{"acme", "globex", ""}[n%3],
			EntityType: "order", EntityID: strconv.Itoa(4000 + n%300),
			ActorID: fmt.Sprintf("u-%d", n%17), ActorName: fmt.Sprintf("Member %d", n%17), ActorType: "user",
			OperationID: fmt.Sprintf("op-%d", n/3), Duration: 0.1, HasDuration: true, ServiceName: "shop", ResourceID: resource.ID,
		}
		binary.BigEndian.PutUint64(a.ID[8:], uint64(n)+1)      //nolint:gosec // not negative
		binary.BigEndian.PutUint64(a.TraceID[8:], uint64(n)+1) //nolint:gosec // not negative
		if n%20 == 0 {
			a.Status, a.Severity, a.Reason = model.StatusFailure, model.SeverityWarning, "card declined"
		}
		if n%500 == 0 {
			a.Severity = model.SeverityCritical
		}
		if n == activities-1 {
			a.ActorID, a.ActorName = "u-99", "Somebody new"
		}
		if n%4 == 0 {
			a.Changes = []byte(`{"before":{"state":"open"},"after":{"state":"paid"}}`)
		}
		batch.Append(&a)
	}
	_, err := store.NewWriter(pool).Write(t.Context(), &batch, nil)
	require.NoError(t, err)
}
