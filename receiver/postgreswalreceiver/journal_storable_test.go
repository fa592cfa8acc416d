package postgreswalreceiver

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// What is said to be storable must be: a change that the journal can't take would come again
// for ever.
func TestStorableIsWhatJSONBTakes(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	for document, stores := range map[string]bool{
		`{"a": [1, -2.5e10, "1e99999", null, true]}`: true,
		`1e15000`:                          true,
		`-1e-15000`:                        true,
		`1e999999`:                         false,
		`{"a": -1E-99999999999999999999}`:  false,
		`{"a": "\u0000"}`:                  false,
		strings.Repeat("9", 15_000):        true,
		strings.Repeat("9", 150_000):       false,
		"0." + strings.Repeat("1", 20_000): false,
		`{"a": {}} trailing`:               false,
	} {
		require.Equal(t, stores, storable(typeJSON, []byte(document)), "%.60s", document)
		require.True(t, storable(typeJSONB, []byte(document)))
		if stores {
			_, err := pool.Exec(t.Context(), "SELECT $1::text::jsonb", document)
			require.NoError(t, err, "%.60s", document)
		}
	}
}
