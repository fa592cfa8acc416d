package finding_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		20 * time.Millisecond: "20 ms", 90 * time.Second: "90 s", 5 * time.Minute: "5 min", 3 * time.Hour: "3 h", 72 * time.Hour: "3 days",
	} {
		require.Equal(t, want, finding.About(d))
	}
	require.Equal(t, "512 B", finding.Size(512))
	require.Equal(t, "1.5 KiB", finding.Size(1536))
	require.Equal(t, "2.0 GiB", finding.Size(2<<30))
	require.Equal(t, "the role a", finding.Several("the role", "the roles", []string{"a"}))
	require.Equal(t, "the roles a, b, c, d, e and 2 more", finding.Several("the role", "the roles", strings.Split("abcdefg", "")))
	require.Equal(t, "1 partition", finding.Counted(1, "partition", "partitions"))
}
