// Command generate writes everything that follows from semconv/activity.yaml.
// It runs in the folder semconv, through go generate.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run writes all outputs below root, the repository's folder.
func run(root string) error {
	outputs, err := render(root)
	if err != nil {
		return err
	}
	for _, out := range outputs {
		path := filepath.Join(root, out.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		//nolint:gosec // generated sources are meant to be read by everybody
		if err := os.WriteFile(path, out.content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
