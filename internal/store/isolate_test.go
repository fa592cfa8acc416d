package store

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

func TestSplitPutsTheRefusedRowOnItsOwn(t *testing.T) {
	t.Parallel()
	rows := make([]entry, 10)
	for i := range rows {
		rows[i].row = i
	}
	tests := []struct {
		where string
		sizes []int // of the parts in the order in which they are written
	}{
		{where: `COPY activity_20261123_20261124, line 4, column details: "x"`, sizes: []int{3, 1, 6}},
		{where: `COPY activity, line 1`, sizes: []int{0, 1, 9}},
		{where: `COPY activity, Zeile 10`, sizes: []int{9, 1, 0}},
		{where: `COPY activity, line 11`, sizes: []int{5, 5}},
		{where: ``, sizes: []int{5, 5}},
		{where: "SQL statement \"SELECT 1\"\nCOPY activity, line 4", sizes: []int{5, 5}},
	}
	for _, test := range tests {
		parts := split(rows, &pgconn.PgError{Where: test.where})
		next := 0
		for i := range parts {
			part := parts[len(parts)-1-i]
			require.Len(t, part, test.sizes[i], test.where)
			for _, e := range part {
				require.Equal(t, next, e.row)
				next++
			}
		}
		require.Len(t, rows, next)
	}
}
