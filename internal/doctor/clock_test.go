package doctor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
)

func TestClockOfTheDatabase(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	for off, want := range map[time.Duration]string{
		time.Hour:         "the database's clock is 59 min behind",
		-10 * time.Second: "the database's clock is 9 s ahead of",
		0:                 "agree",
	} {
		x := visit(pool)
		x.now = func() time.Time { return time.Now().Add(off) }
		found, err := clockCheck.look(t.Context(), x)
		require.NoError(t, err)
		require.Contains(t, found[0].What, want)
		require.Equal(t, off != 0, found[0].Severity == finding.Warning)
	}
}

func TestServiceFromTheFuture(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	write(t, pool, "shop", time.Now(), 10)
	write(t, pool, "mobile", time.Now().Add(time.Hour), 10)
	f := faulty(t, pool, checkClockSources, finding.Warning)
	require.Contains(t, f.What, "the clock of service mobile is 59 min or more ahead")
}

func TestServiceThatIsLate(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	write(t, pool, "edge", time.Now().Add(-30*time.Minute), 10)
	f := faulty(t, pool, checkDeliveryLag, finding.Warning)
	require.Contains(t, f.What, "activities of service edge were written 30 min or more after")

	write(t, pool, "edge", time.Now(), 11) // one of them is in time
	require.Empty(t, extraordinary(examined(t, pool)))
}
