package postgreswalreceiver

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// after returns the values of the newest record as a document.
func (s *site) after(t *testing.T, n int) map[string]any {
	t.Helper()
	records := s.wait(t, n)
	v, ok := records[n-1].Attributes().Get("activity.changes.after")
	require.True(t, ok, "%v", records[n-1].Attributes().AsRaw())
	return v.Map().AsRaw()
}

func TestValuesKeepWhatPostgresPrints(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t,
		"CREATE TYPE public.mood AS ENUM ('sad', 'ok')",
		"CREATE DOMAIN public.email AS text CHECK (VALUE LIKE '%@%')",
		"CREATE TYPE public.point3 AS (x int, y int, z int)",
		`CREATE TABLE public.all_types (
			id int PRIMARY KEY, b boolean, small smallint, big bigint, o oid, r real, d double precision, n numeric,
			t text, c char(4), bytes bytea, at timestamptz, day date, span interval, j json, jb jsonb, u uuid,
			net inet, m public.mood, e public.email, a int[], aa text[][], range int4range, p public.point3, x xml, bits bit(4), doubled int GENERATED ALWAYS AS (id * 2) STORED)`)
	// What a database says of printing holds for replication connections too.
	for _, setting := range []string{"datestyle = 'German'", "timezone = 'Asia/Tokyo'", "intervalstyle = 'sql_standard'", "bytea_output = 'escape'", "extra_float_digits = 0"} {
		s.exec(t, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET "+strings.ReplaceAll(setting, "'", "''")+"', current_database()); END $$")
	}
	s.start(t)
	s.exec(t, `INSERT INTO public.all_types VALUES (1, true, -2, 9223372036854775807, 4294967295, 1.5, 0.1, 12345678901234567890.123456789,
			E'a\tb', 'xy', '\xdeadbeef', '2026-02-03 04:05:06.789+09', '2026-02-03', '1 day 02:03:04', '{"a": 1}', '{"b":2}', '01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60',
			'10.0.0.1/8', 'ok', 'a@b', '{1,NULL,3}', '{{a,b},{c,d}}', '[1,5)', '(1,2,3)', '<a/>', B'1010')`)
	require.Equal(t, map[string]any{
		"id": int64(1), "b": true, "small": int64(-2), "big": int64(9223372036854775807), "o": int64(4294967295), "r": 1.5, "d": 0.1,
		"n": "12345678901234567890.123456789", "t": "a\tb", "c": "xy  ", "bytes": `\xdeadbeef`,
		"at": "2026-02-02 19:05:06.789+00", "day": "2026-02-03", "span": "P1DT2H3M4S", "j": `{"a": 1}`, "jb": `{"b": 2}`,
		"u": "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60", "net": "10.0.0.1/8", "m": "ok", "e": "a@b", "a": "{1,NULL,3}",
		"aa": "{{a,b},{c,d}}", "range": "[1,5)", "p": "(1,2,3)", "x": "<a/>", "bits": "1010",
	}, s.after(t, 1), "but for the generated column, which isn't published")
}

func TestNumbersThatDocumentsLack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.odd (id int PRIMARY KEY, n numeric, d double precision, r real, at timestamptz, day date, early timestamptz)")
	s.start(t)
	s.exec(t, "INSERT INTO public.odd VALUES (1, 'NaN', 'Infinity', '-Infinity', 'infinity', '-infinity', '4713-01-01 00:00:00+00 BC')")
	require.Equal(t, map[string]any{
		"id": int64(1), "n": "NaN", "d": "Infinity", "r": "-Infinity", "at": "infinity", "day": "-infinity", "early": "4713-01-01 00:00:00+00 BC",
	}, s.after(t, 1))
}

func TestTypesThatNobodyKnows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// As PostGIS does: a base type with functions of its own, here those of text.
	s.exec(t,
		"CREATE TYPE public.geometry",
		"CREATE FUNCTION public.geometry_in(cstring) RETURNS public.geometry LANGUAGE internal IMMUTABLE STRICT AS 'textin'",
		"CREATE FUNCTION public.geometry_out(public.geometry) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'",
		"CREATE TYPE public.geometry (INPUT = public.geometry_in, OUTPUT = public.geometry_out)",
		"CREATE TABLE public.places (id int PRIMARY KEY, at public.geometry)")
	s.start(t)
	s.exec(t, "INSERT INTO public.places VALUES (1, 'POINT(1 2)')")
	require.Equal(t, map[string]any{"id": int64(1), "at": "POINT(1 2)"}, s.after(t, 1))
}

// TestUnchangedLargeValues is of values that are stored out of line: an UPDATE that leaves
// them alone doesn't send them.
func TestUnchangedLargeValues(t *testing.T) {
	t.Parallel()
	const (
		table = "CREATE TABLE public.docs (id int PRIMARY KEY, n int, body text); ALTER TABLE public.docs ALTER body SET STORAGE EXTERNAL"
		write = "INSERT INTO public.docs VALUES (1, 1, repeat('x', 10000)); UPDATE public.docs SET n = 2"
	)
	t.Run("omitted", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.exec(t, table)
		s.start(t)
		s.exec(t, write)
		require.Equal(t, map[string]any{"id": int64(1), "n": int64(2)}, s.after(t, 2))
	})
	t.Run("placeholder", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, func(c *Config) { c.UnchangedToast = UnchangedPlaceholder })
		s.exec(t, table)
		s.start(t)
		s.exec(t, write)
		require.Equal(t, map[string]any{"id": int64(1), "n": int64(2), "body": "(unchanged)"}, s.after(t, 2))
	})
	t.Run("whole identity", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.exec(t, table, "ALTER TABLE public.docs REPLICA IDENTITY FULL")
		s.start(t)
		s.exec(t, write, "DELETE FROM public.docs")
		records := s.wait(t, 3)
		require.Equal(t, `docs.update 1 before{"n":1} after{"n":2} fields["n"]`, describe(records)[1])
		require.Contains(t, describe(records)[2], `"body":"xxx`, "the old row has it whole")
	})
}

func TestLargeValuesAreCutAndMarked(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.MaxValueBytes = 1001 })
	s.exec(t, "CREATE TABLE public.docs (id int PRIMARY KEY, body text, tail text)")
	s.start(t)
	s.exec(t, "INSERT INTO public.docs VALUES (1, repeat('é', 50000000), 'end')", "INSERT INTO public.docs VALUES (2, 'small', 'end')")
	records := s.wait(t, 2)
	after, _ := records[0].Attributes().Get("activity.changes.after")
	require.Equal(t, map[string]any{"id": int64(1), "body": strings.Repeat("é", 500), "tail": "end"}, after.Map().AsRaw(), "cut before the half character")
	require.Equal(t, `["body"]`, text(records[0], "activity.changes.cut"))
	require.Empty(t, text(records[1], "activity.changes.cut"))
}
