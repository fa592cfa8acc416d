package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

//go:embed scripts
var scripts embed.FS

// weights say how often each of the scripts runs.
var weights = map[string]int{
	"transfer":  300,
	"order":     150,
	"savepoint": 150,
	"sleep":     150,
	"rollback":  80,
	"document":  60,
	"prepare":   60,
	"truncate":  10,
	"bulk":      4,
}

// burst is how long one run of pgbench takes.
const burst = 2 * time.Second

var processed = regexp.MustCompile(`actually processed: (\d+)`)

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

// load lets pgbench write until it has run so many scripts and enough is closed. A
// restart of Postgres ends pgbench; the load goes on when Postgres is back.
func (r *rig) load(ctx context.Context, least int, enough <-chan struct{}) error {
	for done, over := 0, false; done < least || !over; {
		turns := r.turns.Load()
		n, err := r.runPgbench(ctx)
		if restarted := turns%2 == 1 || turns != r.turns.Load(); err != nil && !restarted {
			return err
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond)
		}
		done += n
		select {
		case <-enough:
			over = true
		default:
		}
	}
	return nil
}

// runPgbench returns how many scripts have run, also when it was cut short.
func (r *rig) runPgbench(ctx context.Context) (int, error) {
	args := []string{
		"--no-vacuum", "--client=" + strconv.Itoa(r.options.clients), "--time=" + strconv.Itoa(int(burst.Seconds())),
		"--define=folder=" + r.server.Folder(),
	}
	for name, weight := range weights {
		args = append(args, fmt.Sprintf("--file=%s@%d", r.script(name), weight))
	}
	cmd := exec.CommandContext(ctx, r.pgbench, append(args, r.app)...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("pgbench: %w\n%s", err, complaint.Bytes())
	}
	n := 0
	if found := processed.FindSubmatch(out); found != nil {
		n, _ = strconv.Atoi(string(found[1]))
	}
	return n, err
}

// complete lets pgbench write until there are as many transactions as there have to be.
func (r *rig) complete(ctx context.Context) error {
	enough := make(chan struct{})
	close(enough)
	for {
		answer, err := r.admin(ctx, r.app, "SELECT count(DISTINCT xid) FROM truth.change")
		if err != nil {
			return err
		}
		done, err := strconv.Atoi(answer[0])
		if err != nil || done >= r.options.transactions {
			return err
		}
		if err := r.load(ctx, r.options.transactions-done, enough); err != nil {
			return err
		}
	}
}
