package walplan_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/walplan"
)

// Scripts look for the names of checks: the guide has each, and no other.
func TestGuideHasEachCheck(t *testing.T) {
	t.Parallel()
	names := []string{
		walplan.CheckVersion, walplan.CheckPrimary, walplan.CheckLevel, walplan.CheckSlots, walplan.CheckSenders,
		walplan.CheckKept, walplan.CheckSenderTimeout, walplan.CheckIdleTimeout,
		walplan.CheckMatched, walplan.CheckIdentity, walplan.CheckPartitions, walplan.CheckMixed,
		walplan.CheckKey, walplan.CheckUnlogged, walplan.CheckGenerated, walplan.CheckFull,
		walplan.CheckReceiver, walplan.CheckPublisher, walplan.CheckContext,
		walplan.CheckPublication, walplan.CheckSlot, walplan.CheckFailover,
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "row-changes-prepare.md"))
	require.NoError(t, err)
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(string(guide), -1) {
		for _, name := range regexp.MustCompile("`([a-z]+\\.[a-z_]+)`").FindAllStringSubmatch(row[1], -1) {
			listed = append(listed, name[1])
		}
	}
	require.ElementsMatch(t, names, listed)
}
