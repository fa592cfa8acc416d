package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// postgresProcesses are the server and its children.
func (r *rig) postgresProcesses() ([]int, error) {
	content, err := os.ReadFile(filepath.Join(r.server.Folder(), "data", "postmaster.pid"))
	if err != nil {
		return nil, fmt.Errorf("find Postgres' process: %w", err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	server, err := strconv.Atoi(first)
	if err != nil {
		return nil, fmt.Errorf("find Postgres' process: %w", err)
	}
	pids := []int{server}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// The name, in parentheses, may have spaces; behind it are the state and the parent.
		fields := strings.Fields(string(stat)[strings.LastIndexByte(string(stat), ')')+1:])
		if len(fields) > 1 && fields[1] == first {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids, nil
}
