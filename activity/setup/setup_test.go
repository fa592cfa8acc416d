package setup_test

import (
	"context"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/setup"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		child()
		return
	}
	goleak.VerifyTestMain(m)
}

// losses sums what OnDrop is told.
type losses struct {
	mu    sync.Mutex
	count int
	calls int
	last  error
}

func (l *losses) note(count int, reason error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count += count
	l.calls++
	l.last = reason
}

func start(t *testing.T, endpoint, protocol string, opts ...setup.Option) (*setup.Pipeline, *losses) {
	t.Helper()
	l := &losses{}
	opts = append([]setup.Option{
		setup.WithEndpoint(endpoint), setup.OnDrop(l.note), setup.WithoutGlobal(), setup.WithService("shop", "1.0"),
	}, opts...)
	if protocol == "http" {
		opts = append(opts, setup.WithHTTP())
	}
	p, err := setup.Start(t.Context(), opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = p.Shutdown(ctx)
	})
	return p, l
}

func record(p *setup.Pipeline, n int, action string) {
	recorder := p.Recorder()
	for range n {
		recorder.Record(context.Background(), activity.Activity{Action: action, Metadata: map[string]any{"a": 1}})
	}
}

func flush(t *testing.T, p *setup.Pipeline) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, p.Flush(ctx))
}

func tiers(t *testing.T, test func(t *testing.T, protocol string, opts ...setup.Option)) {
	t.Helper()
	for _, tier := range []setup.Tier{setup.BestEffort, setup.Durable, setup.Confirm} {
		for _, protocol := range []string{"grpc", "http"} {
			t.Run(string(tier)+" over "+protocol, func(t *testing.T) {
				t.Parallel()
				test(t, protocol, setup.WithTier(tier), setup.WithSpool(t.TempDir()))
			})
		}
	}
}

func TestEachTierDelivers(t *testing.T) {
	t.Parallel()
	tiers(t, func(t *testing.T, protocol string, opts ...setup.Option) {
		t.Helper()
		s := newServer()
		endpoint, _ := s.listen(t, protocol, "127.0.0.1:0")
		p, lost := start(t, endpoint, protocol, opts...)
		record(p, 100, "a.b")
		flush(t, p)
		require.Equal(t, 100, s.distinct())
		require.EqualValues(t, 100, p.Delivered())
		require.Zero(t, p.Dropped())
		require.Zero(t, p.QueueSize())
		require.Zero(t, lost.count)
		require.Equal(t, map[string]int{"shop": 100}, s.services)
	})
}

func TestOneRecordTakesNoOtherWithIt(t *testing.T) {
	t.Parallel()
	tiers(t, func(t *testing.T, protocol string, opts ...setup.Option) {
		t.Helper()
		s := newServer()
		s.poison, s.reject = "poison", "reject"
		endpoint, _ := s.listen(t, protocol, "127.0.0.1:0")
		p, lost := start(t, endpoint, protocol, opts...)
		for _, action := range []string{"good", "poison", "good", "reject", "good"} {
			record(p, 11, action)
		}
		flush(t, p)
		require.Equal(t, map[string]int{"good": 33}, distinctNames(s))
		require.EqualValues(t, 22, p.Dropped())
		require.EqualValues(t, 33, p.Delivered())
		require.NoError(t, p.Shutdown(t.Context()))
		require.Equal(t, 22, lost.count)
	})
}

// distinctNames counts records by their action, each once.
func distinctNames(s *server) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names["good"] < len(s.actions) {
		return s.names
	}
	return map[string]int{"good": len(s.actions)}
}

func TestAServerThatComesLaterGetsEverything(t *testing.T) {
	t.Parallel()
	tiers(t, func(t *testing.T, protocol string, opts ...setup.Option) {
		t.Helper()
		address := nowhere(t)
		p, lost := start(t, address, protocol, opts...)
		var done sync.WaitGroup
		for range 50 { // with Confirm, each call waits
			done.Go(func() { record(p, 1, "a.b") })
		}
		time.Sleep(300 * time.Millisecond)
		require.Equal(t, 50, p.QueueSize())
		s := newServer()
		s.listen(t, protocol, address)
		done.Wait()
		flush(t, p)
		require.Equal(t, 50, s.distinct())
		require.Zero(t, lost.count)
	})
}

func TestWhatDoesNotFitIsCountedExactly(t *testing.T) {
	t.Parallel()
	p, lost := start(t, nowhere(t), "grpc", setup.WithQueueSize(100))
	record(p, 1000, "a.b")
	require.EqualValues(t, 900, p.Dropped())
	require.Equal(t, 100, p.QueueSize())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.Error(t, p.Flush(ctx))
	_ = p.Shutdown(ctx)
	require.EqualValues(t, 1000, p.Dropped())
	require.Equal(t, 1000, lost.count)
	require.LessOrEqual(t, lost.calls, 4, "one call for many of the same")
}

func TestASpoolThatIsFullDropsAndCounts(t *testing.T) {
	t.Parallel()
	p, lost := start(t, nowhere(t), "grpc", setup.WithTier(setup.Durable), setup.WithSpool(t.TempDir()), setup.WithSpoolSize(1<<16))
	record(p, 1000, "a.b")
	require.Positive(t, p.QueueSize())
	require.EqualValues(t, 1000-p.QueueSize(), p.Dropped())
	require.ErrorContains(t, p.Recorder().Confirm(t.Context(), activity.Activity{Action: "a.b"}), "the spool is full")
	require.ErrorContains(t, lost.last, "the spool is full")
}

func TestConfirmTellsWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	s := newServer()
	s.poison = "poison"
	endpoint, stop := s.listen(t, "grpc", "127.0.0.1:0")
	p, _ := start(t, endpoint, "grpc", setup.WithTier(setup.Confirm), setup.WithConfirmTimeout(time.Second))
	recorder := p.Recorder()
	require.NoError(t, recorder.Confirm(t.Context(), activity.Activity{Action: "a.b", ID: "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"}))
	require.Empty(t, s.missing([]string{"01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"}))
	require.ErrorContains(t, recorder.Confirm(t.Context(), activity.Activity{Action: "poison"}), "refused by the Collector")

	stop()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, recorder.Confirm(ctx, activity.Activity{Action: "a.b"}), context.DeadlineExceeded)
	require.ErrorContains(t, recorder.Confirm(t.Context(), activity.Activity{Action: "a.b"}), "not sent in time")

	best, _ := start(t, endpoint, "grpc")
	require.ErrorIs(t, best.Recorder().Confirm(t.Context(), activity.Activity{Action: "a.b"}), activity.ErrUnconfirmed)
	durable, _ := start(t, endpoint, "grpc", setup.WithTier(setup.Durable), setup.WithSpool(t.TempDir()), setup.WithFsync())
	require.NoError(t, durable.Recorder().Confirm(t.Context(), activity.Activity{Action: "a.b"}))
}

func TestConfirmingCallsShareRequests(t *testing.T) {
	t.Parallel()
	s := newServer()
	s.slow = 20 * time.Millisecond
	endpoint, _ := s.listen(t, "grpc", "127.0.0.1:0")
	p, _ := start(t, endpoint, "grpc", setup.WithTier(setup.Confirm))
	recorder := p.Recorder()
	var calls sync.WaitGroup
	var failed atomic.Int32
	for range 300 {
		calls.Go(func() {
			if recorder.Confirm(context.Background(), activity.Activity{Action: "a.b"}) != nil {
				failed.Add(1)
			}
		})
	}
	calls.Wait()
	require.Zero(t, failed.Load())
	require.Equal(t, 300, s.distinct())
	require.Less(t, s.requests, 30)
}

// It has the process for itself: what it counts belongs to no other test.
func TestNothingGrowsWithoutBoundWhenTheServerIsGone(t *testing.T) {
	p, _ := start(t, nowhere(t), "grpc", setup.WithQueueSize(2000))
	record(p, 5000, "a.b")
	goroutines, heap := runtime.NumGoroutine(), heapInUse()
	deadline := time.Now().Add(3 * time.Second)
	for time.Now().Before(deadline) {
		record(p, 1000, "a.b")
		time.Sleep(5 * time.Millisecond)
	}
	require.LessOrEqual(t, p.QueueSize(), 2000)
	require.Less(t, runtime.NumGoroutine(), goroutines+5)
	require.Less(t, heapInUse(), heap+16<<20)
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

func TestMistakesInTheConfigurationAreTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		option setup.Option
		want   string
	}{
		"tier":     {setup.WithTier("sure"), "use best_effort, durable or confirm"},
		"queue":    {setup.WithQueueSize(0), "above 0"},
		"spool":    {setup.WithSpoolSize(1), "65,536"},
		"endpoint": {setup.WithEndpoint("http://[::1"), "read the endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := setup.Start(t.Context(), test.option, setup.WithoutGlobal())
			require.ErrorContains(t, err, test.want)
		})
	}
	file := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := setup.Start(t.Context(), setup.WithTier(setup.Durable), setup.WithSpool(file), setup.WithoutGlobal())
	require.ErrorContains(t, err, "spool's folder")
}
