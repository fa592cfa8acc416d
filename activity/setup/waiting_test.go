package setup_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/setup"
)

func TestAServerThatNeverAnswersIsGivenUp(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
	var config net.ListenConfig
	mute, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = mute.Close() })
	p, _ := start(t, mute.Addr().String(), "http", setup.WithTier(setup.Durable), setup.WithSpool(t.TempDir()))
	record(p, 1, "a.b")
	require.NoError(t, mute.(*net.TCPListener).SetDeadline(time.Now().Add(10*time.Second)))
	for range 2 { // the second is another try
		conn, err := mute.Accept()
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
	}
}

func TestACallWaitsForItsTimeoutAndNotForOthers(t *testing.T) {
	t.Parallel()
	const timeout = time.Second
	p, _ := start(t, nowhere(t), "grpc", setup.WithTier(setup.Confirm), setup.WithConfirmTimeout(timeout))
	type answer struct {
		err  error
		took time.Duration
	}
	const calls = 4
	answers := make(chan answer, calls)
	for range calls {
		go func() {
			start := time.Now()
			err := p.Recorder().Confirm(context.Background(), activity.Activity{Action: "a.b"})
			answers <- answer{err, time.Since(start)}
		}()
		time.Sleep(timeout / 10)
	}
	for range calls {
		a := <-answers
		require.ErrorContains(t, a.err, "not sent in time: rpc error: code = Unavailable")
		require.Less(t, a.took, timeout+timeout/2)
	}
}
