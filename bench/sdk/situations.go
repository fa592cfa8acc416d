package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/otel-activity/otel-activity/activity/setup"
	"github.com/otel-activity/otel-activity/bench/internal/stats"
)

// situationRounds are of a thousand calls each, with a pause between them as an
// application has it.
const (
	situationRounds = 60
	pause           = 20 * time.Millisecond
)

// situations measures a thousand calls while the Collector is there, slow, or gone.
func situations(ctx context.Context) error {
	for _, tier := range []setup.Tier{setup.BestEffort, setup.Durable} {
		worst := 0.0
		for _, name := range []string{"up", "slow", "gone"} {
			millis, err := situation(ctx, tier, name)
			if err != nil {
				return err
			}
			fmt.Printf("a thousand calls with the tier %s, Collector %s: %.2f ms\n", tier, name, millis)
			worst = max(worst, millis)
		}
		label := "sdk_go_1000_calls_ms"
		if tier == setup.Durable {
			label = "sdk_go_durable_1000_calls_ms"
		}
		fmt.Printf("RESULT %s %.3f ms\n", label, worst)
	}
	return nil
}

func situation(ctx context.Context, tier setup.Tier, name string) (float64, error) {
	delay := time.Duration(0)
	if name == "slow" {
		delay = time.Second
	}
	s, err := listen(ctx, delay)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	if name == "gone" {
		s.stop()
	}
	folder, err := os.MkdirTemp("", "sdk-spool-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	pipeline, err := setup.Start(ctx, setup.WithTier(tier), setup.WithEndpoint(s.address), setup.WithSpool(folder),
		setup.WithoutGlobal(), setup.OnDrop(func(int, error) {}))
	if err != nil {
		return 0, err
	}
	call := recorder(ctx, pipeline.Recorder())
	loop(call)
	var times []float64
	for range situationRounds {
		times = append(times, loop(call).Seconds()*1000)
		time.Sleep(pause)
	}
	ended, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	_ = pipeline.Shutdown(ended) // what waits is of no interest
	return stats.Median(times), nil
}

// soakRate is calls a second.
const soakRate = 1000

// soak records at a steady rate while the Collector is gone, and tells what has grown
// since the queue was full.
func soak(ctx context.Context, gone time.Duration) error {
	s, err := listen(ctx, 0)
	if err != nil {
		return err
	}
	s.stop()
	pipeline, err := setup.Start(ctx, setup.WithEndpoint(s.address), setup.WithoutGlobal(), setup.OnDrop(func(int, error) {}))
	if err != nil {
		return err
	}
	call := recorder(ctx, pipeline.Recorder())
	for pipeline.Dropped() == 0 {
		call()
	}
	goroutines, heap := runtime.NumGoroutine(), heapMB()
	most := goroutines
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for start := time.Now(); time.Since(start) < gone; <-tick.C {
		for range soakRate / 100 {
			call()
		}
		most = max(most, runtime.NumGoroutine())
	}
	grown := heapMB() - heap
	fmt.Printf("the Collector was gone for %s: %d activities dropped and counted\n", gone, pipeline.Dropped())
	fmt.Printf("RESULT sdk_go_gone_goroutines %d goroutines\n", most-goroutines)
	fmt.Printf("RESULT sdk_go_gone_heap_mb %.1f MB\n", grown)
	ended, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	_ = pipeline.Shutdown(ended)
	return nil
}

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse) / (1 << 20)
}
