// Command wal measures what it costs to read row changes from the WAL: the server's work
// a transaction against no audit at all, with a generic trigger beside it; the speed of
// the receiver against pg_recvlogical; how late a change comes; and the Collector's memory
// while one transaction changes a million rows. What is compared is measured in turn, in
// one run; the figures are medians of the rounds.
//
//	go run ./bench/wal [-only cost,decode,lag,memory] [-rounds 9] [-clients 4]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
)

func main() {
	o := options{}
	only := flag.String("only", "cost,decode,lag,memory", "what is measured")
	flag.IntVar(&o.rounds, "rounds", 9, "rounds of what is compared")
	flag.IntVar(&o.clients, "clients", 4, "connections that write while the cost is measured")
	flag.IntVar(&o.transactions, "transactions", 8000, "transactions a round, for the cost")
	flag.IntVar(&o.changes, "changes", 500_000, "changes of the backlog that is read")
	flag.IntVar(&o.rows, "rows", 1_000_000, "rows that one transaction changes, for the memory")
	flag.StringVar(&o.binary, "collector", "dist/otelcol-activity", "the built distribution")
	profile := flag.String("cpuprofile", "", "file for a CPU profile of this program")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := profiled(*profile, func() error { return run(ctx, &o, strings.Split(*only, ",")) })
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/wal:", err)
		os.Exit(1)
	}
}

type options struct {
	rounds, clients, transactions, changes, rows int
	binary                                       string
}

func profiled(name string, work func() error) error {
	if name == "" {
		return work()
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return work()
}

func run(ctx context.Context, o *options, only []string) error {
	parts := map[string]func(context.Context, *options) error{
		"cost": measureCost, "decode": measureDecode, "lag": measureLag, "memory": measureMemory,
	}
	fmt.Printf("%d cores\n", runtime.NumCPU())
	for _, name := range only {
		measure, found := parts[name]
		if !found {
			return fmt.Errorf("there is no %q", name)
		}
		if err := measure(ctx, o); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
