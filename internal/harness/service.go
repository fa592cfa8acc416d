package harness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// startTime is how long a service may take until it listens, and endTime to end.
const (
	startTime = 30 * time.Second
	endTime   = 30 * time.Second
)

// Service is one of the example's programs, which say where they listen, and last how
// many activities they had.
type Service struct {
	// URL is where it listens.
	URL string

	cmd  *exec.Cmd
	done chan error

	mu   sync.Mutex
	line string
}

// StartService starts a program and waits until it listens. Env is added to the
// environment, and logFile gets what it says on standard error.
func StartService(ctx context.Context, logFile string, env []string, program string, args ...string) (*Service, error) {
	log, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	defer log.Close()                                                        // the child keeps its own
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, args...) // it ends by a signal
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = log
	// A group of its own: Ctrl-C at the terminal is for the demo.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	s := &Service{cmd: cmd, done: make(chan error, 1)}
	listening := make(chan string, 1)
	go s.read(out, listening)
	select {
	case s.URL = <-listening:
		return s, nil
	case err := <-s.done:
		return nil, fmt.Errorf("%s ended at once, see %s: %w", program, logFile, err)
	case <-time.After(startTime):
		return nil, errors.Join(fmt.Errorf("%s does not listen, see %s", program, logFile), s.Stop())
	}
}

// read follows what the service says until it ends.
func (s *Service) read(out io.Reader, listening chan<- string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		s.mu.Lock()
		s.line = lines.Text()
		s.mu.Unlock()
		if url, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			listening <- url
		}
	}
	s.done <- s.cmd.Wait()
}

// Last is the last line that it has said.
func (s *Service) Last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.line
}

// Stop asks the service to end and waits.
func (s *Service) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.done:
		return err
	case <-time.After(endTime):
		return errors.Join(errors.New("a service does not end"), s.cmd.Process.Kill())
	}
}
