package setup_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/setup"
)

const (
	childEnv    = "OTEL_ACTIVITY_TEST_CHILD" // the spool of the child, and its endpoint
	endpointEnv = "OTEL_ACTIVITY_TEST_ENDPOINT"
)

// child records until it is killed, and says each id after the call has returned.
func child() {
	p, err := setup.Start(context.Background(), setup.WithEndpoint(os.Getenv(endpointEnv)),
		setup.WithTier(setup.Durable), setup.WithSpool(os.Getenv(childEnv)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	recorder := p.Recorder()
	for n := 0; ; n++ {
		id := fmt.Sprintf("%08x-0000-7000-8000-%012x", os.Getpid(), n)
		recorder.Record(context.Background(), activity.Activity{Action: "a.b", ID: id, Details: strconv.Itoa(n)})
		fmt.Println(id)
	}
}

// TestAKilledProcessLosesNothingThatReturned is the promise of the tier Durable: the
// application is killed in the middle of recording, again and again; the next process
// sends what the last one has left.
func TestAKilledProcessLosesNothingThatReturned(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	address := nowhere(t)
	s := newServer()
	var returned []string
	round := 0
	// A busy machine needs more rounds for as many calls.
	for ; round < 12 || len(returned) <= 1000 && round < 60; round++ {
		var stop func()
		if round%3 > 0 { // in every third round the Collector is away
			_, stop = s.listen(t, "grpc", address)
		}
		returned = append(returned, killedChild(t, folder, address)...)
		if stop != nil {
			stop()
		}
	}
	require.Greater(t, len(returned), 1000)

	s.listen(t, "grpc", address)
	p, lost := start(t, address, "grpc", setup.WithTier(setup.Durable), setup.WithSpool(folder))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, p.Flush(ctx))
	require.Empty(t, s.missing(returned), "of %d", len(returned))
	// What was torn is an activity whose call had not returned, at most one a kill.
	require.LessOrEqual(t, lost.count, round)
	t.Logf("%d calls returned, %d ids arrived, %d entries were torn", len(returned), s.distinct(), lost.count)
}

// killedChild returns the ids whose calls had returned when the child was killed.
func killedChild(t *testing.T, folder, endpoint string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this test itself
	cmd.Env = append(os.Environ(), childEnv+"="+folder, endpointEnv+"="+endpoint)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	var ids []string
	soon := sync.OnceFunc(func() { // once it records: a busy machine takes a while until then
		kill.Reset(time.Duration(5+rand.IntN(100)) * time.Millisecond) //nolint:gosec // any time will do
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		soon()
		if len(lines.Text()) == 36 { // the last line may be torn
			ids = append(ids, lines.Text())
		}
	}
	_ = cmd.Wait()
	return ids
}
