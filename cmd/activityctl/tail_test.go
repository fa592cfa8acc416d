package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/store"
)

func TestOnceEachPrintsARepeatedLookOnce(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	out := &onceEach{printer: newNDJSON(&b)}
	first, second := &store.Record{Activity: *activityAt(1)}, &store.Record{Activity: *activityAt(2)}
	require.NoError(t, out.print(first))
	for _, r := range []*store.Record{first, second} {
		require.NoError(t, out.print(r))
	}
	require.Equal(t, 2, strings.Count(b.String(), "\n"))
}

// closed is an output whose reader has gone.
type closed struct{}

var errClosed = errors.New("broken pipe")

func (closed) Write([]byte) (int, error) { return 0, errClosed }

func TestOnceEachDoesNotForgetAFailedOutput(t *testing.T) {
	t.Parallel()
	out := &onceEach{printer: newNDJSON(closed{})}
	require.ErrorIs(t, out.print(&store.Record{Activity: *activityAt(1)}), errClosed)
	require.ErrorIs(t, out.flush(), errClosed)
}
