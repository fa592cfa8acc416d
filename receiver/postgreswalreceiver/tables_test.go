package postgreswalreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWholeIdentityGivesTheDifference(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY, status text, total int)", "ALTER TABLE public.orders REPLICA IDENTITY FULL")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1, 'open', 5)",
		"UPDATE public.orders SET status = 'paid', total = NULL",
		"UPDATE public.orders SET status = status",
		"DELETE FROM public.orders")
	require.Equal(t, []string{
		`orders.insert 1 after{"id":1,"status":"open","total":5}`,
		`orders.update 1 before{"status":"open","total":5} after{"status":"paid","total":null} fields["status","total"]`,
		`orders.update 1 before{} after{} fields[]`,
		`orders.delete 1 before{"id":1,"status":"paid","total":null}`,
	}, describe(s.wait(t, 4)))
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t,
		"CREATE SCHEMA shop",
		`CREATE TABLE public.lines ("order" int, product text, n int, PRIMARY KEY (product, "order"))`,
		"CREATE TABLE public.keyless (a int, b text)", "ALTER TABLE public.keyless REPLICA IDENTITY FULL",
		"CREATE TABLE public.by_index (id int PRIMARY KEY, code text NOT NULL UNIQUE)", "ALTER TABLE public.by_index REPLICA IDENTITY USING INDEX by_index_code_key",
		`CREATE TABLE shop."Odd ""Name" ("Id" int PRIMARY KEY)`)
	s.config.Publication.Tables.Include = []string{"public.*", "shop.*"}
	s.start(t)
	s.exec(t,
		`INSERT INTO public.lines VALUES (7, 'a,b\c', 1)`,
		"INSERT INTO public.keyless VALUES (1, 'x')", "UPDATE public.keyless SET b = 'y'",
		"INSERT INTO public.by_index VALUES (1, 'one')", "UPDATE public.by_index SET id = 2", "DELETE FROM public.by_index",
		`INSERT INTO shop."Odd ""Name" VALUES (5)`)
	records := s.wait(t, 7)
	require.Equal(t, []string{
		`lines.insert a\,b\\c,7 after{"n":1,"order":7,"product":"a,b\\c"}`,
		`keyless.insert after{"a":1,"b":"x"}`,
		`keyless.update before{"b":"x"} after{"b":"y"} fields["b"]`,
		`by_index.insert 1 after{"code":"one","id":1}`,
		`by_index.update 2 after{"code":"one","id":2}`,
		`by_index.delete one before{"code":"one"}`,
		`Odd "Name.insert 5 after{"Id":5}`,
	}, describe(records))
	require.Equal(t, `shop.Odd "Name`, text(records[6], "activity.entity.type"))
	require.Contains(t, text(records[6], "db.namespace"), "|shop")
}

func TestPartitionsAreTheirTable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t,
		"CREATE TABLE public.events (id int, at date, n int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
		"CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')")
	s.start(t)
	s.exec(t,
		"INSERT INTO public.events VALUES (1, '2026-01-15', 1)",
		"CREATE TABLE public.events_2 PARTITION OF public.events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
		"INSERT INTO public.events VALUES (2, '2026-02-15', 1)",
		"UPDATE public.events SET at = '2026-02-16' WHERE id = 1", // moves to the other partition
	)
	require.Equal(t, []string{
		`events.insert 1,2026-01-15 after{"at":"2026-01-15","id":1,"n":1}`,
		`events.insert 2,2026-02-15 after{"at":"2026-02-15","id":2,"n":1}`,
		`events.delete 1,2026-01-15 before{"at":"2026-01-15","id":1}`,
		`events.insert 1,2026-02-16 after{"at":"2026-02-16","id":1,"n":1}`,
	}, describe(s.wait(t, 4)))
}

// TestAPartitionWithAnotherIdentity is of old rows that the stream says are whole, with a
// null for each value that it doesn't have.
func TestAPartitionWithAnotherIdentity(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t,
		"CREATE TABLE public.events (id int PRIMARY KEY, n int) PARTITION BY RANGE (id)",
		"CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM (0) TO (10)",
		"ALTER TABLE public.events REPLICA IDENTITY FULL")
	s.start(t)
	s.exec(t, "INSERT INTO public.events VALUES (1, 1)", "UPDATE public.events SET n = 2", "DELETE FROM public.events")
	require.Equal(t, []string{
		`events.insert 1 after{"id":1,"n":1}`,
		`events.update 1 after{"id":1,"n":2}`,
		`events.delete 1 before{"id":1}`,
	}, describe(s.wait(t, 3)), "no null that was none")
}

func TestTablesThatChange(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY, a text)")
	s.start(t)
	s.exec(t,
		"INSERT INTO public.orders VALUES (1, 'x')",
		"ALTER TABLE public.orders ADD b int DEFAULT 5",
		"INSERT INTO public.orders VALUES (2, 'x', 6)",
		"ALTER TABLE public.orders DROP a, ALTER b TYPE text",
		"INSERT INTO public.orders VALUES (3, 'seven')",
		"ALTER TABLE public.orders RENAME TO purchases",
		"INSERT INTO public.purchases VALUES (4, 'eight')",
		"DROP TABLE public.purchases",
	)
	require.Equal(t, []string{
		`orders.insert 1 after{"a":"x","id":1}`,
		`orders.insert 2 after{"a":"x","b":6,"id":2}`,
		`orders.insert 3 after{"b":"seven","id":3}`,
		`purchases.insert 4 after{"b":"eight","id":4}`,
	}, describe(s.wait(t, 4)))
}

// TestATableThatIsGone is read when nobody can say any more what its key was.
func TestATableThatIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY, a text)")
	s.start(t)
	s.stop(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1, 'x')", "DROP TABLE public.orders")
	s.start(t)
	require.Equal(t, []string{`orders.insert 1 after{"a":"x","id":1}`}, describe(s.wait(t, 1)), "by its replica identity")
}

func TestPublishedTables(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) {
		c.Publication.Tables = TablesConfig{Include: []string{"public.*", "activity.*"}, Exclude: []string{"public.secret*"}}
	})
	s.exec(t,
		"CREATE SCHEMA activity", "CREATE TABLE activity.activity (id int PRIMARY KEY)",
		"CREATE TABLE public.orders (id int PRIMARY KEY)", "CREATE TABLE public.secrets (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.secrets VALUES (1)", "INSERT INTO activity.activity VALUES (1)", "INSERT INTO public.orders VALUES (1)")
	s.wait(t, 1)

	// Somebody else publishes a table, and takes one away, before the receiver looks again.
	s.exec(t, "CREATE TABLE public.later (id int PRIMARY KEY)", "INSERT INTO public.later VALUES (1)",
		"ALTER PUBLICATION otel_activity ADD TABLE public.later", "INSERT INTO public.later VALUES (2)",
		"ALTER PUBLICATION otel_activity DROP TABLE public.orders", "INSERT INTO public.orders VALUES (2)")
	s.wait(t, 2)
	s.settled(t)
	s.stop(t)
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (3)")
	require.Equal(t, []string{`orders.insert 1 after{"id":1}`, `later.insert 2 after{"id":2}`, `orders.insert 3 after{"id":3}`}, describe(s.wait(t, 3)))
}

func TestNewTablesAreRead(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.lookInterval = 10 * time.Millisecond
	s.exec(t, "CREATE TABLE public.keyless (a int)")
	s.exec(t, "ALTER TABLE public.keyless REPLICA IDENTITY FULL")
	s.start(t)
	s.exec(t, "CREATE TABLE public.later (id int PRIMARY KEY)")
	require.Eventually(t, func() bool {
		var there bool
		err := s.pool.QueryRow(t.Context(), "SELECT true FROM pg_catalog.pg_publication_tables WHERE tablename = 'later'").Scan(&there)
		return err == nil && there
	}, patience, 5*time.Millisecond)
	s.exec(t, "INSERT INTO public.later VALUES (1)")
	require.Equal(t, []string{`later.insert 1 after{"id":1}`}, describe(s.wait(t, 1)))

	// One that can't be published stays out, and stops nothing.
	s.exec(t, "CREATE TABLE public.refused (a int)", "INSERT INTO public.refused VALUES (1)")
	time.Sleep(100 * time.Millisecond)
	s.exec(t, "UPDATE public.refused SET a = 2", "INSERT INTO public.later VALUES (2)")
	s.wait(t, 2)
}

func TestAPublicationOfAllTables(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.Publication.Create = false })
	s.exec(t, "CREATE SCHEMA activity", "CREATE TABLE activity.activity (id int PRIMARY KEY)", "CREATE TABLE public.orders (id int PRIMARY KEY)",
		"CREATE PUBLICATION otel_activity FOR ALL TABLES")
	s.start(t)
	s.exec(t, "INSERT INTO activity.activity VALUES (1)", "INSERT INTO public.orders VALUES (1)")
	require.Equal(t, []string{`orders.insert 1 after{"id":1}`}, describe(s.wait(t, 1)), "the trail itself is never read")
	s.settled(t)
}

func TestAPublicationThatWouldBreakUpdatesIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.keyless (a int)", "INSERT INTO public.keyless VALUES (1)")
	s.startAnyhow(t)
	s.stop(t)
	require.ErrorContains(t, s.attempt(t), "public.keyless")
	s.exec(t, "UPDATE public.keyless SET a = 2")
}

func TestColumnsThatAreNotForTheTrail(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) {
		c.Publication.Columns = ColumnsConfig{Omit: []string{"public.users.password"}, Mask: []string{"*.*.ssn"}}
	})
	s.exec(t, "CREATE TABLE public.users (id int PRIMARY KEY, password text, ssn text)", "ALTER TABLE public.users REPLICA IDENTITY FULL",
		"CREATE TABLE public.people (ssn text PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.users VALUES (1, 'hunter2', '078-05-1120')", "UPDATE public.users SET password = 'other', ssn = '219-09-9999'",
		"INSERT INTO public.people VALUES ('078-05-1120')")
	records := s.wait(t, 3)
	require.Equal(t, []string{
		`users.insert 1 after{"id":1,"ssn":"***"}`,
		`users.update 1 before{"ssn":"***"} after{"ssn":"***"} fields["ssn"]`,
		`people.insert *** after{"ssn":"***"}`,
	}, describe(records))
}
