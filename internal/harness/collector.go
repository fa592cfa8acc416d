package harness

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Collector is one run of the built distribution, which can be ended and started
// again with the same folders and ports.
type Collector struct {
	// Binary and Config are paths. Config may use the variables of Env.
	Binary, Config string
	// Overlays are paths of further configurations, merged over Config in turn.
	Overlays []string
	// Set holds more `--set` arguments: key=value.
	Set []string
	// Env is added to the environment of the process.
	Env []string
	// HealthURL answers 200 when the pipeline takes records.
	HealthURL string
	// LogFile receives what the process prints, over all starts.
	LogFile string

	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	peak int64         // bytes, the highest resident size over all starts so far
}

// Start starts the process and waits until HealthURL answers, at most a minute.
func (c *Collector) Start(ctx context.Context) error {
	if err := c.Launch(); err != nil {
		return err
	}
	return c.waitHealthy(ctx)
}

// Launch starts the process and doesn't wait for anything.
func (c *Collector) Launch() error {
	args := []string{"--config=" + c.Config}
	for _, overlay := range c.Overlays {
		args = append(args, "--config="+overlay)
	}
	for _, set := range c.Set {
		args = append(args, "--set="+set)
	}
	log, err := os.OpenFile(c.LogFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the collector's log: %w", err)
	}
	defer log.Close() // the child keeps its own descriptor

	// Not CommandContext: the caller decides how the process ends.
	c.cmd = exec.Command(c.Binary, args...) //nolint:noctx // see above
	c.cmd.Env = append(os.Environ(), c.Env...)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	// A group of its own: Ctrl-C at the terminal is for the program that started it.
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.Binary, err)
	}
	c.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // how it ended is in the log
		close(done)
	}(c.cmd, c.done)
	return nil
}

func (c *Collector) waitHealthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if answers(ctx, c.HealthURL) {
			return nil
		}
		select {
		case <-c.done:
			return fmt.Errorf("the collector ended while starting:\n%s", c.tail())
		case <-ctx.Done():
			return fmt.Errorf("the collector is not healthy: %w\n%s", ctx.Err(), c.tail())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Running tells whether the process has neither been ended nor ended by itself.
func (c *Collector) Running() bool {
	if c.cmd == nil {
		return false
	}
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// Kill ends the process at once, as a crash would.
func (c *Collector) Kill() error { return c.end(syscall.SIGKILL, 10*time.Second) }

// Stop asks the process to end in order and waits for it, at most a minute.
func (c *Collector) Stop() error { return c.end(syscall.SIGTERM, time.Minute) }

func (c *Collector) end(signal syscall.Signal, patience time.Duration) error {
	if c.cmd == nil {
		return nil
	}
	c.notePeak()
	if err := c.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal the collector: %w", err)
	}
	select {
	case <-c.done:
		c.cmd = nil
		return nil
	case <-time.After(patience):
		return fmt.Errorf("the collector did not end within %s of %s", patience, signal)
	}
}

// PeakRSS returns the highest resident size of all runs so far, in bytes, and 0
// where the system doesn't tell (it is read from /proc).
func (c *Collector) PeakRSS() int64 {
	c.notePeak()
	return c.peak
}

func (c *Collector) notePeak() { c.peak = max(c.peak, c.memory("VmHWM:")) }

// RSS returns the resident size now, in bytes, and 0 where the system doesn't tell.
func (c *Collector) RSS() int64 { return c.memory("VmRSS:") }

// memory reads a line of /proc/<pid>/status.
func (c *Collector) memory(name string) int64 {
	if c.cmd == nil {
		return 0
	}
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	for lines := bufio.NewScanner(bytes.NewReader(status)); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name); ok {
			kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
			return kib << 10
		}
	}
	return 0
}

func (c *Collector) tail() string {
	const last = 4 << 10
	text, err := os.ReadFile(c.LogFile)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-last):])
}

// FreePort returns a loopback port that nobody listened on a moment ago.
func FreePort(ctx context.Context) (int, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
