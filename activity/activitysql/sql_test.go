package activitysql

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// site is a database with a table, whose commits are watched.
type site struct {
	admin *pgxpool.Pool
	pool  *sql.DB
	db    *DB
	watch *pgtest.Watch
}

func newSite(t *testing.T) *site {
	t.Helper()
	admin := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	_, err := admin.Exec(t.Context(), "CREATE TABLE public.orders (id int PRIMARY KEY, status text)")
	require.NoError(t, err)
	pool := stdlib.OpenDBFromPool(admin)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	resource := WithResource(attribute.String("service.name", "shop"))
	return &site{
		admin: admin, pool: pool, watch: pgtest.NewWatch(t, admin),
		db: New(pool, resource, WithDefaults(activity.DefaultProject("acme"))),
	}
}

func as(ctx context.Context, id string) context.Context {
	return activity.WithActor(ctx, activity.Actor{ID: id})
}

const u1 = `{"activity.actor.id":"u-1","activity.actor.type":"user"}`

func execute(ctx context.Context, tx *Tx, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func TestTheContextGoesBeforeTheFirstWrite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx *Tx) error {
		return execute(ctx, tx, "SELECT 1", "INSERT INTO public.orders VALUES (1)", "INSERT INTO public.orders VALUES (2)")
	}))
	require.Equal(t, []string{"B", u1, "INSERT: id:1 status:null", "INSERT: id:2 status:null", "C"}, s.watch.Log(t))
	require.NoError(t, s.db.BeginFunc(ctx, func(tx *Tx) error { return execute(ctx, tx, "SELECT 1") }))
	require.Empty(t, s.watch.Log(t))
}

func TestEachWayToWriteTells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	const insert = "INSERT INTO public.orders VALUES ($1, 'open') RETURNING id"
	ways := []func(tx *Tx) error{
		func(tx *Tx) error {
			_, err := tx.ExecContext(ctx, insert, 0)
			return err
		},
		func(tx *Tx) error {
			rows, err := tx.QueryContext(ctx, insert, 1)
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
			}
			return rows.Err()
		},
		func(tx *Tx) error {
			var id int
			return tx.QueryRowContext(ctx, insert, 2).Scan(&id)
		},
		func(tx *Tx) error {
			statement, err := tx.PrepareContext(ctx, insert)
			if err != nil {
				return err
			}
			defer func() { _ = statement.Close() }()
			_, err = statement.ExecContext(ctx, 3)
			return err
		},
		func(tx *Tx) error {
			statement, err := s.pool.PrepareContext(ctx, insert)
			if err != nil {
				return err
			}
			defer func() { _ = statement.Close() }()
			if err := tx.Announce(ctx); err != nil {
				return err
			}
			within := tx.StmtContext(ctx, statement)
			defer func() { _ = within.Close() }()
			_, err = within.ExecContext(ctx, 4)
			return err
		},
	}
	for i, write := range ways {
		require.NoError(t, s.db.BeginFunc(ctx, write), i)
		log := s.watch.Log(t)
		require.Len(t, log, 4, i)
		require.Equal(t, []string{"B", u1}, log[:2], i)
	}
}

func TestSavepointsAndOtherActorsAreHonoured(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx *Tx) error {
		return errors.Join(
			execute(ctx, tx, "SAVEPOINT s", "INSERT INTO public.orders VALUES (1)", "ROLLBACK TO s", "INSERT INTO public.orders VALUES (2)"),
			execute(as(ctx, "u-2"), tx, "INSERT INTO public.orders VALUES (3)"),
			execute(as(ctx, ""), tx, "INSERT INTO public.orders VALUES (4)"))
	}))
	u2 := strings.ReplaceAll(u1, "u-1", "u-2")
	require.Equal(t, []string{"B", u1, "INSERT: id:2 status:null", u2, "INSERT: id:3 status:null", "{}", "INSERT: id:4 status:null", "C"}, s.watch.Log(t))
}

func TestWhatCannotBeToldIsNotWritten(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	tx, err := s.db.BeginTx(ctx, nil)
	require.NoError(t, err)
	require.Error(t, execute(ctx, tx, "SELECT nonsense")) // ends the transaction
	var id int
	require.Error(t, tx.QueryRowContext(ctx, "INSERT INTO public.orders VALUES (1) RETURNING id").Scan(&id))
	_, err = tx.QueryContext(ctx, "INSERT INTO public.orders VALUES (1)") //nolint:sqlclosecheck,rowserrcheck // there are none
	require.ErrorContains(t, err, "who is writing")
	require.Error(t, tx.Commit())
	require.Empty(t, s.watch.Log(t))
}

func TestAnErrorAndAPanicRollBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	undo := errors.New("undo")
	require.ErrorIs(t, s.db.BeginFunc(ctx, func(tx *Tx) error {
		return errors.Join(execute(ctx, tx, "INSERT INTO public.orders VALUES (1)"), undo)
	}), undo)
	require.Panics(t, func() {
		_ = s.db.BeginFunc(ctx, func(tx *Tx) error {
			if err := execute(ctx, tx, "INSERT INTO public.orders VALUES (1)"); err != nil {
				return err
			}
			panic("at the disco")
		})
	})
	require.Empty(t, s.watch.Log(t))
	require.Zero(t, s.pool.Stats().InUse)
}

func TestAnActivityIsRecordedIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx *Tx) error {
		return errors.Join(
			execute(ctx, tx, "SAVEPOINT s"),
			InTx(ctx, tx, activity.Activity{Action: "order.retried"}),
			execute(ctx, tx, "ROLLBACK TO s"),
			InTx(ctx, tx, activity.Activity{Action: "order.placed"}))
	}))
	log := s.watch.Log(t)
	require.Len(t, log, 3)
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(log[1]))
	require.NoError(t, err)
	from := logs.ResourceLogs().At(0)
	record := from.ScopeLogs().At(0).LogRecords().At(0)
	require.Equal(t, "order.placed", record.EventName())
	require.Equal(t, "shop", from.Resource().Attributes().AsRaw()["service.name"])
	attributes := record.Attributes().AsRaw()
	require.Equal(t, "u-1", attributes["user.id"])
	require.Equal(t, "acme", attributes["activity.project.id"])

	undone, err := s.pool.BeginTx(ctx, nil) // of database/sql itself
	require.NoError(t, err)
	require.NoError(t, InTx(ctx, undone, activity.Activity{Action: "order.undone"}))
	require.NoError(t, undone.Rollback())
	require.Empty(t, s.watch.Log(t))
}

func TestWithoutTheRightRowsAreWrittenAndActivitiesRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := s.admin.Exec(t.Context(), `DO $$ BEGIN
			EXECUTE (SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
				FROM pg_proc WHERE proname = 'pg_logical_emit_message' AND proargtypes[2] = 'text'::regtype);
		END $$;
		CREATE ROLE clerk; GRANT USAGE ON SCHEMA public TO clerk; GRANT ALL ON public.orders TO clerk`)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := s.admin.Exec(context.Background(), "DROP OWNED BY clerk; DROP ROLE clerk")
		require.NoError(t, err)
	})
	s.watch.Log(t) // that of the rights
	ctx := as(t.Context(), "u-1")
	require.NoError(t, s.db.BeginFunc(ctx, func(tx *Tx) error {
		return execute(ctx, tx, "SET LOCAL ROLE clerk", "INSERT INTO public.orders VALUES (1)")
	}))
	require.Equal(t, []string{"B", "INSERT: id:1 status:null", "C"}, s.watch.Log(t))
	err = s.db.BeginFunc(ctx, func(tx *Tx) error {
		return errors.Join(execute(ctx, tx, "SET LOCAL ROLE clerk"), InTx(ctx, tx, activity.Activity{Action: "order.placed"}))
	})
	require.ErrorContains(t, err, `record "order.placed" in the transaction: `)
	require.ErrorContains(t, err, "GRANT EXECUTE")
}

func ExampleInTx() {
	pay := func(ctx context.Context, db *DB, id string) error {
		return db.BeginFunc(ctx, func(tx *Tx) error {
			if _, err := tx.ExecContext(ctx, "UPDATE orders SET status = $1 WHERE id = $2", "paid", id); err != nil {
				return err
			}
			return InTx(ctx, tx, activity.Activity{Action: "order.pay", Entity: activity.Entity{Type: "order", ID: id}})
		})
	}
	_ = pay
}
