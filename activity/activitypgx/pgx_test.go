package activitypgx

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// site is a database with a table, whose commits are watched.
type site struct {
	pool  *pgxpool.Pool
	db    *DB
	watch *pgtest.Watch
}

func newSite(t *testing.T) *site {
	t.Helper()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	_, err := pool.Exec(t.Context(), "CREATE TABLE public.orders (id int PRIMARY KEY, status text)")
	require.NoError(t, err)
	return &site{pool: pool, db: New(pool), watch: pgtest.NewWatch(t, pool)}
}

func (s *site) log(t *testing.T) []string {
	t.Helper()
	return s.watch.Log(t)
}

func as(ctx context.Context, id string) context.Context {
	return activity.WithActor(ctx, activity.Actor{ID: id})
}

const u1 = `{"activity.actor.id":"u-1","activity.actor.type":"user"}`

var u2 = strings.ReplaceAll(u1, "u-1", "u-2")

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
	require.Equal(t, []string{"B", u1, "INSERT: id:0 status:open", "INSERT: id:1 status:open", "C"}, s.log(t))
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
	require.Equal(t, []string{"B", "INSERT: id:1 status:open", "C"}, s.log(t))
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
	require.Equal(t, []string{"B", u1, "INSERT: id:2 status:open", u2, "INSERT: id:3 status:open", "INSERT: id:4 status:open", "{}", "INSERT: id:5 status:open", "C"}, s.log(t))
}

func TestSavepointsOfSQLAndWritesAroundThemAreHonoured(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
		for _, sql := range []string{"SAVEPOINT s", "INSERT INTO public.orders VALUES (1)", "ROLLBACK TO s", "INSERT INTO public.orders VALUES (2)"} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		inner, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(as(ctx, "u-2"), "INSERT INTO public.orders VALUES (3)"); err != nil { // in the savepoint too
			return err
		}
		if err := inner.Commit(ctx); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO public.orders VALUES (4)")
		require.ErrorIs(t, inner.Rollback(ctx), pgx.ErrTxClosed) // as a deferred one is
		return err
	}))
	require.Equal(t, []string{"B", u1, "INSERT: id:2 status:null", u2, "INSERT: id:3 status:null", u1, "INSERT: id:4 status:null", "C"}, s.log(t))
}

// clerk makes a role that may write rows, and no messages.
func (s *site) clerk(t *testing.T, role string) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `DO $$ BEGIN
			EXECUTE (SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
				FROM pg_proc WHERE proname = 'pg_logical_emit_message' AND proargtypes[2] = 'text'::regtype);
		END $$;
		CREATE ROLE `+role+`; GRANT USAGE ON SCHEMA public TO `+role+`; GRANT ALL ON public.orders TO `+role)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := s.pool.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		require.NoError(t, err)
	})
	s.log(t) // that of the rights
}

func TestARoleWithoutTheRightGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.clerk(t, "clerk_without_right")
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
	require.Equal(t, []string{"B", "INSERT: id:0 status:open", "C", "B", "INSERT: id:1 status:open", "C"}, s.log(t))
}

// The guide's SQL lets the application's role tell, and nobody else.
func TestTheRightsOfTheGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guide/row-changes-context.md")
	require.NoError(t, err)
	_, rights, _ := strings.Cut(string(guide), "```sql\n")
	rights, _, _ = strings.Cut(rights, "```")
	s := newSite(t)
	_, err = s.pool.Exec(t.Context(), "CREATE ROLE guide_shop; CREATE ROLE guide_other")
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := s.pool.Exec(context.Background(), "DROP OWNED BY guide_shop; DROP ROLE guide_shop, guide_other")
		require.NoError(t, err)
	})
	_, err = s.pool.Exec(t.Context(), strings.ReplaceAll(rights, "'shop'", "'guide_shop'"))
	require.NoError(t, err)
	for role, want := range map[string]bool{"guide_shop": true, "guide_other": false} {
		err := pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE "+role); err != nil {
				return err
			}
			for _, value := range []string{"text", "bytea"} {
				if _, err := tx.Exec(t.Context(), "SELECT pg_logical_emit_message(true, 'activity.context', '{}'::"+value+")"); err != nil {
					return err
				}
			}
			return nil
		})
		require.Equal(t, want, err == nil, role)
	}
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

func ExampleDB_BeginFunc() {
	pay := func(ctx context.Context, pool *pgxpool.Pool, id string) error {
		return New(pool).BeginFunc(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE orders SET status = $1 WHERE id = $2", "paid", id)
			return err
		})
	}
	_ = pay
}
