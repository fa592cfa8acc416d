package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
)

// BenchmarkRead reads rows of each shape: a quarter inserts, the rest updates. An operation
// is a row.
func BenchmarkRead(b *testing.B) {
	for _, shape := range triggered {
		b.Run(string(shape), func(b *testing.B) {
			pool := database(b, install[shape], orders, audittest.Enable(string(shape), "public", "orders"),
				`INSERT INTO public.orders SELECT 'eu', n, 'open', n * 1.5, TRUE, n * 0.1, n, '{"a": [1, 2, {"b": "text"}]}', '{x,y}', repeat('note ', 10), now() FROM generate_series(1, 5000) AS n`,
				`UPDATE public.orders SET state = 'paid', paid = FALSE`,
				`UPDATE public.orders SET state = 'sent'`,
				`UPDATE public.orders SET note = NULL`,
			)
			reader := newReader(b, only(b, pool), nil, nil)
			of := everything
			of.Limit = 2000
			b.ResetTimer()
			for n := 0; n < b.N; {
				chunk := read(b, pool, reader, of)
				require.Empty(b, chunk.Problems)
				n += chunk.Rows
				if of.After = chunk.Last; chunk.Rows == 0 {
					of.After = everything.After
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
