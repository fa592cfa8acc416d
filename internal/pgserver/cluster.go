package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Cluster is a data directory and how programs run on it.
type Cluster struct {
	Binaries Binaries
	// Folder is the data directory. It need not exist before Init.
	Folder string
	// Account is whom the programs run as.
	Account Account
	// Lock is an open file that each program inherits, so that a lock on it lasts
	// until the last of them has ended; nil for none.
	Lock *os.File
}

// Check tells whether the account may run the programs beside the data directory.
func (c Cluster) Check(ctx context.Context) error {
	return c.run(c.command(ctx, "postgres", "--version"))
}

// Init makes the cluster, in UTF8 and ordered by bytes, with more arguments for
// initdb. The folder must be empty or missing; its parent must let the account
// make it.
func (c Cluster) Init(ctx context.Context, arguments ...string) error {
	arguments = append([]string{"--pgdata=" + c.Folder, "--encoding=UTF8", "--no-instructions"}, arguments...)
	return c.run(c.command(ctx, "initdb", append(arguments, c.locale()...)...))
}

// locale orders text by bytes, which is fast and never changes with an upgrade of
// the system, and still knows the case of every letter.
func (c Cluster) locale() []string {
	switch {
	case c.Binaries.Major >= 17:
		return []string{"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"}
	case runtime.GOOS == "linux":
		return []string{"--locale=C", "--lc-ctype=C.UTF-8"}
	case runtime.GOOS == "darwin":
		return []string{"--locale=C", "--lc-ctype=UTF-8"}
	default:
		return []string{"--locale=C"}
	}
}

// Execute runs statements as the bootstrap superuser in the database postgres
// while no server runs. A statement has no line break.
func (c Cluster) Execute(ctx context.Context, statements ...string) error {
	cmd := c.command(ctx, "postgres", "--single", "-D", c.Folder,
		"-c", "exit_on_error=on", "-c", "log_checkpoints=off",
		// A statement may hold a password.
		"-c", "log_min_error_statement=panic", "-c", "log_statement=none",
		"postgres")
	cmd.Stdin = strings.NewReader(strings.Join(statements, "\n") + "\n")
	return c.run(cmd)
}

// StopRunning stops the server that runs on the data directory although its
// parent is gone: in order, or at once when the time is up.
func (c Cluster) StopRunning(ctx context.Context, wait time.Duration) error {
	seconds := strconv.Itoa(int(max(wait.Seconds(), 1)))
	fast := c.run(c.command(ctx, "pg_ctl", "stop", "-D", c.Folder, "-m", "fast", "-t", seconds))
	if fast == nil {
		return nil
	}
	if immediate := c.run(c.command(ctx, "pg_ctl", "stop", "-D", c.Folder, "-m", "immediate", "-t", seconds)); immediate != nil {
		return errors.Join(fast, immediate)
	}
	return nil
}

// Start starts the server with arguments for the postgres program; its log goes
// to log. The server outlives ctx. It does not answer yet: see Server.WaitReady.
func (c Cluster) Start(ctx context.Context, log io.Writer, arguments ...string) (*Server, error) {
	cmd := c.command(context.WithoutCancel(ctx), "postgres", append([]string{"-D", c.Folder}, arguments...)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = drainTime
	cmd.SysProcAttr = attributes(c.Account, fastShutdown)
	s := &Server{folder: c.Folder, cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go s.run(started)
	if err := <-started; err != nil {
		return nil, err
	}
	return s, nil
}

func (c Cluster) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Binaries.path(program), arguments...) //nolint:gosec // the programs are those that FindBinaries took
	cmd.Dir = filepath.Dir(c.Folder)
	cmd.Env = environment()
	cmd.SysProcAttr = attributes(c.Account, os.Kill)
	cmd.WaitDelay = drainTime
	if c.Lock != nil {
		cmd.ExtraFiles = []*os.File{c.Lock}
	}
	return cmd
}

// run runs a program to its end; what it complains of becomes part of the error.
func (c Cluster) run(cmd *exec.Cmd) error {
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	ended := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		ended <- cmd.Run()
	}()
	if err := <-ended; err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, oneLine(complaint.String()))
	}
	return nil
}

func oneLine(text string) string {
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "; ")
}
