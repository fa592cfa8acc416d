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
	_ storage.Extension = (*queueStorage)(nil)
	_ storage.Client    = (*queueClient)(nil)
)

// safeguard returns a host whose storage extension, that of the queue, answers through
// a queueClient. The caller says when the queue has started.
func (c *Config) safeguard(host component.Host) (safe component.Host, started func()) {
	if !c.QueueConfig.HasValue() || c.QueueConfig.Get().StorageID == nil {
		return host, func() {}
	}
	id := *c.QueueConfig.Get().StorageID
	extension, ok := host.GetExtensions()[id].(storage.Extension)
	if !ok {
		return host, func() {} // start says what is wrong with it
	}
	extensions := maps.Clone(host.GetExtensions())
	queue := &queueStorage{Extension: extension}
	extensions[id] = queue
	return queueHost{host, extensions}, queue.started
}

type queueHost struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h queueHost) GetExtensions() map[component.ID]component.Component { return h.extensions }

type queueStorage struct {
	storage.Extension
	client *queueClient
}

func (s *queueStorage) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	client, err := s.Extension.GetClient(ctx, kind, id, name)
	if err != nil {
		return nil, err
	}
	s.client = &queueClient{Client: client}
	return s.client, nil
}

func (s *queueStorage) started() {
	if s.client != nil {
		s.client.started()
	}
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
// Where the disk has no room for that, both wait, and what is appended is read from
// memory until then; on the disk, everything is as the dead process left it.
//
// When a request is read, the queue first notes that it is being written. Where the
// disk is full the note fails, and the queue drops the request. The client then hands
// the request out without the note.
//
// A deletion takes room too: a file of bbolt writes the requests beside it again. Where
// it fails, the queue forgets it, and the disk stays full. The client lets it wait: all
// that are beside each other take no room together.
type queueClient struct {
	storage.Client

	mu sync.Mutex
	// running is that the queue has been put back.
	running bool
	// deletions are those at the start that have no append yet.
	deletions []*storage.Operation
	// waiting is what the next transaction does first, in this order.
	waiting []*storage.Operation
}

// Batch is all that the queue writes with.
func (c *queueClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	count := countTypes(ops)
	switch deletes := count[storage.Delete] == len(ops); {
	case deletes && !c.running:
		c.deletions = append(c.deletions, ops...)
		return nil
	case deletes:
		c.waiting = append(c.waiting, ops...)
		_ = c.flush(ctx) // they go on waiting
		return nil
	case count[storage.Set] == 0:
		return c.get(ctx, ops)
	case count[storage.Get] > 0:
		return c.read(ctx, ops)
	case c.running:
		return c.commit(ctx, ops)
	default:
		// The queue appends in the order of its deletions, and skips what it can't
		// read: the first that waits is this request or one that it is done with.
		n := min(1, len(c.deletions))
		c.waiting = slices.Concat(c.waiting, c.deletions[:n], ops)
		c.deletions = c.deletions[n:]
		_ = c.flush(ctx) // they go on waiting
		return nil
	}
}

func countTypes(ops []*storage.Operation) (count [storage.Delete + 1]int) {
	for _, op := range ops {
		count[op.Type]++
	}
	return count
}

// started is that what is put from now on is new, and refused when there is no room.
func (c *queueClient) started() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endStart()
}

func (c *queueClient) endStart() {
	c.running = true
	// What is left was unreadable: the queue has skipped it.
	c.waiting = append(c.waiting, c.deletions...)
	c.deletions = nil
}

// read notes and hands out the head of the queue.
func (c *queueClient) read(ctx context.Context, ops []*storage.Operation) error {
	c.endStart() // consumers read before the start returns
	err := c.commit(ctx, ops)
	if err == nil {
		return nil
	}
	var reads []*storage.Operation
	for _, op := range ops {
		if op.Type == storage.Get {
			reads = append(reads, op)
		}
	}
	if c.get(ctx, reads) != nil {
		return err
	}
	return nil
}

// get reads what there is once all that waits is done.
func (c *queueClient) get(ctx context.Context, ops []*storage.Operation) error {
	if err := c.Client.Batch(ctx, ops...); err != nil {
		return err
	}
	for _, op := range ops {
		for _, waiting := range c.waiting {
			if waiting.Key == op.Key {
				op.Value = waiting.Value // none of a deletion
			}
		}
	}
	return nil
}

// commit does what waits along, or before when there is no room for both.
func (c *queueClient) commit(ctx context.Context, ops []*storage.Operation) error {
	err := c.Client.Batch(ctx, slices.Concat(c.waiting, ops)...)
	switch {
	case err == nil:
		c.waiting = nil
		return nil
	case len(c.waiting) > 0 && c.flush(ctx) == nil:
		return c.Client.Batch(ctx, ops...)
	default:
		return err
	}
}

// flush does what waits.
func (c *queueClient) flush(ctx context.Context) error {
	err := c.Client.Batch(ctx, c.waiting...)
	if err == nil {
		c.waiting = nil
	}
	return err
}
