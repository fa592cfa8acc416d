package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

//go:embed scripts
var scripts embed.FS

// weights say how often each of the scripts runs.
var weights = map[string]int{
	"transfer":  40,
	"customer":  25,
	"order":     20,
	"savepoint": 10,
	"document":  8,
	"entry":     8,
	"rollback":  5,
	"truncate":  1,
}

const (
	clients = 4
	// logs is how the files begin that pgbench writes the latencies to.
	logs = "latency"
)

func (r *rig) script(name string) string { return filepath.Join(r.folder, name+".sql") }

func (r *rig) writeScripts() error {
	for name := range weights {
		content, err := scripts.ReadFile("scripts/" + name + ".sql")
		if err != nil {
			return err
		}
		if err := os.WriteFile(r.script(name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// load is what writes all the time: pgbench at a fixed rate, a bulk writer, and one whose
// transactions stay open.
type load struct {
	rig  *rig
	stop chan struct{}
	wg   sync.WaitGroup
	mu   sync.Mutex
	errs []error
}

func (r *rig) startLoad(ctx context.Context) *load {
	l := &load{rig: r, stop: make(chan struct{})}
	for i, writer := range []func(context.Context, *rand.Rand) error{l.bench, l.bulk, l.long} {
		random := rand.New(rand.NewPCG(r.options.seed, uint64(i)+1)) //nolint:gosec // a play
		l.wg.Go(func() { l.goOn(ctx, random, writer) })
	}
	return l
}

// goOn lets a writer write until the load is stopped. A crash of Postgres ends it; it goes
// on when Postgres is back.
func (l *load) goOn(ctx context.Context, random *rand.Rand, writer func(context.Context, *rand.Rand) error) {
	for !l.stopped() && ctx.Err() == nil {
		turns := l.rig.turns.Load()
		err := writer(ctx, random)
		if crashed := turns%2 == 1 || turns != l.rig.turns.Load(); err != nil && !crashed {
			l.mu.Lock()
			l.errs = append(l.errs, err)
			l.mu.Unlock()
			return
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
}

func (l *load) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// end stops the load and says what went wrong in it.
func (l *load) end() error {
	close(l.stop)
	l.wg.Wait()
	return errors.Join(l.errs...)
}

// pause returns early when the load is stopped.
func (l *load) pause(random *rand.Rand, least, most time.Duration) {
	select {
	case <-l.stop:
	case <-time.After(least + time.Duration(random.Int64N(int64(most-least)))):
	}
}

// bench runs pgbench until the load is stopped. Its clock begins when a transaction was to
// begin by the rate, not when it could.
func (l *load) bench(ctx context.Context, random *rand.Rand) error {
	const aDay = "86400"
	args := []string{
		"--no-vacuum", "--client=" + strconv.Itoa(clients), "--jobs=2", "--time=" + aDay,
		"--rate=" + strconv.Itoa(l.rig.options.rate), "--random-seed=" + strconv.Itoa(random.IntN(1<<30)),
		"--log", "--log-prefix=" + filepath.Join(l.rig.folder, logs),
	}
	for name, weight := range weights {
		args = append(args, fmt.Sprintf("--file=%s@%d", l.rig.script(name), weight))
	}
	cmd := exec.CommandContext(ctx, l.rig.pgbench, append(args, l.rig.app)...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("pgbench: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-l.stop:
			// What --time sends to itself: it ends in order and writes its log to the end.
			_ = cmd.Process.Signal(syscall.SIGALRM)
		case <-ended:
		}
	}()
	err := cmd.Wait()
	close(ended)
	if err != nil {
		return fmt.Errorf("pgbench: %w\n%s", err, complaint.Bytes())
	}
	return nil
}
