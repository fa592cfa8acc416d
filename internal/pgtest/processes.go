package pgtest

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Client is the path of a client program such as pgbench.
func (s *Server) Client(program string) (string, error) {
	return s.cluster.Binaries.FindClient(program)
}

// PID is the server's main process, 0 while it doesn't run.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return 0
	}
	return s.running.PID()
}

// Processes are the server and its children, as /proc shows them.
func (s *Server) Processes() ([]int, error) {
	server := s.PID()
	if server == 0 {
		return nil, errors.New("postgres doesn't run")
	}
	pids := []int{server}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file) //nolint:gosec // /proc
		if err != nil {
			continue // it has ended
		}
		// The name, in parentheses, may have spaces; behind it are the state and the parent.
		fields := strings.Fields(string(stat)[strings.LastIndexByte(string(stat), ')')+1:])
		if len(fields) > 1 && fields[1] == strconv.Itoa(server) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids, nil
}
