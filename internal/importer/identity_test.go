package importer

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
)

func TestLineIDs(t *testing.T) {
	t.Parallel()
	at := instant(time.UnixMilli(0x0123456789ab).UnixNano())
	a, b := []byte("a"), []byte("b")
	ids := newIdentities("source")
	first, other, again := ids.ofLine(a, at), ids.ofLine(b, at), ids.ofLine(a, at)
	third := ids.ofLine(a, at)

	require.Len(t, map[model.ID]bool{first: true, other: true, again: true, third: true}, 4, "identical lines are different activities")
	for _, id := range []model.ID{first, again} {
		require.Equal(t, "01234567-89ab-8", id.String()[:15], "a UUIDv8 with its millisecond in front")
		require.Contains(t, "89ab", id.String()[19:20])
	}

	ids = newIdentities("source")
	require.Equal(t, []model.ID{first, other, again, third}, []model.ID{ids.ofLine(a, at), ids.ofLine(b, at), ids.ofLine(a, at), ids.ofLine(a, at)},
		"the same input has the same ids")
	require.NotEqual(t, first, newIdentities("other source").ofLine(a, at))
}

// Ids must not change between versions: re-importing would double the records.
func TestLineIDsStay(t *testing.T) {
	t.Parallel()
	records, _ := mapLines(t, mapText, `{"t":"2024-01-01"}`, `{"t":"2024-01-01"}`)
	require.Equal(t, "018cc251-f400-8403-850a-e725fd2fb3b1", records.At(0).Attributes().AsRaw()["log.record.uid"])
	require.Equal(t, "018cc251-f400-85fd-a3d8-729ba4b9dcc4", records.At(1).Attributes().AsRaw()["log.record.uid"])
}

func TestParametersAndNameSaltIDs(t *testing.T) {
	t.Parallel()
	id := func(name, repository string) any {
		m, err := LoadMap(fmt.Appendf(nil, "name: %s\nparameters: {repository: x}\nresource: {service.name: s}\nactivity: {time: /t, action: a}\n", name), map[string]string{"repository": repository})
		require.NoError(t, err)
		mp := m.NewMapper(time.Now())
		_, records := mp.NewLogs()
		require.NoError(t, mp.Map([]byte(`{"t":"2024-01-01"}`), 1, records))
		return records.At(0).Attributes().AsRaw()["log.record.uid"]
	}
	first := id("a", "x")
	require.Equal(t, first, id("a", "x"))
	require.NotEqual(t, first, id("a", "y"))
	require.NotEqual(t, first, id("b", "x"))
}

func TestRepeatsCost(t *testing.T) {
	t.Parallel()
	var c repeats
	for i := range uint64(1000) {
		require.Zero(t, c.count(i))
	}
	require.EqualValues(t, 1, c.count(7))
	require.EqualValues(t, 2, c.count(7))
	require.Len(t, c.times, 1)
}
