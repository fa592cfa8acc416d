package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit"
)

// history is an audit table of no known shape, with its trigger.
const history = `
CREATE TABLE public.orders (id int PRIMARY KEY, state text, secret text);
CREATE TABLE public.history (
    n bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), who text NOT NULL DEFAULT current_user,
    what text, rel text, row_id text, old json, new json, amount numeric, ok boolean DEFAULT TRUE
);
CREATE FUNCTION public.keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.history (what, rel, row_id, old, new, amount)
    VALUES (lower(TG_OP), TG_TABLE_NAME, coalesce(NEW.id, OLD.id), to_json(OLD), to_json(NEW), 'NaN');
    RETURN NULL;
END
$$;
CREATE TRIGGER keep AFTER INSERT OR UPDATE OR DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.keep();
`

const historyMap = `
name: history
resource: {service.name: shop}
activity:
  time: /at
  action: {join: [/rel, /what], with: .}
  status: success
  source: database
  entity: {type: /rel, id: /row_id}
  actor: {id: /who, type: service}
  changes: {before: /old, after: /new, fields: /new}
  metadata: {set: {amount: /amount, ok: /ok}}
`

const historyRestore = `
INSERT INTO public.history (at, what, rel, row_id, old, new)
SELECT (c ->> 'committed_at')::timestamptz, c ->> 'operation', split_part(c ->> 'table', '.', 2),
    coalesce(c -> 'new', c -> 'old') ->> 'id', (c -> 'old')::json, (c -> 'new')::json
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS t (c, place)
ORDER BY place
RETURNING n
`

func mapOfHistory() audit.MapSpec {
	return audit.MapSpec{Table: "public.history", Map: historyMap, Triggers: []string{"public.orders.keep"}, RestoreSQL: historyRestore}
}

func TestMapped(t *testing.T) {
	t.Parallel()
	pool := database(t, history,
		`INSERT INTO public.orders VALUES (1, 'open', 'S3cret')`,
		`UPDATE public.orders SET state = 'paid'`,
		`DELETE FROM public.orders`,
		`INSERT INTO public.history (at, what, rel) VALUES ('infinity', 'insert', 'orders')`)
	sources := discover(t, pool, audit.Options{Maps: []audit.MapSpec{mapOfHistory()}})
	require.Len(t, sources, 1)
	s := &sources[0]
	require.Empty(t, s.Obstacles)
	require.Equal(t, audit.Mapped, s.Shape)
	require.Equal(t, "n", s.Key)
	require.Len(t, s.Tables, 1)
	require.Equal(t, []audit.Trigger{{"keep", "O"}}, s.Tables[0].Triggers)

	reader := newReader(t, s, []string{"*.*.secret"}, nil)
	chunk := read(t, pool, reader, everything)
	require.Equal(t, 4, chunk.Rows)
	require.Equal(t, []int64{1, 2, 3}, chunk.Keys)
	require.Len(t, chunk.Problems, 1)
	require.ErrorContains(t, chunk.Problems[0].Err, "no time")
	require.Equal(t, []string{"public.orders", "public.orders", "public.orders"}, chunk.Tables)
	all := attributes(chunk)
	require.Equal(t, map[string]any{
		"log.record.uid": "audit 7000000000000000001/shop/public.history/2", "activity.action": "orders.update",
		"activity.source": "database", "activity.status": "success",
		"activity.entity.type": "orders", "activity.entity.id": "1",
		"activity.actor.id": "postgres", "activity.actor.type": "service",
		"activity.changes.before":   map[string]any{"id": int64(1), "state": "open"},
		"activity.changes.after":    map[string]any{"id": int64(1), "state": "paid"},
		"activity.changes.fields":   []any{"id", "state"},
		"activity.metadata":         map[string]any{"amount": "NaN", "ok": true},
		"activity.migration.source": "public.history", "activity.migration.key": int64(2),
	}, all[1])
	whole, _ := inChunks(t, pool, reader, 100)
	cut, _ := inChunks(t, pool, reader, 1)
	require.Equal(t, whole, cut)
}

func TestMappedChangeAndRestore(t *testing.T) {
	t.Parallel()
	pool := database(t, history, `INSERT INTO public.orders VALUES (1, 'open', NULL)`, `UPDATE public.orders SET state = 'paid'`)
	s := &discover(t, pool, audit.Options{Maps: []audit.MapSpec{mapOfHistory()}})[0]
	reader := newReader(t, s, nil, nil)
	want := []audit.Change{{"public.orders", "insert", "1"}, {"public.orders", "update", "1"}}
	require.Equal(t, want, changesOf(t, pool, reader, s))

	exec(t, pool, `TRUNCATE public.history`)
	keys := restore(t, pool, s, []audit.Restoration{
		{Table: &s.Tables[0], CommittedAt: committedAt, Operation: "insert", New: []byte(`{"id": "1", "state": "open"}`)},
		{Table: &s.Tables[0], CommittedAt: committedAt, Operation: "update", Old: []byte(`{"id": "1", "state": "open"}`), New: []byte(`{"id": "1", "state": "paid"}`)},
	})
	require.Equal(t, []int64{3, 4}, keys)
	require.Equal(t, want, changesOf(t, pool, reader, s))
}

func TestMappedObstacles(t *testing.T) {
	t.Parallel()
	pool := database(t, history)
	sources := discover(t, pool, audit.Options{Maps: []audit.MapSpec{
		{Table: "public.history", Map: "name: x", Triggers: []string{"public.orders.other"}},
		{Table: "public.gone", Map: historyMap},
		{Table: "public.orders", Key: "state", Map: historyMap},
	}})
	require.Len(t, sources, 3)
	require.Len(t, sources[0].Obstacles, 1)
	require.Contains(t, sources[0].Obstacles[0], "there is no table public.gone")
	require.Len(t, sources[1].Obstacles, 2)
	require.Contains(t, sources[1].Obstacles[0], "there is no trigger public.orders.other")
	require.Contains(t, sources[1].Obstacles[1], "the import map of public.history can't be read")
	require.Contains(t, sources[2].Obstacles[0], "the column state of public.orders is no integer")
	_, err := audit.NewReader(&sources[1], "", nil, nil)
	require.ErrorContains(t, err, "read the import map of public.history")
}

// A table that an import map describes isn't of its known shape.
func TestMapInPlaceOfAShape(t *testing.T) {
	t.Parallel()
	pool := database(t, `CREATE TABLE public.versions (id bigserial PRIMARY KEY, item_type text, item_id text, event text, whodunnit text, object text, created_at timestamp)`)
	sources := discover(t, pool, audit.Options{Maps: []audit.MapSpec{{Table: "public.versions", Map: historyMap}}})
	require.Len(t, sources, 1)
	require.Equal(t, audit.Mapped, sources[0].Shape)
	can, why := sources[0].Comparable()
	require.False(t, can)
	require.NotEmpty(t, why)
}
