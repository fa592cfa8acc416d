package activitypgx

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// site is a database with a table, and a slot that sees what is written.
type site struct {
	pool *pgxpool.Pool
	db   *DB
	slot string
}

func newSite(t *testing.T) *site {
	t.Helper()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	s := &site{pool: pool, db: New(pool), slot: "activity_" + strings.ToLower(strings.NewReplacer("/", "_", " ", "_").Replace(t.Name()))[:20]}
	_, err := pool.Exec(t.Context(), "CREATE TABLE public.orders (id int PRIMARY KEY, status text)")
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "SELECT pg_create_logical_replication_slot($1, 'test_decoding')", s.slot)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := pool.Exec(context.Background(), "SELECT pg_drop_replication_slot($1)", s.slot)
		require.NoError(t, err)
	})
	return s
}

// log is what the slot has seen, short: "B", "C", the message's content, "INSERT 1".
func (s *site) log(t *testing.T) []string {
	t.Helper()
	rows, err := s.pool.Query(t.Context(), "SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL)", s.slot)
	require.NoError(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	var log []string
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "BEGIN"):
			log = append(log, "B")
		case strings.HasPrefix(line, "COMMIT"):
			log = append(log, "C")
		case strings.HasPrefix(line, "message"):
			require.Contains(t, line, "transactional: 1 prefix: activity.context")
			_, content, _ := strings.Cut(line, "content:")
			log = append(log, content)
		default:
			_, change, _ := strings.Cut(line, ": ")
			change = strings.NewReplacer("id[integer]:", "", "status[text]:", "", "'", "").Replace(change)
			log = append(log, change)
		}
	}
	return log
}

func as(ctx context.Context, id string) context.Context {
	return activity.WithActor(ctx, activity.Actor{ID: id})
}

const u1 = `{"activity.actor.id":"u-1","activity.actor.type":"user"}`

func TestTheContextGoesBeforeTheFirstWrite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM public.orders").Scan(&n); err != nil {
			return err
		}
		for id := range 2 {
			if _, err := tx.Exec(ctx, "INSERT INTO public.orders VALUES ($1, $2)", id, "open"); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Equal(t, []string{"B", u1, "INSERT: 0 open", "INSERT: 1 open", "C"}, s.log(t))
}

func TestEachWayToWriteTells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	batch := func() *pgx.Batch {
		b := &pgx.Batch{}
		b.Queue("SELECT 1").QueryRow(func(row pgx.Row) error {
			var one int
			return row.Scan(&one)
		})
		b.Queue("INSERT INTO public.orders VALUES (5, 'open')")
		return b
	}
	ways := []func(tx pgx.Tx) error{
		func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "/* several */ INSERT INTO public.orders VALUES (1, 'open'); UPDATE public.orders SET status = 'paid'")
			return err
		},
		func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "INSERT INTO public.orders VALUES (2, 'open') RETURNING id")
			if err != nil {
				return err
			}
			_, err = pgx.CollectRows(rows, pgx.RowTo[int])
			return err
		},
		func(tx pgx.Tx) error {
			var id int
			return tx.QueryRow(ctx, "WITH i AS (INSERT INTO public.orders VALUES (3, 'open') RETURNING id) SELECT id FROM i").Scan(&id)
		},
		func(tx pgx.Tx) error {
			_, err := tx.CopyFrom(ctx, pgx.Identifier{"public", "orders"}, []string{"id", "status"}, pgx.CopyFromRows([][]any{{4, "open"}}))
			return err
		},
		func(tx pgx.Tx) error { return tx.SendBatch(ctx, batch()).Close() },
		func(tx pgx.Tx) error {
			if err := Announce(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "SELECT set_config('a.b', '', true)")
			return err
		},
	}
	for i, write := range ways {
		require.NoError(t, s.db.BeginFunc(ctx, write), i)
		log := s.log(t)
		require.Equal(t, []string{"B", u1}, log[:2], i)
		require.Equal(t, 1, strings.Count(strings.Join(log, "\n"), u1), i)
	}
}

func TestReadingAndNobodyTellNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, " -- a comment\n (SELECT 1)")
		return err
	}))
	require.Empty(t, s.log(t))
	require.NoError(t, s.db.BeginFunc(t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "INSERT INTO public.orders VALUES ($1, 'open')", 1)
		return err
	}))
	require.Equal(t, []string{"B", "INSERT: 1 open", "C"}, s.log(t))
}

func TestSavepointsAndOtherActorsAreHonoured(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := t.Context()
	insert := func(ctx context.Context, tx pgx.Tx, id int) error {
		_, err := tx.Exec(ctx, "INSERT INTO public.orders VALUES ($1, 'open')", id)
		return err
	}
	undo := errors.New("undo")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		err := pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error {
			return errors.Join(insert(as(ctx, "u-1"), inner, 1), undo)
		})
		require.ErrorIs(t, err, undo)
		if err := insert(as(ctx, "u-1"), tx, 2); err != nil { // told again
			return err
		}
		if err := pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error { return insert(as(ctx, "u-2"), inner, 3) }); err != nil {
			return err
		}
		if err := insert(as(ctx, "u-2"), tx, 4); err != nil { // the released savepoint told it
			return err
		}
		return insert(ctx, tx, 5) // nobody any more
	}))
	u2 := strings.ReplaceAll(u1, "u-1", "u-2")
	require.Equal(t, []string{"B", u1, "INSERT: 2 open", u2, "INSERT: 3 open", "INSERT: 4 open", "{}", "INSERT: 5 open", "C"}, s.log(t))
}

func TestARoleWithoutTheRightGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := s.pool.Exec(t.Context(), `REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) FROM PUBLIC;
		CREATE ROLE clerk_without_right; GRANT USAGE ON SCHEMA public TO clerk_without_right; GRANT ALL ON public.orders TO clerk_without_right`)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := s.pool.Exec(context.Background(), "DROP OWNED BY clerk_without_right; DROP ROLE clerk_without_right")
		require.NoError(t, err)
	})
	s.log(t) // that of the rights
	ctx := as(t.Context(), "u-1")
	for id := range 2 {
		require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SET LOCAL ROLE clerk_without_right"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "INSERT INTO public.orders VALUES ($1, 'open')", id)
			return err
		}))
	}
	require.Equal(t, []string{"B", "INSERT: 0 open", "C", "B", "INSERT: 1 open", "C"}, s.log(t))
}

func TestAFailingWriteFailsAsItWould(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	err := s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO nowhere VALUES ($1)", 1)
		return err
	})
	require.ErrorContains(t, err, "nowhere")
	require.Empty(t, s.log(t))
}

func TestTheMessageSaysAllThatTheContextSays(t *testing.T) {
	t.Parallel()
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(as(t.Context(), "ü\"1"), span)
	ctx = activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: "u-2", Type: activity.ActorAgent})
	ctx = activity.WithReason(activity.WithOperation(activity.WithProject(ctx, "acme"), "op-1"), "because")
	require.JSONEq(t, `{
		"activity.actor.id": "ü\"1", "activity.actor.type": "user",
		"activity.on_behalf_of.id": "u-2", "activity.on_behalf_of.type": "agent",
		"activity.project.id": "acme", "activity.operation.id": "op-1", "activity.reason": "because",
		"traceparent": "00-01000000000000000000000000000000-0200000000000000-01"
	}`, message(ctx))
	require.Equal(t, nothing, message(t.Context()))
}

func TestWritesAreSeen(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]bool{
		"insert into a": true, "  UPDATE a": true, "/* x */ -- y\n delete from a": true, "WITH x AS (…) SELECT 1": true,
		"merge into a": true, "TRUNCATE a": true, "CALL p()": true, "DO $$ $$": true, "COPY a FROM stdin": true,
		"SELECT 1": false, "((select 1))": false, "": false, "--": false, "/*": false, "values (1)": false, "SET a = 1": false,
	} {
		require.Equal(t, want, writes(sql), sql)
	}
}

func ExampleDB_BeginFunc() {
	pay := func(ctx context.Context, pool *pgxpool.Pool, id string) error {
		return New(pool).BeginFunc(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE orders SET status = $1 WHERE id = $2", "paid", id)
			return err
		})
	}
	_ = pay
}
