package activityexporter

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-activity/otel-activity/internal/store"
)

var errDisk = errors.New("no space left on device")

// disk is a storage extension whose process may die, or whose disk may be full.
type disk struct {
	component.StartFunc
	component.ShutdownFunc

	mu   sync.Mutex
	data map[string][]byte
	// commits is how many more there are until the process is dead, -1 no end.
	commits int
	// full refuses what would take room, and stuck what would give it back too.
	full, stuck bool
}

func (d *disk) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return d, nil
}

func (d *disk) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	return op.Value, errors.Join(d.Batch(ctx, op), ctx.Err())
}

func (d *disk) Set(ctx context.Context, key string, value []byte) error {
	return d.Batch(ctx, storage.SetOperation(key, value))
}

func (d *disk) Delete(ctx context.Context, key string) error {
	return d.Batch(ctx, storage.DeleteOperation(key))
}

func (d *disk) Close(context.Context) error { return nil }

func (d *disk) Batch(_ context.Context, ops ...*storage.Operation) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	count := countTypes(ops)
	if d.full && count[storage.Set] > 0 || d.stuck && count[storage.Delete] > 0 {
		return errDisk
	}
	if writes := count[storage.Set]+count[storage.Delete] > 0; writes && d.commits >= 0 {
		if d.commits == 0 {
			return errors.New("dead")
		}
		d.commits--
	}
	for _, op := range ops {
		switch op.Type {
		case storage.Get:
			op.Value = d.data[op.Key]
		case storage.Set:
			d.data[op.Key] = append([]byte(nil), op.Value...)
		case storage.Delete:
			delete(d.data, op.Key)
		}
	}
	return nil
}

// left is what a next process finds.
func (d *disk) left() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &disk{data: maps.Clone(d.data), commits: -1}
}

type hostWith struct {
	id        component.ID
	extension component.Component
}

func (h hostWith) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{h.id: h.extension}
}

// countingDatabase adds up what is written.
type countingDatabase struct {
	*fakeDatabase
	rows *atomic.Int64
}

func (d countingDatabase) write(_ context.Context, batch *store.Batch, _ func(int) []byte) (store.Result, error) {
	d.rows.Add(int64(batch.Len()))
	return store.Result{Written: batch.Len()}, nil
}

// Whenever a process dies while it puts its queue back, the next one writes all that
// was acknowledged.
func TestDyingWhileStartingLosesNothing(t *testing.T) {
	t.Parallel()
	const records = 5
	id := component.MustNewID("disk")
	// process runs an exporter on a disk; one that is not alive writes nothing.
	process := func(t *testing.T, d *disk, alive bool, during func(e exporter.Logs, rows *atomic.Int64)) {
		t.Helper()
		cfg := synchronous()
		queue := cfg.QueueConfig.Get()
		queue.WaitForResult, queue.StorageID = false, &id
		if !alive {
			// The batch never fills: what is read from the queue stays on its way.
			queue.Batch.Get().MinSize, queue.Batch.Get().FlushTimeout = 1000, time.Hour
		}
		var rows atomic.Int64
		open := func(string, int) (database, error) { return countingDatabase{&fakeDatabase{}, &rows}, nil }
		e, err := newLogs(t.Context(), exportertest.NewNopSettings(componentType), cfg, open)
		require.NoError(t, err)
		require.NoError(t, e.Start(t.Context(), hostWith{id, d}))
		during(e, &rows)
		require.NoError(t, e.Shutdown(t.Context()))
	}

	// killed is what a process leaves that was writing all of the records.
	var killed *disk
	first := &disk{data: map[string][]byte{}, commits: -1}
	process(t, first, false, func(e exporter.Logs, _ *atomic.Int64) {
		for range records {
			require.NoError(t, e.ConsumeLogs(t.Context(), oneRecord()))
		}
		// 5 records and the queue's note; read when the note no longer changes.
		require.Eventually(t, func() bool { killed = first.left(); return len(killed.data) == records+1 }, time.Second, time.Millisecond)
		time.Sleep(50 * time.Millisecond)
		killed = first.left()
	})

	for commits := range 2 * records {
		again := killed.left()
		again.commits = commits
		var left *disk
		process(t, again, false, func(exporter.Logs, *atomic.Int64) {
			time.Sleep(10 * time.Millisecond)
			left = again.left()
		})
		process(t, left, true, func(_ exporter.Logs, rows *atomic.Int64) {
			require.Eventually(t, func() bool { return rows.Load() == records }, 5*time.Second, time.Millisecond,
				"dead after %d commits", commits)
		})
	}
}

// A full disk drops nothing that is in the queue, and neither does a start on one.
func TestAFullDiskDropsNothing(t *testing.T) {
	t.Parallel()
	item := func(key string) *storage.Operation { return storage.SetOperation(key, []byte("request "+key)) }
	note := storage.SetOperation("qmv0", []byte("note"))
	d := &disk{data: map[string][]byte{"1": []byte("request 1")}, commits: -1}
	c := &queueClient{Client: d}

	d.full = true
	head := storage.GetOperation("1")
	require.NoError(t, c.Batch(t.Context(), note, head))
	require.Equal(t, "request 1", string(head.Value))
	c.started()
	require.ErrorIs(t, c.Batch(t.Context(), note, item("2")), errDisk)

	// What can't be deleted waits for a transaction that can.
	d.stuck = true
	require.NoError(t, c.Batch(t.Context(), storage.DeleteOperation("1")))
	require.Contains(t, d.data, "1")
	d.stuck = false
	require.ErrorIs(t, c.Batch(t.Context(), note, item("2")), errDisk)
	require.NotContains(t, d.data, "1", "there is room for the next request")
	d.full = false
	require.NoError(t, c.Batch(t.Context(), note, item("2")))
	require.Contains(t, d.data, "2")
}

// A queue that is put back onto a full disk is written from memory, and stays on the
// disk as it was until it is.
func TestStartingOnAFullDiskDropsNothing(t *testing.T) {
	t.Parallel()
	note := storage.SetOperation("qmv0", []byte("note"))
	d := &disk{data: map[string][]byte{"1": []byte("request")}, commits: -1, full: true}
	c := &queueClient{Client: d}

	require.NoError(t, c.Batch(t.Context(), storage.DeleteOperation("1")))
	require.NoError(t, c.Batch(t.Context(), note, storage.SetOperation("2", []byte("request"))))
	c.started()
	head := storage.GetOperation("2")
	require.NoError(t, c.Batch(t.Context(), note, head))
	require.Equal(t, "request", string(head.Value))
	require.Equal(t, map[string][]byte{"1": []byte("request")}, d.data)

	d.full = false
	require.NoError(t, c.Batch(t.Context(), note, storage.DeleteOperation("2")))
	require.Equal(t, map[string][]byte{"qmv0": []byte("note")}, d.data)
}
