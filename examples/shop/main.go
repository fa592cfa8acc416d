// Command shop is a small web shop without customers: it acts out what they
// would do and records it as activities, over OTLP. It shows how an application
// uses package activity, and fills a pipeline with something to look at.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

// run keeps the shop open until ctx is done or the duration is over. The last
// line that it writes to out says how many activities there were.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("shop", flag.ContinueOnError)
	rate := flags.Float64("rate", 20, "activities per second")
	duration := flags.Duration("duration", 0, "how long to stay open; 0 until interrupted")
	seed := flags.Uint64("seed", 1, "what the course of events follows from")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rate <= 0 {
		return fmt.Errorf("-rate must be above 0, not %v", *rate)
	}
	if *duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *duration)
		defer cancel()
	}

	// What is on its way must arrive although the shop is closing.
	background := context.WithoutCancel(ctx)
	telemetry, err := setUp(background)
	if err != nil {
		return err
	}
	//nolint:gosec // a play, not a secret
	open(ctx, newShop(telemetry, rand.New(rand.NewPCG(*seed, 0))), *rate)

	err = telemetry.shutdown(background)
	fmt.Fprintf(out, "emitted %d\n", telemetry.emitted.Load())
	return err
}

// open lets one visitor after the other in, at the pace that makes rate
// activities per second on average.
func open(ctx context.Context, s *shop, rate float64) {
	start := time.Now()
	for ctx.Err() == nil {
		s.visit(context.WithoutCancel(ctx))
		due := time.Duration(float64(s.emitted.Load()) / rate * float64(time.Second))
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(start.Add(due))):
		}
	}
}
