package walplan

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// identifier quotes a name for a statement.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func names(tables []replication.Table) []string {
	all := make([]string, 0, len(tables))
	for i := range tables {
		all = append(all, tables[i].String())
	}
	return all
}
