package audit_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
)

// BenchmarkRead reads rows of each shape, from the server and (decode) from memory: a
// quarter of them are inserts, the rest updates.
func BenchmarkRead(b *testing.B) {
	for _, shape := range triggered {
		pool := database(b, install[shape], orders, audittest.Enable(string(shape), "public", "orders"),
			`INSERT INTO public.orders SELECT 'eu', n, 'open', n * 1.5, TRUE, n * 0.1, n, '{"a": [1, 2, {"b": "text"}]}', '{x,y}', repeat('note ', 10), now() FROM generate_series(1, 1000) AS n`,
			`UPDATE public.orders SET state = 'paid', paid = FALSE`,
			`UPDATE public.orders SET state = 'sent'`,
			`UPDATE public.orders SET note = NULL`,
		)
		reader := newReader(b, only(b, pool), nil, nil)
		memory := &replay{pool: pool}
		b.Run(string(shape), func(b *testing.B) {
			benchmark(b, func() (int, error) {
				chunk, err := reader.Read(b.Context(), pool, everything)
				return chunk.Rows, err
			})
		})
		b.Run(string(shape)+"/decode", func(b *testing.B) {
			benchmark(b, func() (int, error) {
				chunk, err := reader.Read(b.Context(), memory, everything)
				return chunk.Rows, err
			})
		})
	}
}

// benchmark reports rows a second of a function that reads some.
func benchmark(b *testing.B, read func() (int, error)) {
	b.Helper()
	_, err := read() // what is made once
	require.NoError(b, err)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		n, err := read()
		require.NoError(b, err)
		rows += n
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// replay answers a query that was asked before from memory.
type replay struct {
	pool    *pgxpool.Pool
	answers map[string]*replayedRows
}

func (r *replay) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if known, ok := r.answers[sql]; ok {
		again := *known
		return &again, nil
	}
	rows, err := r.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	answer := &replayedRows{}
	for rows.Next() {
		var values [][]byte
		for _, v := range rows.RawValues() {
			values = append(values, slices.Clone(v))
		}
		answer.all = append(answer.all, values)
	}
	answer.fields = slices.Clone(rows.FieldDescriptions())
	if r.answers == nil {
		r.answers = map[string]*replayedRows{}
	}
	r.answers[sql] = answer
	again := *answer
	return &again, rows.Err()
}

type replayedRows struct {
	pgx.Rows
	fields []pgconn.FieldDescription
	all    [][][]byte
	next   int
}

func (r *replayedRows) Close()                                       {}
func (r *replayedRows) Err() error                                   { return nil }
func (r *replayedRows) FieldDescriptions() []pgconn.FieldDescription { return r.fields }
func (r *replayedRows) RawValues() [][]byte                          { return r.all[r.next-1] }
func (r *replayedRows) Next() bool                                   { r.next++; return r.next <= len(r.all) }
