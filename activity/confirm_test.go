package activity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
)

// What a provider of package setup answers is tested there.
func TestAForeignProviderConfirmsNothingAndRecords(t *testing.T) {
	t.Parallel()
	recorder, c := newRecorder()
	require.ErrorIs(t, recorder.Confirm(t.Context(), activity.Activity{Action: "order.refund"}), activity.ErrUnconfirmed)
	require.Equal(t, "order.refund", c.only(t).EventName())
	require.ErrorIs(t, recorder.Confirm(nil, activity.Activity{Action: "a.b"}), activity.ErrUnconfirmed) //nolint:staticcheck // it must not panic
	require.Len(t, c.records, 2)
}
