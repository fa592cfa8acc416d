package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/migrationspec"
	"github.com/otel-activity/otel-activity/internal/store"
)

// migrationChoice are the flags for what is migrated, of plan and start.
type migrationChoice struct {
	tables, exclude, maps, triggers []string
	rate                            float64
}

func (c *migrationChoice) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&c.tables, "table", nil, "audited tables to migrate, as schema.table with *; may be repeated\n(default: all that have audit triggers)")
	flags.StringArrayVar(&c.exclude, "exclude", nil, "audited or audit tables to leave as they are, all the same; may be repeated")
	flags.StringArrayVar(&c.maps, "map", nil, "how an audit table of no known shape is read, as schema.table=map.yaml[,key=column]\n[,trigger=schema.table.trigger][,restore=restore.sql]; may be repeated")
	flags.StringArrayVar(&c.triggers, "trigger", nil, "trigger that fills the audit table of the one --map, as schema.table.trigger; may be repeated")
	flags.Float64Var(&c.rate, "rate", 0, "most audit rows to read a second (default: no bound)")
}

// spec is what is asked for, checked.
func (c *migrationChoice) spec(name string) (store.MigrationSpec, error) {
	spec := store.MigrationSpec{Tables: c.tables, Exclude: c.exclude, RowsPerSecond: c.rate}
	for _, text := range c.maps {
		m, err := readMigrationMap(text)
		if err != nil {
			return spec, err
		}
		spec.Maps = append(spec.Maps, m)
	}
	if len(c.triggers) > 0 {
		if len(spec.Maps) != 1 {
			return spec, &usageError{errors.New("--trigger belongs to one --map; with several, write trigger=… within each")}
		}
		spec.Maps[0].Triggers = append(spec.Maps[0].Triggers, c.triggers...)
	}
	err := migrationspec.Check(name, &spec)
	if mistake, ok := errors.AsType[*migrationspec.MistakeError](err); ok {
		return spec, &usageError{fmt.Errorf("%s: %s", flagOf(mistake.Field), mistake.Text)}
	}
	return spec, err
}

// flagOf is the flag of a field.
func flagOf(field string) string {
	switch field {
	case "tables":
		return "--table"
	case "rows_per_second":
		return "--rate"
	case "shadow_seconds":
		return "--shadow"
	case "maps":
		return "--map"
	default:
		return "--" + field
	}
}

// readMigrationMap reads a --map and the files that it names.
func readMigrationMap(text string) (m store.MigrationMap, err error) {
	parts := strings.Split(text, ",")
	table, file, ok := strings.Cut(parts[0], "=")
	if !ok || table == "" || file == "" {
		return m, &usageError{fmt.Errorf("--map %q: write schema.table=map.yaml, the audit table and the file of its import map", text)}
	}
	m.Table = table
	if m.Map, err = readText(file); err != nil {
		return m, fmt.Errorf("--map %s: %w", table, err)
	}
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "key" && value != "":
			m.Key = value
		case name == "trigger" && value != "":
			m.Triggers = append(m.Triggers, value)
		case name == "restore" && value != "":
			if m.Restore, err = readText(value); err != nil {
				return m, fmt.Errorf("--map %s: %w", table, err)
			}
		default:
			return m, &usageError{fmt.Errorf("--map %s: %q is none of key=column, trigger=schema.table.trigger, restore=file", table, part)}
		}
	}
	return m, nil
}

func readText(path string) (string, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the user names it
	return string(content), err
}

// seconds is so long.
func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
