// Package migrationspec checks what somebody asks of a migration before it is begun, so
// that a mistake is told to who made it and not to the Collector that carries it out.
package migrationspec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/otel-activity/otel-activity/internal/importer"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

const maxName = 128

// MistakeError is what can't be carried out as it was asked for.
type MistakeError struct {
	// Field is the part of store.MigrationSpec, as JSON calls it, or name.
	Field string
	// Text says what is wrong, and the remedy.
	Text string
}

func (m *MistakeError) Error() string { return m.Field + ": " + m.Text }

// Check returns a *MistakeError, or nil. It connects to nothing: whether the tables are there is
// for audit.Discover.
func Check(name string, spec *store.MigrationSpec) error {
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > maxName || strings.TrimSpace(name) != name {
		return &MistakeError{"name", fmt.Sprintf("name the migration, in 1 to %d characters without spaces around them; who aborts it types the name", maxName)}
	}
	if _, err := replication.NewFilter(spec.Tables, nil); err != nil {
		return &MistakeError{"tables", err.Error()}
	}
	if _, err := replication.NewFilter(nil, spec.Exclude); err != nil {
		return &MistakeError{"exclude", err.Error()}
	}
	if !finite(spec.RowsPerSecond) {
		return &MistakeError{"rows_per_second", "it is rows a second, or 0 for no bound"}
	}
	if !finite(spec.ShadowSeconds) {
		return &MistakeError{"shadow_seconds", "it is a number of seconds, 0 or more"}
	}
	for i := range spec.Maps {
		if err := checkMap(&spec.Maps[i]); err != nil {
			return err
		}
	}
	return nil
}

func finite(n float64) bool { return n >= 0 && !math.IsInf(n, 1) }

func checkMap(m *store.MigrationMap) error {
	mistake := func(format string, args ...any) error { return &MistakeError{"maps", fmt.Sprintf(format, args...)} }
	if parts(m.Table) != 2 {
		return mistake("%q is no audit table: write schema.table, such as public.history", m.Table)
	}
	for _, trigger := range m.Triggers {
		if parts(trigger) != 3 {
			return mistake("%q is no trigger: write schema.table.trigger, such as public.orders.orders_audit", trigger)
		}
	}
	if _, err := importer.LoadMap([]byte(m.Map), nil); err != nil {
		return mistake("the import map of %s can't be used: %v", m.Table, err)
	}
	return nil
}

// parts counts the names that points divide; 0 when one is empty.
func parts(text string) int {
	names := strings.Split(text, ".")
	if slices.Contains(names, "") {
		return 0
	}
	return len(names)
}
