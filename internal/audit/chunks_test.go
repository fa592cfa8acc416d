package audit_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
)

// lines are the records of a chunk, as JSON.
func lines(t *testing.T, chunk *audit.Chunk) []string {
	t.Helper()
	var all []string
	for i, r := range records(chunk.Logs).All() {
		logs := plog.NewLogs()
		r.CopyTo(logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
		text, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
		require.NoError(t, err)
		all = append(all, fmt.Sprint(chunk.Keys[i], chunk.Tables[i], string(text)))
	}
	return all
}

// inChunks reads all of a source, some rows at a time.
func inChunks(t *testing.T, pool *pgxpool.Pool, reader *audit.Reader, limit int) (all []string, rows int) {
	t.Helper()
	of := everything
	of.Limit = limit
	for {
		chunk := read(t, pool, reader, of)
		require.LessOrEqual(t, chunk.Rows, limit)
		if chunk.Rows == 0 {
			require.Empty(t, chunk.Keys)
			return all, rows
		}
		all, rows = append(all, lines(t, chunk)...), rows+chunk.Rows
		of.After = chunk.Last
	}
}

func TestChunksDontMatter(t *testing.T) {
	t.Parallel()
	for shape := range install {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], orders, audittest.Enable(string(shape), "public", "orders"))
			exec(t, pool, changes...)
			reader := newReader(t, only(t, pool), nil, nil)
			whole, rows := inChunks(t, pool, reader, 1000)
			require.NotEmpty(t, whole)
			for _, limit := range []int{1, 2, 3, 5} {
				cut, read := inChunks(t, pool, reader, limit)
				require.Equal(t, whole, cut, limit)
				require.Equal(t, rows, read)
			}
		})
	}
}

// halves are rows of a log table whose UPDATEs are interleaved: number, tuple, transaction,
// key, value.
const halves = `
	(1, 'old', 'a', 1, 'a1'), (2, 'old', 'b', 2, 'b1'), (3, 'new', 'b', 2, 'b2'), (4, 'new', 'a', 1, 'a2'), -- crossed
	(5, 'old', 'a', 1, 'a2'), (6, 'new', 'a', 1, 'a3'),                                                   -- the same row again
	(7, 'old', 'a', 2, 'k2'), (8, 'new', 'a', 3, 'k3'), (9, 'old', 'a', 1, 'k1'), (10, 'new', 'a', 2, 'k4'), -- keys move up
	(11, 'new', 'c', 9, 'alone'),                                                                         -- its half is gone
	(12, 'old', 'd', 5, 'd1'), (13, 'new', 'e', 5, 'e2')                                                  -- of another transaction
`

func TestHalvesOfUpdates(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.TableLogSQL, `CREATE TABLE public.orders (id int PRIMARY KEY, v text)`, audittest.Enable("tablelog", "public", "orders"),
		`INSERT INTO public.orders_log (trigger_id, trigger_tuple, trigger_changed, id, v, trigger_mode, trigger_user)
		 SELECT n, tuple, '2026-01-01 00:00:00+00'::timestamptz + ascii(transaction) * interval '1 s', id, v, 'UPDATE', 'ann'
		 FROM (VALUES `+halves+`) AS t (n, tuple, transaction, id, v)`)
	s := only(t, pool)
	wants := map[int64]any{3: "b1", 4: "a1", 6: "a2", 8: "k2", 10: "k1", 11: nil, 13: nil}
	for _, mask := range [][]string{nil, {"*.*.id"}} { // keys that are hidden are keys still
		reader := newReader(t, s, nil, mask)
		for limit := 1; limit < 14; limit++ {
			got := map[int64]any{}
			of := everything
			of.Limit = limit
			for {
				chunk := read(t, pool, reader, of)
				if chunk.Rows == 0 {
					break
				}
				require.Empty(t, chunk.Problems)
				for i, a := range attributes(chunk) {
					got[chunk.Keys[i]] = nil
					if before, ok := a["activity.changes.before"].(map[string]any); ok {
						got[chunk.Keys[i]] = before["v"]
					}
				}
				of.After = chunk.Last
			}
			require.Equal(t, wants, got, "chunks of %d", limit)
		}
	}
}

// A half that is too far away is not looked for, wherever reading began.
func TestFarHalves(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.TableLogSQL, `CREATE TABLE public.orders (id int PRIMARY KEY)`, audittest.Enable("tablelog", "public", "orders"),
		`INSERT INTO public.orders_log (id, trigger_mode, trigger_tuple, trigger_changed, trigger_id, trigger_user)
		 SELECT 1, 'UPDATE', tuple, '2026-01-01 00:00:00+00'::timestamptz + transaction * interval '1 s', n, 'ann'
		 FROM (VALUES (10, 'old', 1), (20, 'old', 2), (2010, 'new', 1), (2021, 'new', 2)) AS t (n, tuple, transaction)`)
	reader := newReader(t, only(t, pool), nil, nil)
	for _, after := range []int64{-1, 15, 25, 2009} {
		of := everything
		of.After = after
		chunk := read(t, pool, reader, of)
		require.Equal(t, []int64{2010, 2021}, chunk.Keys)
		require.Contains(t, attributes(chunk)[0], "activity.changes.before", after)
		require.NotContains(t, attributes(chunk)[1], "activity.changes.before", after)
	}
}

func TestUpToAndLast(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.SupaAuditSQL, orders, audittest.Enable("supa_audit", "public", "orders"))
	reader := newReader(t, only(t, pool), nil, nil)
	_, found, err := reader.Last(t.Context(), pool)
	require.NoError(t, err)
	require.False(t, found)
	exec(t, pool, changes...)
	last, found, err := reader.Last(t.Context(), pool)
	require.NoError(t, err)
	require.True(t, found)
	require.EqualValues(t, 7, last)
	chunk := read(t, pool, reader, audit.Range{After: 2, UpTo: 5, Limit: 10})
	require.Equal(t, []int64{3, 4, 5}, chunk.Keys)
	require.Equal(t, 3, chunk.Rows)
	require.EqualValues(t, 5, chunk.Last)
	require.Equal(t, []string{"public.orders", "public.orders", "public.orders"}, chunk.Tables)
	chunk = read(t, pool, reader, audit.Range{After: math.MinInt64, UpTo: math.MaxInt64, Limit: 2})
	require.Equal(t, []int64{1, 2}, chunk.Keys)
}

// Rows of transactions that may have run at the time are read, whenever they ended.
func TestSince(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], `CREATE TABLE public.orders (id int PRIMARY KEY)`, audittest.Enable(string(shape), "public", "orders"),
				`INSERT INTO public.orders VALUES (1), (2)`)
			reader := newReader(t, only(t, pool), nil, nil)

			late, err := pool.Begin(t.Context())
			require.NoError(t, err)
			_, err = late.Exec(t.Context(), `INSERT INTO public.orders VALUES (3)`)
			require.NoError(t, err)
			// Other tests' transactions may be older than the oldest that runs here.
			var since uint64
			require.NoError(t, late.QueryRow(t.Context(), `SELECT pg_current_xact_id()::text::bigint`).Scan(&since))
			exec(t, pool, `INSERT INTO public.orders VALUES (4)`)
			_, err = late.Exec(t.Context(), `SAVEPOINT s; INSERT INTO public.orders VALUES (5)`)
			require.NoError(t, err)
			require.NoError(t, late.Commit(t.Context()))
			exec(t, pool, `INSERT INTO public.orders VALUES (6)`)

			of := everything
			of.Since = since
			require.Equal(t, []int64{3, 4, 5, 6}, read(t, pool, reader, of).Keys)
			exec(t, pool, `VACUUM (FREEZE)`)
			require.Subset(t, read(t, pool, reader, of).Keys, []int64{3, 4, 5, 6})
			for _, all := range []uint64{1, 2, 1 << 32, 1<<32 + 2} { // numbers without an age
				of.Since = all
				require.Len(t, read(t, pool, reader, of).Keys, 6, all)
			}
		})
	}
}

func TestChangeSaysWhatTheRecordSays(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], orders, audittest.Enable(string(shape), "public", "orders"))
			exec(t, pool, changes...)
			exec(t, pool, `TRUNCATE public.orders`)
			s := only(t, pool)
			can, why := s.Comparable()
			require.True(t, can, why)
			reader := newReader(t, s, nil, nil)
			chunk := read(t, pool, reader, everything)
			got := changesOf(t, pool, reader, s)
			require.Len(t, got, len(chunk.Keys))
			for i, a := range attributes(chunk) {
				id, _ := a["activity.entity.id"].(string)
				require.Equal(t, audit.Change{
					Table: chunk.Tables[i], Operation: strings.ToLower(a["db.operation.name"].(string)), EntityID: id,
				}, got[i])
			}
		})
	}
}

// changesOf are what the rows of a source say, had they come from the log.
func changesOf(t *testing.T, pool *pgxpool.Pool, reader *audit.Reader, s *audit.Source) []audit.Change {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT * FROM `+pgx.Identifier{s.Schema, s.Name}.Sanitize()+` ORDER BY `+s.Key,
		pgx.QueryExecModeExec, pgx.QueryResultFormats{pgx.TextFormatCode})
	require.NoError(t, err)
	defer rows.Close()
	var all []audit.Change
	for rows.Next() {
		var columns []audit.Column
		for _, f := range rows.FieldDescriptions() {
			columns = append(columns, audit.Column{Name: f.Name, Type: f.DataTypeOID})
		}
		change, is, err := reader.Change(columns, rows.RawValues())
		require.NoError(t, err)
		if is {
			all = append(all, change)
		}
	}
	require.NoError(t, rows.Err())
	return all
}

// The log prints times in UTC and in its own style, whatever those of the session were that
// a trigger ran in.
func TestKeysAreThoseOfTheLog(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape],
				`CREATE TABLE public.orders (at timestamptz, local timestamp, flag boolean, day date, total numeric, code uuid, v text, PRIMARY KEY (at, local, flag, day, total, code, v))`,
				audittest.Enable(string(shape), "public", "orders"))
			for _, zone := range []string{"UTC", "Asia/Kolkata", "America/New_York"} {
				exec(t, pool, `SET TIME ZONE '`+zone+`'; INSERT INTO public.orders VALUES
					('2026-01-02 03:04:05.6789+00', '2026-01-02 03:04:05', TRUE, '2026-01-02', 1.10, '11111111-2222-3333-4444-555555555555', '`+zone+`'),
					('infinity', '2026-01-02 03:04:05.000001', FALSE, '2026-01-02', 12345678901234567890.5, '11111111-2222-3333-4444-555555555555', '`+zone+`');
					RESET TIME ZONE`)
			}
			var want []string
			require.NoError(t, pool.QueryRow(t.Context(), `SELECT array_agg(at || ',' || local || ',' || left(flag::text, 1) || ',' || day || ',' || total || ',' || code || ',' || v ORDER BY v, at) FROM public.orders`).Scan(&want))
			s := only(t, pool)
			var got []string
			for _, c := range changesOf(t, pool, newReader(t, s, nil, nil), s) {
				got = append(got, c.EntityID)
			}
			require.ElementsMatch(t, want, got)
		})
	}
}

func TestOmitAndMask(t *testing.T) {
	t.Parallel()
	for shape := range install {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape],
				`CREATE TABLE public.users (id int, mail text, secret text, password text, note text, PRIMARY KEY (id, mail))`,
				audittest.Enable(string(shape), "public", "users"),
				`INSERT INTO public.users VALUES (1, 'ann@example.com', 'S3cret', 'Passw0rd', NULL)`,
				`UPDATE public.users SET secret = 'N3w-S3cret', password = 'N3w-Passw0rd', note = 'x'`,
				`UPDATE public.users SET secret = NULL`,
				`DELETE FROM public.users`)
			reader := newReader(t, only(t, pool), []string{"public.users.password"}, []string{"*.*.secret", "*.*.mail"})
			chunk := read(t, pool, reader, everything)
			require.Len(t, chunk.Keys, 4)
			text, err := json.Marshal(attributes(chunk))
			require.NoError(t, err)
			for _, hidden := range []string{"ann@", "S3cret", "assw0rd", "password"} {
				require.NotContains(t, string(text), hidden)
			}
			all := attributes(chunk)
			require.Equal(t, "1,***", all[0]["activity.entity.id"])
			after := all[0]["activity.changes.after"].(map[string]any)
			require.Equal(t, "***", after["secret"])
			require.Nil(t, after["note"])
			require.Equal(t, []any{"secret", "note"}, sorted(all[1]["activity.changes.fields"], "secret"))
			require.Nil(t, all[2]["activity.changes.after"].(map[string]any)["secret"])
		})
	}
}

// sorted puts a name to the front: documents have their columns in an order of their own.
func sorted(fields any, first string) []any {
	list := fields.([]any)
	if len(list) == 2 && list[1] == first {
		return []any{list[1], list[0]}
	}
	return list
}

func TestRowsThatCantBeRead(t *testing.T) {
	t.Parallel()
	for shape, spoil := range map[audit.Shape][]string{
		audit.SupaAudit: {
			`UPDATE audit.record_version SET ts = 'infinity' WHERE id = 2`,
			`UPDATE audit.record_version SET record = NULL WHERE id = 3`,
			`UPDATE audit.record_version SET record = '[]' WHERE id = 4`,
			`UPDATE audit.record_version SET ts = '1969-12-31 00:00:00+00' WHERE id = 5`,
		},
		audit.AuditTrigger: {
			`UPDATE audit.logged_actions SET action_tstamp_clk = '-infinity' WHERE event_id = 2`,
			`UPDATE audit.logged_actions SET row_data = NULL WHERE event_id = 3`,
			`ALTER TABLE audit.logged_actions DROP CONSTRAINT logged_actions_action_check; UPDATE audit.logged_actions SET action = 'X' WHERE event_id = 4`,
			`UPDATE audit.logged_actions SET action_tstamp_clk = '20000-12-31 00:00:00+00' WHERE event_id = 5`,
		},
		audit.TableLog: {
			`UPDATE public.orders_log SET trigger_changed = 'infinity' WHERE trigger_id = 2`,
			`UPDATE public.orders_log SET trigger_mode = 'TRUNCATE' WHERE trigger_id = 3`,
			`UPDATE public.orders_log SET trigger_mode = 'other' WHERE trigger_id = 4`,
			`UPDATE public.orders_log SET trigger_changed = '0001-01-01 BC' WHERE trigger_id = 5`,
		},
		audit.PgMemento: {
			`UPDATE pgmemento.row_log SET new_data = '1' WHERE id = 2`,
			`UPDATE pgmemento.row_log SET event_key = 'gone' WHERE id = 3`,
			`UPDATE pgmemento.row_log SET new_data = '"text"' WHERE id = 4`,
			`UPDATE pgmemento.row_log SET event_key = 'gone' WHERE id = 5`,
		},
	} {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape], `CREATE TABLE public.orders (id int PRIMARY KEY)`, audittest.Enable(string(shape), "public", "orders"),
				`INSERT INTO public.orders SELECT generate_series(1, 6)`)
			exec(t, pool, spoil...)
			chunk := read(t, pool, newReader(t, only(t, pool), nil, nil), everything)
			require.Equal(t, 6, chunk.Rows)
			require.Equal(t, []int64{1, 6}, chunk.Keys)
			var keys []int64
			for _, p := range chunk.Problems {
				require.Error(t, p.Err)
				keys = append(keys, p.Key)
			}
			require.Equal(t, []int64{2, 3, 4, 5}, keys)
			require.Equal(t, "1", attributes(chunk)[0]["activity.entity.id"])
			require.Equal(t, "6", attributes(chunk)[1]["activity.entity.id"])
		})
	}
}
