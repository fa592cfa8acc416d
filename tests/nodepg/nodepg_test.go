// Package nodepg runs the tests of the TypeScript SDK that need a real Postgres, and reads
// what they have written as a receiver does.
package nodepg

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestNodePostgres(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	watch := pgtest.NewWatch(t, pgtest.Pool(t, dsn))

	cmd := exec.CommandContext(t.Context(), "npm", "test", "--silent", "--", "sdk/src/pg")
	cmd.Dir = "../../js"
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(), "ACTIVITY_TEST_DSN="+dsn)
	require.NoError(t, cmd.Run())

	actions := []string{}
	for _, line := range watch.Log(t) {
		if strings.HasPrefix(line, `{"resourceLogs"`) {
			actions = append(actions, mapped(t, line).Action)
		}
	}
	require.Equal(t, []string{"order.place", "order.place"}, actions)
}

// mapped is what would be stored of a document.
func mapped(t *testing.T, document string) (a model.Activity) {
	t.Helper()
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(document))
	require.NoError(t, err)
	stats := logmap.New(logmap.DefaultLimits(), time.Now).MapLogs(logs, time.Now(),
		func(*model.Resource) {}, func(_ logmap.Ref, mapped *model.Activity) { a = *mapped })
	require.Equal(t, 1, stats.Records)
	return a
}
