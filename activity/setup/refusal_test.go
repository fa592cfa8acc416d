package setup_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/otel-activity/otel-activity/activity/setup"
)

// A Collector answers Internal, or 500, when its pipeline has refused for good.
func TestAPipelineThatRefusesForGoodBlocksNobody(t *testing.T) {
	t.Parallel()
	tiers(t, func(t *testing.T, protocol string, opts ...setup.Option) {
		t.Helper()
		s := newServer()
		s.poison, s.poisonCode = "poison", codes.Internal
		endpoint, _ := s.listen(t, protocol, "127.0.0.1:0")
		p, lost := start(t, endpoint, protocol, opts...)
		record(p, 3, "good")
		record(p, 1, "poison")
		record(p, 3, "good")
		flush(t, p)
		require.EqualValues(t, 6, p.Delivered())
		require.EqualValues(t, 1, p.Dropped())
		require.NoError(t, p.Shutdown(t.Context()))
		require.ErrorContains(t, lost.last, "refused by the Collector")
	})
}

// Whoever has a wrong token loses nothing for it: everything goes once it is right.
func TestARefusedSenderIsToldAndKeepsEverything(t *testing.T) {
	t.Parallel()
	tiers(t, func(t *testing.T, protocol string, opts ...setup.Option) {
		t.Helper()
		s := newServer()
		s.poison, s.poisonCode = "a.b", codes.Unauthenticated
		endpoint, _ := s.listen(t, protocol, "127.0.0.1:0")
		p, lost := start(t, endpoint, protocol, opts...)
		var call sync.WaitGroup
		call.Go(func() { record(p, 1, "a.b") }) // with Confirm, it waits
		told := func() bool {
			lost.mu.Lock()
			defer lost.mu.Unlock()
			return lost.calls == 1 && lost.count == 0
		}
		require.Eventually(t, told, 5*time.Second, 10*time.Millisecond)
		require.ErrorContains(t, lost.last, "nothing is taken by the Collector")
		s.mu.Lock()
		s.poison = ""
		s.mu.Unlock()
		call.Wait()
		flush(t, p)
		require.Equal(t, 1, s.distinct())
		require.Zero(t, p.Dropped())
	})
}
