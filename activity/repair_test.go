package activity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
)

func TestWhatWasRepairedIsCountedAndTold(t *testing.T) {
	t.Parallel()
	loop := map[string]any{}
	loop["self"] = loop
	wide := map[string]any{}
	for _, k := range []string{"a", "b", "c", "d", "e"} {
		wide[k] = wide // 5 to the power of 16 values, were it followed
	}
	for name, test := range map[string]struct {
		activity activity.Activity
		want     []activity.Repair
	}{
		"nothing":          {activity.Activity{Action: "a.b", Metadata: map[string]any{"n": 1}}, nil},
		"no action":        {activity.Activity{}, []activity.Repair{activity.RepairAction}},
		"bad bytes":        {activity.Activity{Action: "a.b", Details: "\xff"}, []activity.Repair{activity.RepairUTF8}},
		"itself":           {activity.Activity{Action: "a.b", Metadata: loop}, []activity.Repair{activity.RepairDepth}},
		"itself, often":    {activity.Activity{Action: "a.b", Metadata: wide}, []activity.Repair{activity.RepairDepth, activity.RepairSize}},
		"long text":        {activity.Activity{Action: "a.b", Details: strings.Repeat("ä", 1<<20)}, []activity.Repair{activity.RepairSize}},
		"many bytes":       {activity.Activity{Action: "a.b", Metadata: map[string]any{"b": make([]byte, 2<<20)}}, []activity.Repair{activity.RepairSize}},
		"many values":      {activity.Activity{Action: "a.b", Metadata: map[string]any{"l": make([]any, 1<<20)}}, []activity.Repair{activity.RepairSize}},
		"a panic":          {activity.Activity{Action: "a.b", Metadata: map[string]any{"p": panicking{}}}, []activity.Repair{activity.RepairPanic}},
		"a function":       {activity.Activity{Action: "a.b", Metadata: map[string]any{"f": func() {}}}, []activity.Repair{activity.RepairUnsupported}},
		"the year 9999":    {activity.Activity{Action: "a.b", At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, []activity.Repair{activity.RepairTime}},
		"the year 1960":    {activity.Activity{Action: "a.b", At: time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)}, []activity.Repair{activity.RepairTime}},
		"two things":       {activity.Activity{Details: "\xff"}, []activity.Repair{activity.RepairAction, activity.RepairUTF8}},
		"the caller's own": {activity.Activity{Action: "a.b", Actor: activity.Actor{Roles: []string{"\xff"}}}, []activity.Repair{activity.RepairUTF8}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told []activity.Repaired
			recorder, records := newRecorder(activity.OnRepair(func(r activity.Repaired) { told = append(told, r) }))
			recorder.Record(t.Context(), test.activity)
			record := records.only(t)
			if test.want == nil {
				require.Empty(t, told)
				require.Zero(t, recorder.Repaired())
				return
			}
			require.EqualValues(t, 1, recorder.Repaired())
			require.Len(t, told, 1)
			require.Equal(t, test.want, told[0].Repairs)
			require.Equal(t, test.activity.Action, told[0].Action)
			require.Equal(t, attributes(record)["log.record.uid"], told[0].ID)
			require.Less(t, time.Since(record.Timestamp()), time.Minute)
			require.LessOrEqual(t, len(record.Body().AsString()), 1<<20)
		})
	}
}

func TestACallersListIsLeftAlone(t *testing.T) {
	t.Parallel()
	roles := []string{"ok", "\xff"}
	recorder, records := newRecorder()
	recorder.Record(t.Context(), activity.Activity{Action: "a.b", Actor: activity.Actor{Roles: roles}})
	require.Equal(t, []string{"ok", "\xff"}, roles)
	require.Equal(t, []string{"ok", "\uFFFD"}, attributes(records.only(t))["user.roles"])
}
