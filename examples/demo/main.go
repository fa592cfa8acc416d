// Command demo runs the whole road on one machine: the built Collector with the
// configuration that ships, real histories imported, a shop of two
// services that is visited.
// It ends with Ctrl-C, or after -seconds, and then with an error when a row is
// missing. `make demo` builds what it needs and starts it.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	seconds := flag.Int("seconds", 0, "end after so many seconds; 0 is on Ctrl-C")
	folder := flag.String("dir", "", "folder of everything that the demo makes; a new one for temporary files unless it is set")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *folder, time.Duration(*seconds)*time.Second)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder string, limit time.Duration) (err error) {
	d, err := newDemo(folder)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, d.stop())
		say("Everything that the demo made is in %s; remove it when you are done.", d.folder)
	}()
	for _, step := range []func(context.Context) error{
		d.startCollector, d.importHistories,
		func(ctx context.Context) error { return d.runShops(ctx, limit) },
	} {
		err := step(ctx)
		if ctx.Err() != nil && err != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return err
		}
	}
	// The shops ended, by Ctrl-C too: now everything must be written.
	return d.check(context.WithoutCancel(ctx))
}

// newDemo makes the folder. It must not be below a home folder that the
// database's user can't enter when the demo runs as root, so the default is the
// folder for temporary files.
func newDemo(folder string) (*demo, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if folder == "" {
		folder, err = os.MkdirTemp("", "otel-activity-demo-")
	} else {
		folder, err = filepath.Abs(folder)
	}
	if err != nil {
		return nil, err
	}
	// The database's user must pass through.
	if err := os.MkdirAll(folder, 0o711); err != nil { //nolint:gosec // see above
		return nil, err
	}
	if err := os.Chmod(folder, 0o711); err != nil { //nolint:gosec // see above
		return nil, err
	}
	return &demo{root: root, folder: folder, admin: rand.Text(), sent: make(map[string]int)}, nil
}

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }
