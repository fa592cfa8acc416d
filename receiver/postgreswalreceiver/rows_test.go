package postgreswalreceiver

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowsOfATable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY, status text, total numeric)")
	s.start(t)
	s.exec(t,
		"INSERT INTO public.orders VALUES (1, 'open', 9.50), (2, NULL, 'NaN')",
		"UPDATE public.orders SET status = 'paid' WHERE id = 1",
		"UPDATE public.orders SET id = 3 WHERE id = 2",
		"DELETE FROM public.orders WHERE id = 1",
		"TRUNCATE public.orders",
	)
	records := s.wait(t, 6)
	require.Equal(t, []string{
		`orders.insert 1 after{"id":1,"status":"open","total":"9.50"}`,
		`orders.insert 2 after{"id":2,"status":null,"total":"NaN"}`,
		`orders.update 1 after{"id":1,"status":"paid","total":"9.50"}`,
		`orders.update 3 before{"id":2} after{"id":3,"status":null,"total":"NaN"}`,
		`orders.delete 1 before{"id":1}`,
		`orders.truncate`,
	}, describe(records))
	first := records[0]
	require.Equal(t, "INSERT", text(first, "db.operation.name"))
	require.Equal(t, "orders", text(first, "db.collection.name"))
	require.Equal(t, "database", text(first, "activity.source"))
	require.Equal(t, text(first, "postgresql.xid"), text(records[1], "postgresql.xid"))
	require.NotEqual(t, text(first, "log.record.uid"), text(records[1], "log.record.uid"))
	require.Len(t, s.settled(t), 6)
}
