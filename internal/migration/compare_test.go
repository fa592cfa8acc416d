package migration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/store"
)

// sabotage is a change by hand, and how it is named.
type sabotage struct {
	name, old, now string // statements in the application's database and in the trail
	kind, detail   string
	key            int64
}

func TestSabotageIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []sabotage{
		{
			name: "an audit row was deleted", old: "DELETE FROM audit.record_version WHERE id = 4",
			kind: store.DifferenceMissingAuditRow, key: 4, detail: "which is not there",
		},
		{
			name: "an audit row was changed", old: `UPDATE audit.record_version SET record = '{"id": 5, "state": "stolen"}' WHERE id = 5`,
			kind: store.DifferenceChanged, key: 5, detail: "differ in changes",
		},
		{
			name: "the time of an audit row was changed", old: "UPDATE audit.record_version SET ts = ts - interval '3 hours' WHERE id = 5",
			kind: store.DifferenceChanged, key: 5, detail: "different times",
		},
		{
			name: "an audit row was added",
			old: `INSERT INTO audit.record_version (op, table_oid, table_schema, table_name, record, record_id)
				SELECT op, table_oid, table_schema, table_name, record, record_id FROM audit.record_version WHERE id = 2`,
			kind: store.DifferenceMissingActivity, key: 21, detail: "has no activity",
		},
		{
			name: "an activity was deleted", now: "DELETE FROM activity.activity WHERE attributes ->> 'activity.migration.key' = '7'",
			kind: store.DifferenceMissingActivity, key: 7, detail: "has no activity",
		},
		{
			name: "an activity was changed", now: "UPDATE activity.activity SET entity_id = '99' WHERE attributes ->> 'activity.migration.key' = '8'",
			kind: store.DifferenceChanged, key: 8, detail: "what was done to what",
		},
		{
			name: "an activity was added",
			now: `INSERT INTO activity.activity (occurred_at, resource_id, severity_number, id, source, status, severity, action, entity_type, entity_id, attributes)
				SELECT occurred_at, resource_id, severity_number, gen_random_uuid(), source, status, severity, action, entity_type, entity_id, attributes
				FROM activity.activity WHERE attributes ->> 'activity.migration.key' = '9'`,
			kind: store.DifferenceMissingAuditRow, key: 9, detail: "says otherwise",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, store.MigrationSpec{})
			s.orders(t, 1, 20)
			s.begin(t)
			s.until(t, store.MigrationShadowing)
			s.step(t)
			require.Zero(t, s.migration(t).Differing())
			s.to(t, store.MigrationVerified)
			if c.old != "" {
				s.exec(t, c.old)
				// The new row is brought in: it is in the key's order. Only what was verified counts.
				if c.key == 21 {
					_, err := s.trail.Exec(t.Context(), "UPDATE activity.migration_source SET position = 21")
					require.NoError(t, err)
				}
			}
			if c.now != "" {
				_, err := s.trail.Exec(t.Context(), c.now)
				require.NoError(t, err)
			}
			s.step(t)
			found, err := s.state.Differences(t.Context(), s.id, 0)
			require.NoError(t, err)
			require.Len(t, found, 1, "%v", found)
			d := found[0]
			require.Equal(t, c.kind, d.Kind, d.Detail)
			require.Equal(t, c.key, *d.SourceKey)
			require.Equal(t, "public.orders", d.Table)
			require.Contains(t, d.Detail, c.detail)
			m := s.migration(t)
			require.Equal(t, int64(1), m.Differing())
			require.Contains(t, m.CutoverGate(), "Locked")
		})
	}
}
