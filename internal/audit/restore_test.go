package audit_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
)

// journal notes changes of orders as the journal of a migration does: texts, but for
// documents.
const journal = `
CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public;
CREATE TABLE public.journal (id bigserial, operation text, old jsonb, new jsonb);
CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    INSERT INTO public.journal (operation, old, new) VALUES (
        lower(TG_OP),
        CASE WHEN TG_OP IN ('UPDATE', 'DELETE') THEN hstore_to_jsonb(hstore(OLD)) || jsonb_build_object('doc', OLD.doc) END,
        CASE WHEN TG_OP IN ('UPDATE', 'INSERT') THEN hstore_to_jsonb(hstore(NEW)) || jsonb_build_object('doc', NEW.doc) END
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER note_row AFTER INSERT OR UPDATE OR DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.note();
CREATE TRIGGER note_truncate AFTER TRUNCATE ON public.orders FOR EACH STATEMENT EXECUTE FUNCTION public.note();
`

var committedAt = time.Date(2026, 3, 4, 5, 6, 7, 890123000, time.UTC)

func journaled(t *testing.T, pool *pgxpool.Pool, of *audit.Table) []audit.Restoration {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT operation, old::text, new::text FROM public.journal ORDER BY id`)
	require.NoError(t, err)
	changes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (audit.Restoration, error) {
		c := audit.Restoration{Table: of, CommittedAt: committedAt, XID: 3}
		return c, row.Scan(&c.Operation, &c.Old, &c.New)
	})
	require.NoError(t, err)
	return changes
}

func restore(t *testing.T, pool *pgxpool.Pool, s *audit.Source, changes []audit.Restoration) []int64 {
	t.Helper()
	var keys []int64
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) (err error) {
		keys, err = s.Restore(t.Context(), tx, changes, audit.Known{})
		return err
	}))
	return keys
}

// comparable are what the triggers and Restore must write alike.
var comparableRows = map[audit.Shape]string{
	audit.SupaAudit:    `SELECT jsonb_agg(to_jsonb(t) - 'id' - 'ts' ORDER BY id)::text FROM audit.record_version AS t`,
	audit.AuditTrigger: `SELECT jsonb_agg(jsonb_build_array(schema_name, table_name, relid, action, row_data::text, changed_fields::text, statement_only) ORDER BY event_id)::text FROM audit.logged_actions`,
	audit.TableLog:     `SELECT jsonb_agg(to_jsonb(t) - 'trigger_id' - 'trigger_changed' ORDER BY trigger_id)::text FROM public.orders_log AS t`,
}

// unlike are attributes that say where an audit row is, or what Restore can't know.
var unlike = []string{
	"activity.migration.key", "log.record.uid", "activity.actor.id", "activity.actor.type",
	"client.address", "client.port", "db.query.text", "postgresql.application_name", "postgresql.xid",
}

func TestRestoreIsWhatTheTriggersWrite(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], orders, audittest.Enable(string(shape), "public", "orders"), journal)
			exec(t, pool, changes...)
			exec(t, pool, `UPDATE public.orders SET state = state`, `TRUNCATE public.orders`)
			s := only(t, pool)
			can, why := s.Restorable()
			require.True(t, can, why)
			value := func() (text string) {
				require.NoError(t, pool.QueryRow(t.Context(), comparableRows[shape]).Scan(&text))
				return text
			}
			reader := newReader(t, s, nil, nil)
			wrote, said := value(), read(t, pool, reader, everything)

			last, found, err := reader.Last(t.Context(), pool)
			require.NoError(t, err)
			require.True(t, found)
			exec(t, pool, `DELETE FROM `+pgx.Identifier{s.Schema, s.Name}.Sanitize())
			keys := restore(t, pool, s, journaled(t, pool, &s.Tables[0]))
			require.Equal(t, wrote, value())
			require.Len(t, keys, said.Rows)
			require.Equal(t, last+1, keys[0])

			again := read(t, pool, reader, everything)
			require.Empty(t, again.Problems)
			old, restored := attributes(said), attributes(again)
			require.Len(t, restored, len(old))
			for i := range old {
				for _, name := range unlike {
					delete(old[i], name)
					delete(restored[i], name)
				}
				require.Equal(t, old[i], restored[i])
				require.Equal(t, committedAt, records(again.Logs).At(i).Timestamp().AsTime())
			}
		})
	}
}

// poor is what the log knows of changes under the default replica identity: of an old row
// the key, when it was changed or the row deleted; no large value that stayed.
func poor(t *testing.T, changes []audit.Restoration) []audit.Restoration {
	t.Helper()
	for i := range changes {
		var old, made map[string]json.RawMessage
		for _, half := range []struct {
			text []byte
			to   *map[string]json.RawMessage
		}{{changes[i].Old, &old}, {changes[i].New, &made}} {
			if half.text != nil {
				require.NoError(t, json.Unmarshal(half.text, half.to))
			}
		}
		key := map[string]json.RawMessage{"region": old["region"], "id": old["id"]}
		if made != nil && old != nil && string(made["note"]) == string(old["note"]) {
			delete(made, "note")
			changes[i].New, _ = json.Marshal(made)
		}
		switch {
		case old == nil:
		case made != nil && string(made["id"]) == string(old["id"]):
			changes[i].Old = nil
		default:
			changes[i].Old, _ = json.Marshal(key)
		}
	}
	return changes
}

// What the log doesn't know, earlier changes and audit rows do.
func TestRestoreOfPoorChangesIsWhatTheTriggersWrite(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		for _, before := range []int{1, 3} { // statements that the triggers have recorded
			t.Run(fmt.Sprint(shape, before), func(t *testing.T) {
				t.Parallel()
				pool := database(t, install[shape], orders, audittest.Enable(string(shape), "public", "orders"))
				exec(t, pool, changes[:before]...)
				s := only(t, pool)
				last, _, err := newReader(t, s, nil, nil).Last(t.Context(), pool)
				require.NoError(t, err)
				exec(t, pool, journal)
				exec(t, pool, changes[before:]...)
				value := func() (text string) {
					require.NoError(t, pool.QueryRow(t.Context(), comparableRows[shape]).Scan(&text))
					return text
				}
				wrote := value()
				exec(t, pool, fmt.Sprintf("DELETE FROM %s WHERE %s > %d", pgx.Identifier{s.Schema, s.Name}.Sanitize(), s.Key, last))
				for _, change := range poor(t, journaled(t, pool, &s.Tables[0])) {
					restore(t, pool, s, []audit.Restoration{change}) // each alone: it sees audit rows only
				}
				require.Equal(t, wrote, value())
				exec(t, pool, fmt.Sprintf("DELETE FROM %s WHERE %s > %d", pgx.Identifier{s.Schema, s.Name}.Sanitize(), s.Key, last))
				restore(t, pool, s, poor(t, journaled(t, pool, &s.Tables[0])))
				require.Equal(t, wrote, value())
			})
		}
	}
}

// Triggers that record again have written rows before those are put back that came earlier.
func TestRestoreLooksAtRowsOfBefore(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], `CREATE TABLE public.orders (id int PRIMARY KEY, state text)`, audittest.Enable(string(shape), "public", "orders"))
			exec(t, pool, `INSERT INTO public.orders VALUES (7, 'open')`)
			s := only(t, pool)
			reader := newReader(t, s, nil, nil)
			upTo, _, err := reader.Last(t.Context(), pool)
			require.NoError(t, err)
			exec(t, pool, `UPDATE public.orders SET state = 'shipped'`)
			known := audit.Known{UpTo: &upTo}
			var keys []int64
			for _, state := range []string{"packed", "paid"} {
				require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
					var xid int64
					if err := tx.QueryRow(t.Context(), "SELECT pg_current_xact_id()::text::bigint").Scan(&xid); err != nil {
						return err
					}
					keys, err = s.Restore(t.Context(), tx, []audit.Restoration{{
						Table: &s.Tables[0], CommittedAt: committedAt, Operation: "update", New: fmt.Appendf(nil, `{"id": "7", "state": %q}`, state),
					}}, known)
					known.Transactions, known.Behind = append(known.Transactions, xid), append(known.Behind, upTo)
					return err
				}))
			}
			var before string
			require.NoError(t, pool.QueryRow(t.Context(), map[audit.Shape]string{
				audit.SupaAudit:    `SELECT old_record ->> 'state' FROM audit.record_version WHERE id = $1`,
				audit.AuditTrigger: `SELECT row_data OPERATOR(public.->) 'state' FROM audit.logged_actions WHERE event_id = $1`,
				audit.TableLog:     `SELECT state FROM public.orders_log WHERE trigger_id = $1 AND trigger_tuple = 'old'`,
			}[shape], keys[0]).Scan(&before))
			require.Equal(t, "packed", before)
		})
	}
}

// rowsOf are the audit rows of the changes below: tablelog has both halves of one UPDATE.
var rowsOf = map[audit.Shape]int{audit.SupaAudit: 3, audit.AuditTrigger: 3, audit.TableLog: 4}

// Without REPLICA IDENTITY FULL the log knows no old row, or the key of one. Here no audit
// row tells what was there before the first.
func TestRestoreOfWhatIsKnown(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], `CREATE TABLE public.orders (id int PRIMARY KEY, state text)`, audittest.Enable(string(shape), "public", "orders"))
			s := only(t, pool)
			table := &s.Tables[0]
			keys := restore(t, pool, s, []audit.Restoration{
				{Table: table, CommittedAt: committedAt, Operation: "update", New: []byte(`{"id": "7", "state": "paid"}`)},
				{Table: table, CommittedAt: committedAt, Operation: "update", Old: []byte(`{"id": "7"}`), New: []byte(`{"id": "8", "state": "paid"}`)},
				{Table: table, CommittedAt: committedAt, Operation: "delete", Old: []byte(`{"id": "8"}`)},
			})
			require.Len(t, keys, rowsOf[shape])
			chunk := read(t, pool, newReader(t, s, nil, nil), everything)
			require.Empty(t, chunk.Problems)
			var ids []any
			for _, of := range attributes(chunk) {
				ids = append(ids, of["activity.entity.id"])
			}
			require.Equal(t, []any{"7", "8", "8"}, ids)
		})
	}
}

func TestRestoreSaysHowToMakeRoomForWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.TableLogSQL, `CREATE TABLE public.orders (id int PRIMARY KEY, state text NOT NULL)`, audittest.Enable("tablelog", "public", "orders"))
	s := only(t, pool)
	gone := []audit.Restoration{{Table: &s.Tables[0], CommittedAt: committedAt, Operation: "delete", Old: []byte(`{"id": "8"}`)}}
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := s.Restore(t.Context(), tx, gone, audit.Known{})
		return err
	})
	const remedy = `ALTER TABLE "public"."orders_log" ALTER COLUMN "state" DROP NOT NULL`
	require.ErrorContains(t, err, remedy)
	exec(t, pool, remedy)
	require.Len(t, restore(t, pool, s, gone), 1)
}

func TestTransactionIDHasItsEpoch(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.AuditTriggerSQL, `CREATE TABLE public.orders (id int PRIMARY KEY)`, audittest.Enable("audit_trigger", "public", "orders"))
	s := only(t, pool)
	restore(t, pool, s, []audit.Restoration{
		{Table: &s.Tables[0], CommittedAt: committedAt, XID: 5, Operation: "truncate"},
		{Table: &s.Tables[0], CommittedAt: committedAt, XID: 4_294_967_295, Operation: "truncate"},
	})
	chunk := read(t, pool, newReader(t, s, nil, nil), everything)
	require.EqualValues(t, 5, attributes(chunk)[0]["postgresql.xid"])
	require.EqualValues(t, -1, attributes(chunk)[1]["postgresql.xid"]) // before the first epoch: it can't be
}

func TestNotRestorable(t *testing.T) {
	t.Parallel()
	for _, shape := range []audit.Shape{audit.PgMemento, audit.PaperTrail, audit.DjangoAuditlog, audit.LaravelActivity, audit.Mapped} {
		s := audit.Source{Shape: shape, Schema: "public", Name: "t"}
		can, why := s.Restorable()
		require.False(t, can)
		require.NotEmpty(t, why)
		_, err := s.Restore(t.Context(), nil, []audit.Restoration{{}}, audit.Known{})
		require.ErrorContains(t, err, why)
	}
}
