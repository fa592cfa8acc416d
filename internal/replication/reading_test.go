package replication_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// A role that reads the stream needs REPLICATION and nothing else: no right on the
// tables, on their schema, or on the publication.
func TestReadingTakesNoRightOnTables(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, `
		CREATE SCHEMA hidden; CREATE TABLE hidden.t (id int PRIMARY KEY, v text);
		REVOKE ALL ON SCHEMA hidden, public FROM PUBLIC; CREATE ROLE reader LOGIN REPLICATION`)
	table := tables(t, pool)["hidden.t"]
	exec(t, pool, replication.CreatePublicationSQL("p", []replication.Table{table}))

	reader := login(t, pool, "reader")
	_, err := reader.Exec(t.Context(), "SELECT FROM hidden.t")
	require.ErrorContains(t, err, "permission denied")
	_, err = replication.CreateSlot(t.Context(), reader, "cdc", false)
	require.NoError(t, err)
	key, err := replication.KeyOf(t.Context(), reader, table.OID)
	require.NoError(t, err)
	require.Equal(t, []string{"id"}, key)
	require.Equal(t, []string{"hidden.t"}, published(publication(t, reader, "p")))

	exec(t, pool, "INSERT INTO hidden.t VALUES (1, 'seen by the reader')")
	require.Contains(t, stream(t, reader.Config().ConnConfig.Config, 'I'), "seen by the reader")
}

// stream reads publication p by slot cdc up to the first change of a kind.
func stream(t *testing.T, config pgconn.Config, kind byte) string {
	t.Helper()
	config.RuntimeParams = map[string]string{"replication": "database"}
	conn, err := pgconn.ConnectConfig(t.Context(), &config)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	conn.Frontend().Send(&pgproto3.Query{String: "START_REPLICATION SLOT cdc LOGICAL 0/0 (proto_version '1', publication_names 'p')"})
	require.NoError(t, conn.Frontend().Flush())
	const header = 25 // of XLogData
	for {
		message, err := conn.ReceiveMessage(t.Context())
		require.NoError(t, err)
		switch m := message.(type) {
		case *pgproto3.ErrorResponse:
			require.FailNow(t, m.Message)
		case *pgproto3.CopyData:
			if len(m.Data) > header && m.Data[0] == 'w' && m.Data[header] == kind {
				return strings.Clone(string(m.Data))
			}
		}
	}
}

// Why Mixed is worth a finding: the old row of a partition that has only its key in the
// WAL comes as a whole one, because its root has FULL, and with NULL for the rest.
func TestOldRowOfAMixedPartitionHasFalseNulls(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, partitions)
	mixed := tables(t, pool)["public.mixed"]
	require.Len(t, mixed.Mixed(), 1)
	exec(t, pool, replication.CreatePublicationSQL("p", []replication.Table{mixed}))
	_, err := replication.CreateSlot(t.Context(), pool, "cdc", false)
	require.NoError(t, err)
	exec(t, pool, "UPDATE public.mixed SET v = 'there'; DELETE FROM public.mixed")
	deleted := stream(t, pool.Config().ConnConfig.Config, 'D')
	require.True(t, strings.HasSuffix(deleted, "O\x00\x02t\x00\x00\x00\x011n"), "%q", deleted)
}
