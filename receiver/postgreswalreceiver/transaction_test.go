package postgreswalreceiver

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

const say = "SELECT pg_catalog.pg_logical_emit_message(true, 'activity.context', $1)"

// transaction runs statements in one; the rows of an argument are of say.
func (s *site) transaction(t *testing.T, statements ...string) {
	t.Helper()
	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		for _, statement := range statements {
			var err error
			if statement[0] == '{' {
				_, err = tx.Exec(t.Context(), say, statement)
			} else {
				_, err = tx.Exec(t.Context(), statement)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func by(id string) string { return `{"activity.actor.id":"` + id + `"}` }

// writers returns each record's entity and its actor.
func writers(records []plog.LogRecord) []string {
	var all []string
	for _, record := range records {
		all = append(all, text(record, "activity.entity.id")+" "+text(record, "activity.actor.id"))
	}
	return all
}

func TestRowsKnowTheirWriter(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.transaction(t,
		"INSERT INTO public.orders VALUES (1)",
		`{"activity.actor.id":"u-1","activity.actor.type":"user","activity.on_behalf_of.id":"u-9","activity.project.id":"p","activity.operation.id":"op","activity.reason":"asked to","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}`,
		"INSERT INTO public.orders VALUES (2)",
		by("u-2"),
		"INSERT INTO public.orders VALUES (3)")
	s.transaction(t, "INSERT INTO public.orders VALUES (4)")
	records := s.wait(t, 4)
	require.Equal(t, []string{"1 ", "2 u-1", "3 u-2", "4 "}, writers(records), "a message is for the rows behind it, in its transaction")
	second := records[1]
	require.Equal(t, "user", text(second, "activity.actor.type"))
	require.Equal(t, "u-9", text(second, "activity.on_behalf_of.id"))
	require.Equal(t, "p", text(second, "activity.project.id"))
	require.Equal(t, "op", text(second, "activity.operation.id"))
	require.Equal(t, "asked to", text(second, "activity.reason"))
	require.Equal(t, "0af7651916cd43dd8448eb211c80319c", second.TraceID().String())
	require.Equal(t, "b7ad6b7169203331", second.SpanID().String())
	require.Empty(t, text(records[2], "activity.project.id"), "the next message replaces all of it")
	require.True(t, records[2].TraceID().IsEmpty())
}

func TestAWritersWordDiesWithItsSavepoint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.transaction(t,
		by("outer"), "INSERT INTO public.orders VALUES (1)",
		"SAVEPOINT a", by("undone"), "INSERT INTO public.orders VALUES (2)", "ROLLBACK TO SAVEPOINT a",
		"INSERT INTO public.orders VALUES (3)",
		"SAVEPOINT b", by("kept"), "INSERT INTO public.orders VALUES (4)", "RELEASE SAVEPOINT b",
		"INSERT INTO public.orders VALUES (5)")
	require.Equal(t, []string{"1 outer", "3 outer", "4 kept", "5 kept"}, writers(s.wait(t, 4)))
}

func TestMessagesThatCantBeRead(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.transaction(t, by("u-1"), "INSERT INTO public.orders VALUES (1)", `{"activity.actor.id":`, "INSERT INTO public.orders VALUES (2)")
	s.transaction(t, `{"activity.actor.id":7,"activity.reason":"kept","activity.action":"forged","db.operation.name":"forged","traceparent":"00-zz"}`,
		"INSERT INTO public.orders VALUES (3)")
	s.exec(t, "SELECT pg_catalog.pg_logical_emit_message(false, 'activity.context', '"+by("nobody")+"')",
		"SELECT pg_catalog.pg_logical_emit_message(true, repeat('p', 200000), repeat('c', 5000000))",
		"INSERT INTO public.orders VALUES (4)")
	records := s.wait(t, 4)
	require.Equal(t, []string{"1 u-1", "2 ", "3 ", "4 "}, writers(records))
	require.Equal(t, "kept", text(records[2], "activity.reason"))
	require.Equal(t, "orders.insert", text(records[2], "activity.action"), "a message can't change what happened")
	require.Equal(t, "INSERT", text(records[2], "db.operation.name"))
}

func TestActivitiesCommitWithTheirTransaction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	const record = `SELECT pg_catalog.pg_logical_emit_message(true, 'activity.record', '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
		"scopeLogs":[{"scope":{"name":"shop"},"logRecords":[{"timeUnixNano":"1767323045000000000","eventName":"order.refund",
		"attributes":[{"key":"log.record.uid","value":{"stringValue":"01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"}},{"key":"activity.entity.id","value":{"stringValue":"1"}}]}]}]}]}')`
	s.transaction(t, "INSERT INTO public.orders VALUES (1)", record)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), record)
	require.NoError(t, err)
	require.NoError(t, tx.Rollback(t.Context()))
	s.exec(t, "SELECT pg_catalog.pg_logical_emit_message(true, 'activity.record', 'no JSON')")

	records := s.wait(t, 3)
	s.settled(t)
	byAction := map[string]plog.LogRecord{}
	for _, r := range records {
		byAction[r.EventName()] = r
	}
	refund := byAction["order.refund"]
	require.Equal(t, "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60", text(refund, "log.record.uid"))
	require.Equal(t, text(byAction["orders.insert"], "postgresql.xid"), text(refund, "postgresql.xid"))
	unreadable := byAction["postgres_wal.unreadable_record"]
	require.Equal(t, "no JSON", unreadable.Body().Str(), "what was meant to be kept is kept")
	require.Equal(t, "failure", text(unreadable, "activity.status"))
}

// TestManyRowsOnOnePlaceInTheLog is what a COPY does.
func TestManyRowsOnOnePlaceInTheLog(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	rows := make([][]any, 2100)
	for i := range rows {
		rows[i] = []any{i}
	}
	_, err := s.pool.CopyFrom(t.Context(), pgx.Identifier{"public", "orders"}, []string{"id"}, pgx.CopyFromRows(rows))
	require.NoError(t, err)
	ids, places := map[string]bool{}, map[string]bool{}
	for _, record := range s.wait(t, 2100) {
		ids[text(record, "log.record.uid")] = true
		places[text(record, "postgresql.lsn")] = true
	}
	require.Len(t, ids, 2100)
	require.Less(t, len(places), 1000, "else this shows nothing")
}

func TestPreparedTransactionsComeWhenTheyCommit(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, ownServer(t, map[string]string{"max_prepared_transactions": "5"}))
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "BEGIN; INSERT INTO public.orders VALUES (1); PREPARE TRANSACTION 'one'", "INSERT INTO public.orders VALUES (2)")
	s.wait(t, 1)
	s.exec(t, "COMMIT PREPARED 'one'")
	require.Equal(t, []string{"2 ", "1 "}, writers(s.wait(t, 2)))
}
