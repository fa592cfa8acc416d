package doctor

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/exporter/activityexporter"
)

// Scripts look for the names of checks: the guide has each, and no other.
func TestGuideHasEachCheck(t *testing.T) {
	t.Parallel()
	names := []string{checkSchemaVersion, activityexporter.CheckQueueMemory}
	for _, c := range slices.Concat(ofServer, ofTrail) {
		names = append(names, c.names...)
	}
	for _, f := range slices.Concat(pipelinesPass, exportersPass) {
		names = append(names, f.Check)
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "doctor.md"))
	require.NoError(t, err)
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(string(guide), -1) {
		for _, name := range regexp.MustCompile("`([a-z_]+\\.[a-z_]+)`").FindAllStringSubmatch(row[1], -1) {
			listed = append(listed, name[1])
		}
	}
	require.ElementsMatch(t, names, listed)
}
