package ui

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// migrating is a migration that no Collector carries out: the steps see what one has left.
type migrating struct {
	migrations *store.Migrations
	id         string
}

// seedMigration leaves one whose triggers and log are compared, with what differs.
func seedMigration(t *testing.T, dsn string) *migrating {
	t.Helper()
	ctx := t.Context()
	m := &migrating{migrations: store.NewMigrations(pgtest.Pool(t, dsn))}
	started, err := m.migrations.Start(ctx, "seed", "off audit triggers", store.MigrationSpec{ShadowSeconds: 600})
	require.NoError(t, err)
	m.id = started.ID
	require.NoError(t, m.migrations.Claim(ctx, "7391823649182736491/shop"))

	source := func(name, shape string, rows int64) store.MigrationSource {
		definition, err := json.Marshal(map[string]string{"shape": shape})
		require.NoError(t, err)
		return store.MigrationSource{Name: name, RowsTotal: rows, Bytes: rows * 412, Definition: definition}
	}
	sources := []store.MigrationSource{
		source("audit.record_version", "supa_audit", 10_240_112),
		source("public.auditlog_logentry", "django_auditlog", 3_018_774),
		source("public.prices_log", "tablelog", 512_400),
	}
	var tables []store.MigrationTable
	for name := range strings.FieldsSeq("public.customers public.orders public.payments public.refunds") {
		tables = append(tables, store.MigrationTable{Name: name, Source: "audit.record_version"})
	}
	tables = append(tables, store.MigrationTable{Name: "public.prices", Source: "public.prices_log"})
	require.NoError(t, m.migrations.SaveDiscovered(ctx, m.id, sources, tables))
	problems := []string{"", "2 of the rows make no activity, the last with key 88123", ""}
	for i, done := range []int64{10_240_112, 3_018_774, 512_400} {
		name := sources[i].Name
		require.NoError(t, m.migrations.BeginSource(ctx, m.id, name, 700))
		require.NoError(t, m.migrations.SaveChunk(ctx, m.id, &store.MigrationChunk{
			Source: name, Pass: store.PassBackfill, StartedAt: time.Now(), LastKey: done, Rows: int(done), Written: int(done), Rate: 14_820,
		}))
		require.NoError(t, m.migrations.SetSourcePhase(ctx, m.id, name, store.MigrationShadowing, problems[i], false))
	}
	require.NoError(t, m.migrations.Note(ctx, m.id, "Comparing what triggers and log record."))
	require.NoError(t, m.migrations.AddCompared(ctx, m.id, map[string]int64{
		"public.customers": 1204, "public.orders": 48_210, "public.payments": 47_998, "public.prices": 310, "public.refunds": 87,
	}, nil))
	require.NoError(t, m.differ(ctx))
	return m
}

// differ has compared, and found what differs; resuming forgets it.
func (m *migrating) differ(ctx context.Context) error {
	state, err := m.migrations.Get(ctx, m.id)
	if err != nil {
		return err
	}
	state.Phase, state.VerifiedAt, state.Compared = store.MigrationShadowing, time.Now(), 13_771_286
	if err := m.migrations.Save(ctx, state); err != nil {
		return err
	}
	key := int64(8_211_904)
	return m.migrations.AddCompared(ctx, m.id, nil, []store.Difference{
		{
			Source: "audit.record_version", Table: "public.orders", Kind: store.DifferenceMissingAuditRow, FoundBy: store.FoundByParity,
			LSN: 0x16B374D848, OccurredAt: time.Now().Add(-20 * time.Minute), Detail: "an update of order 4711: no trigger wrote it (session_replication_role was replica)",
		},
		{
			Source: "audit.record_version", Table: "public.payments", Kind: store.DifferenceChanged, FoundBy: store.FoundByComparison,
			SourceKey: &key, ActivityID: model.ID{1, 15: 2}, OccurredAt: time.Now().Add(-50 * time.Hour), Detail: "the audit row was changed by hand: amount",
		},
	})
}

// again lets the steps find the differences anew.
func (m *migrating) again(w http.ResponseWriter, r *http.Request) {
	if err := m.differ(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
