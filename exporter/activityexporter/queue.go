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

// queueClient closes the gaps through which exporterhelper's queue loses records that
// it has acknowledged. They become records that are written again, which the table's
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
//
// A deletion takes room too: a file of bbolt writes the requests beside it again. Where
// it fails, the queue forgets it, and the disk stays full. The client keeps it for the
// next transaction: all that are beside each other take none together.
type queueClient struct {
	storage.Client

	mu sync.Mutex
	// running is that the queue has been put back: something was read from its head.
	running bool
	// deletions are those that wait, in the order in which they came.
	deletions []*storage.Operation
}

// Batch is all that the queue writes with.
func (c *queueClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	count := countTypes(ops)
	switch {
	case count[storage.Delete] == len(ops):
		c.deletions = append(c.deletions, ops...)
		if c.running {
			_ = c.commit(ctx, nil, len(c.deletions)) // they wait then
		}
		return nil
	case count[storage.Set] == 0:
		return c.Client.Batch(ctx, ops...)
	case count[storage.Get] > 0:
		return c.read(ctx, ops)
	case c.running:
		return c.commit(ctx, ops, len(c.deletions))
	default:
		// The queue appends in the order of its deletions, and skips what it can't
		// read: the first that waits is this request or one that it is done with.
		return c.commit(ctx, ops, min(1, len(c.deletions)))
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
	err := c.commit(ctx, ops, len(c.deletions))
	if err == nil {
		c.running = true
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

// commit takes the first n deletions that wait along.
func (c *queueClient) commit(ctx context.Context, ops []*storage.Operation, n int) error {
	err := c.Client.Batch(ctx, slices.Concat(ops, c.deletions[:n])...)
	if err != nil && n > 0 && len(ops) > 0 && c.Client.Batch(ctx, c.deletions[:n]...) == nil {
		// The disk is full, and there is room now.
		err = c.Client.Batch(ctx, ops...)
		c.deletions = c.deletions[n:]
		return err
	}
	if err == nil {
		c.deletions = c.deletions[n:]
	}
	return err
}
