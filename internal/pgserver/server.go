package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// What Postgres takes these signals for: end all sessions and write a
	// checkpoint; end at once and recover at the next start.
	fastShutdown      = syscall.SIGINT
	immediateShutdown = syscall.SIGQUIT

	// An immediate shutdown takes at most 5 seconds by itself.
	immediateTime = 10 * time.Second
	readyInterval = 10 * time.Millisecond
	// How long output is read after the end: a session that outlives a killed
	// server holds it open.
	drainTime = 5 * time.Second
)

// Server is a running server, waited for from its start.
type Server struct {
	folder string
	cmd    *exec.Cmd
	done   chan struct{}
	err    error // how it ended, valid after done
}

// run starts the program and waits for it on one thread: the kernel tells a child
// of its parent's death when the thread that made it ends, so that thread has to
// last as long as the child.
func (s *Server) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	s.err = s.cmd.Wait()
	close(s.done)
}

// PID is the id of the server's main process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Done is closed when the server has ended.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says how the server ended, nil for exit status 0. It is valid after Done.
func (s *Server) Err() error { return s.err }

// WaitReady waits until the server takes connections. It doesn't stop it when ctx
// is done first.
func (s *Server) WaitReady(ctx context.Context) error {
	for !s.ready() {
		select {
		case <-s.done:
			return fmt.Errorf("postgres ended before it took connections: %w", s.err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(readyInterval):
		}
	}
	return nil
}

// ready reads the file in which the server tells its state, as pg_ctl does: it
// needs no account in the database.
func (s *Server) ready() bool {
	lines := pidFile(s.folder)
	return len(lines) > statusLine && lines[0] == strconv.Itoa(s.PID()) &&
		strings.TrimSpace(lines[statusLine]) == "ready"
}

// Stop ends all sessions and stops the server in order; when ctx is done first,
// at once. It returns when the server has ended.
func (s *Server) Stop(ctx context.Context) error {
	if err := s.signal(fastShutdown); err != nil {
		return err
	}
	select {
	case <-s.done:
		return s.err
	case <-ctx.Done():
		return s.Crash()
	}
}

// Crash stops the server at once, as a crash would: recovery follows at the next
// start. It returns when the server has ended.
func (s *Server) Crash() error {
	if err := s.signal(immediateShutdown); err != nil {
		return err
	}
	select {
	case <-s.done:
		return nil
	case <-time.After(immediateTime):
	}
	if err := s.signal(os.Kill); err != nil {
		return err
	}
	<-s.done
	return nil
}

func (s *Server) signal(signal os.Signal) error {
	if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s to postgres: %w", signal, err)
	}
	return nil
}

// The lines of postmaster.pid: the first is the process, the eighth its state.
const statusLine = 7

func pidFile(folder string) []string {
	content, err := os.ReadFile(filepath.Join(folder, pidFileName)) //nolint:gosec // the folder is the cluster's
	if err != nil {
		return nil
	}
	return strings.Split(string(content), "\n")
}

const pidFileName = "postmaster.pid"
