package schema

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/otel-activity/otel-activity/sql"
)

type migration struct {
	version int
	name    string
	text    string
}

// Files are part of the program: what is wrong with them is found by the first
// test that runs, so panic is good enough.
var migrations = sync.OnceValue(func() []migration {
	all, err := readMigrations(sql.Migrations)
	if err != nil {
		panic(err)
	}
	return all
})

func readMigrations(files fs.FS) ([]migration, error) {
	paths, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	all := make([]migration, 0, len(paths))
	for i, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql")
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d at its place", path, i+1)
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{version: version, name: name, text: string(text)})
	}
	return all, nil
}

// Latest is the version that this program brings a database to.
func Latest() int { return len(migrations()) }

// Print writes a script that does what Up does, for whoever applies migrations
// with a tool or a role of their own.
func Print(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "-- Brings an empty database to schema version %d.\n\nBEGIN;\n%s\nCOMMIT;\n", Latest(), createVersions); err != nil {
		return err
	}
	for _, m := range migrations() {
		if _, err := fmt.Fprintf(w, "\n-- %s\nBEGIN;\n%s\n%s;\nCOMMIT;\n", m.name, m.text, m.record()); err != nil {
			return err
		}
	}
	return nil
}

// record is the statement that notes m as applied. The name comes from a file
// name of ours and needs no quoting.
func (m migration) record() string {
	return fmt.Sprintf("INSERT INTO activity.schema_version (version, name) VALUES (%d, '%s')", m.version, m.name)
}
