package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// scenario is one thing that goes wrong under a load.
type scenario struct {
	name string
	// collectors is how many there are, one unless it is set. All clients send
	// everything to each of them.
	collectors int
	// through makes the Collector reach Postgres through so many proxies, as hosts
	// that it tries in turn.
	through int
	// before changes what a Collector is started with.
	before func(context.Context, *rig) error
	// perTick is how many activities each client records each 10 ms, usualLoad unless it
	// is set.
	perTick int
	// at gives activities other times.
	at func(n int) time.Time
	// observed is the clients' clock, the system's unless it is set.
	observed func() time.Time
	// fault goes wrong and is over when it returns. It has the time of the load. It
	// fails when what it wanted to break did not break.
	fault func(context.Context, *rig) error
	// verify looks at what there is in the end, and fails when what was to go wrong
	// can't be seen in it.
	verify func(context.Context, *rig, *figures) error
}

// rig is what a scenario acts on.
type rig struct {
	options    *options
	scenario   *scenario
	folder     string
	server     *pgtest.Server
	direct     string // Postgres' address, past the proxies
	proxies    []*proxy
	collectors []*harness.Pipeline
	clients    []*harness.Client
	rand       *rand.Rand
	sent       atomic.Int64
	mounted    []string // small file systems
	hostile    []harness.HostileCase
}

const (
	clientsEach = 2
	// usualLoad is how many activities each client records each 10 ms.
	usualLoad = 15
	// queueSize holds what a client records while nothing is acknowledged.
	queueSize = 500_000
	// ackTime is how long acknowledgements may take once the load is over.
	ackTime = 3 * time.Minute
	// loadAction is what all clients of the load record.
	loadAction = "order.update"
)

// perform runs a scenario with everything of its own.
func perform(ctx context.Context, o *options, s *scenario, seed uint64) (f figures, err error) {
	folder, err := os.MkdirTemp("", "chaos-")
	if err != nil {
		return f, err
	}
	r := &rig{options: o, scenario: s, folder: folder, rand: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // a play
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.setUp(ctx); err != nil {
		return f, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	load, over := r.startLoad(ctx)
	time.Sleep(o.loadTime() / 6) // the fault meets a load that runs
	if err := s.fault(ctx, r); err != nil {
		cancel()
		_ = load() // what it says is that it was interrupted
		return f, err
	}
	recovered := r.waitRecovered(ctx, over)
	if err := load(); err != nil {
		return f, err
	}
	f, err = r.compare(ctx)
	f.recovered = recovered
	if err == nil && s.verify != nil {
		err = s.verify(ctx, r, &f)
	}
	return f, err
}

func (r *rig) setUp(ctx context.Context) (err error) {
	if r.server, err = pgtest.Start(ctx, pgtest.Options{Durable: true}); err != nil {
		return err
	}
	if r.direct, err = r.server.CreateDatabase(ctx); err != nil {
		return err
	}
	dsn := r.direct
	if r.scenario.through > 0 {
		if dsn, err = r.startProxies(ctx); err != nil {
			return err
		}
	}
	for i := range max(r.scenario.collectors, 1) {
		folder := filepath.Join(r.folder, "collector-"+strconv.Itoa(i))
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
		pipeline, err := harness.NewPipeline(ctx, r.options.binary, folder, dsn)
		if err != nil {
			return err
		}
		r.collectors = append(r.collectors, pipeline)
	}
	if r.scenario.before != nil {
		if err := r.scenario.before(ctx, r); err != nil {
			return err
		}
	}
	for _, c := range r.collectors {
		if err := c.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// startLoad lets clients record until over is closed; wait waits until everything is
// acknowledged.
func (r *rig) startLoad(ctx context.Context) (wait func() error, over <-chan struct{}) {
	var running sync.WaitGroup
	ended := make(chan struct{})
	var failed error
	for i := range clientsEach {
		var clients []*harness.Client
		for _, c := range r.collectors {
			client, err := harness.NewClient(ctx, c.GRPC, "load-"+strconv.Itoa(i), queueSize)
			if err != nil {
				failed = err
				break
			}
			client.Observed = r.scenario.observed
			clients = append(clients, client)
		}
		r.clients = append(r.clients, clients...)
		running.Go(func() { r.emit(ctx, clients, i) })
	}
	go func() {
		defer close(ended)
		running.Wait()
	}()
	return func() error {
		<-ended
		ctx, cancel := context.WithTimeout(ctx, ackTime)
		defer cancel()
		for _, c := range r.clients {
			failed = errors.Join(failed, c.Close(ctx))
		}
		return failed
	}, ended
}

// emit records at a steady rate: the same activity, with the same id and time, through
// each of the clients.
func (r *rig) emit(ctx context.Context, clients []*harness.Client, seed int) {
	perTick := r.scenario.perTick
	if perTick == 0 {
		perTick = usualLoad
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n, end := 0, time.Now().Add(r.options.loadTime()); time.Now().Before(end) && ctx.Err() == nil; <-tick.C {
		for range perTick {
			a := activity.Activity{
				Action: loadAction, At: time.Now(), ID: newID(seed, n),
				Entity:   activity.Entity{Type: "order", ID: strconv.Itoa(n % 997)},
				Actor:    activity.Actor{ID: "user-" + strconv.Itoa(n%31)},
				Metadata: map[string]any{"attempt": n, "channel": "web"},
			}
			if r.scenario.at != nil {
				a.At = r.scenario.at(n)
			}
			for _, c := range clients {
				c.Record(ctx, a)
			}
			r.sent.Add(1)
			n++
		}
	}
}

func newID(client, n int) string {
	return fmt.Sprintf("%08x-0000-7000-8000-%012x", time.Now().Unix()&0xffffffff, client<<40|n)
}

// admin runs SQL past the proxies, as the superuser.
func (r *rig) admin(ctx context.Context, statements ...string) error {
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// between returns a time of the scenario's own random.
func (r *rig) between(least, most time.Duration) time.Duration {
	return least + time.Duration(r.rand.Int64N(int64(most-least)))
}

// times is how often a fault happens: so many times, twice in the short form.
func (r *rig) times(n int) int {
	if r.options.short {
		return min(n, 2)
	}
	return n
}

// length is how long a fault lasts: so many seconds, fewer in the short form.
func (r *rig) length(seconds int) time.Duration {
	if r.options.short {
		return min(time.Duration(seconds)*time.Second, 2*time.Second)
	}
	return time.Duration(seconds) * time.Second
}

func (r *rig) close() error {
	var errs []error
	for _, c := range r.collectors {
		errs = append(errs, c.Stop())
	}
	for _, p := range r.proxies {
		p.close()
	}
	if r.server != nil {
		errs = append(errs, r.server.Kill()) // it may be on one of the small file systems
	}
	for _, folder := range r.mounted {
		errs = append(errs, unmount(folder))
	}
	if r.server != nil {
		errs = append(errs, r.server.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(r.folder))...)
}
