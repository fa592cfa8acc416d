package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// tick is the unit of times in /proc, the same on all of Linux.
const tick = 10 * time.Millisecond

// reapTime is how long it takes at most until the server has waited for a process that
// has ended.
const reapTime = 100 * time.Millisecond

// Places of figures in /proc/<pid>/stat behind the process' name, see proc(5).
const (
	userTime = 11 + iota
	systemTime
	endedUserTime // of children that were waited for
	endedSystemTime
)

func (d *database) backgroundProcesses(ctx context.Context) (map[int]bool, error) {
	rows, err := d.conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE backend_type NOT IN ('client backend', 'walsender')")
	if err != nil {
		return nil, err
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	background := map[int]bool{}
	for _, pid := range pids {
		background[pid] = true
	}
	return background, err
}

// cpu is the processor time of all sessions and WAL senders so far, whether they run or
// have ended, and of the process that starts them. Checkpointer, WAL writer and the other
// processes in the background are not in it.
func (d *database) cpu() (time.Duration, error) {
	server := d.server.PID()
	processes, err := d.server.Processes()
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, pid := range processes {
		if d.background[pid] {
			continue
		}
		figures := []int{userTime, systemTime}
		if pid == server {
			figures = append(figures, endedUserTime, endedSystemTime)
		}
		used, err := processorTime(pid, figures)
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

func processorTime(pid int, figures []int) (time.Duration, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may have spaces.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var sum time.Duration
	for _, at := range figures {
		ticks, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read the time of process %d: %w", pid, err)
		}
		sum += time.Duration(ticks) * tick
	}
	return sum, nil
}

// quiet waits until the sessions of a load have ended and were waited for, so that none
// is missed between two states.
func (d *database) quiet(ctx context.Context) error {
	err := d.until(ctx, `SELECT count(*) = 0 FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND application_name = 'pgbench'`)
	time.Sleep(reapTime)
	return err
}

// ownProcessorTime is that of this process and of those that it has waited for.
func ownProcessorTime() (time.Duration, error) {
	return processorTime(os.Getpid(), []int{userTime, systemTime, endedUserTime, endedSystemTime})
}
