package activityexporter

import (
	"context"
	"maps"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

var (
	_ storage.Extension = queueStorage{}
	_ storage.Client    = (*queueClient)(nil)
)

// safeguard returns a host whose storage extension, that of the queue, answers through
// a queueClient.
func (c *Config) safeguard(host component.Host) component.Host {
	if !c.QueueConfig.HasValue() || c.QueueConfig.Get().StorageID == nil {
		return host
	}
	id := *c.QueueConfig.Get().StorageID
	extension, ok := host.GetExtensions()[id].(storage.Extension)
	if !ok {
		return host // start says what is wrong with it
	}
	extensions := maps.Clone(host.GetExtensions())
	extensions[id] = queueStorage{extension}
	return queueHost{host, extensions}
}

type queueHost struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h queueHost) GetExtensions() map[component.ID]component.Component { return h.extensions }

type queueStorage struct{ storage.Extension }

func (s queueStorage) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	client, err := s.Extension.GetClient(ctx, kind, id, name)
	if err != nil {
		return nil, err
	}
	return &queueClient{Client: client}, nil
}

// queueClient closes two gaps through which exporterhelper's queue loses records that
// it has acknowledged. Both become records that are written again, which the table's
// primary key makes harmless.
//
// At the start, the queue moves the requests that were being written when the process
// died back to its end:
//
//	read a, b, c │ delete a, b, c │ append a │ append b │ append c │ read on …
//	             └── a process that dies here has lost what is not appended yet
//
// The client keeps the deletions, and does one with each append, in its transaction.
//
// When a request is read, the queue first notes that it is being written. Where the
// disk is full the note fails, and the queue drops the request. The client then hands
// the request out without the note.
type queueClient struct {
	storage.Client

	mu sync.Mutex
	// running is that the queue has been put back: something was read from its head.
	running bool
	// deletions are those that wait for their append.
	deletions []*storage.Operation
}

// Batch is all that the queue writes with.
func (c *queueClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch count := countTypes(ops); {
	case !c.running && count[storage.Delete] == len(ops):
		c.deletions = append(c.deletions, ops...)
		return nil
	case count[storage.Set] > 0 && count[storage.Get] > 0:
		return c.read(ctx, ops)
	case !c.running && count[storage.Set] == len(ops):
		return c.putBack(ctx, ops)
	default:
		return c.Client.Batch(ctx, ops...)
	}
}

func countTypes(ops []*storage.Operation) (count [storage.Delete + 1]int) {
	for _, op := range ops {
		count[op.Type]++
	}
	return count
}

// read notes and hands out the head of the queue.
func (c *queueClient) read(ctx context.Context, ops []*storage.Operation) error {
	// What is left was unreadable: the queue has skipped it.
	err := c.Client.Batch(ctx, slices.Concat(ops, c.deletions)...)
	if err == nil {
		c.running, c.deletions = true, nil
		return nil
	}
	var reads []*storage.Operation
	for _, op := range ops {
		if op.Type == storage.Get {
			reads = append(reads, op)
		}
	}
	if c.Client.Batch(ctx, reads...) != nil {
		return err
	}
	return nil
}

// putBack appends a request, and deletes the first that waits for it: the queue appends
// in the order of its deletions and skips what it can't read, so that the first is
// this one or one that it is done with.
func (c *queueClient) putBack(ctx context.Context, ops []*storage.Operation) error {
	n := min(1, len(c.deletions))
	err := c.Client.Batch(ctx, slices.Concat(ops, c.deletions[:n])...)
	if err != nil && n > 0 {
		// The disk is full: first make the room, as the queue wants it.
		if err := c.Client.Batch(ctx, c.deletions[:n]...); err != nil {
			return err
		}
		err = c.Client.Batch(ctx, ops...)
	}
	if err == nil {
		c.deletions = c.deletions[n:]
	}
	return err
}
