package postgreswalreceiver

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// memory is what the receiver knows of its slot. A slot that is not there is a new one to
// make, or one that was lost with changes behind it: only who remembers can tell.
type memory struct {
	client storage.Client // nil without a storage: then it lasts as long as the process

	mu   sync.Mutex
	last remembered
}

const memoryKey = "slot"

// remembered is what is kept; as JSON in the storage.
type remembered struct {
	// System is the cluster's identifier.
	System uint64 `json:"system"`
	// Confirmed is up to where the pipeline has everything; 0 before there was a slot.
	Confirmed replication.LSN `json:"confirmed"`
	// Gap is one that isn't recorded yet; its Slot is empty when there is none.
	Gap gap `json:"gap,omitzero"`
}

// openMemory reads what was kept in a storage extension.
func openMemory(ctx context.Context, host component.Host, id *component.ID, of component.ID, slot string) (*memory, error) {
	if id == nil {
		return &memory{}, nil
	}
	extension, ok := host.GetExtensions()[*id].(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("storage is %s, which is no storage extension of this service: add it to service::extensions, or remove storage", id)
	}
	client, err := extension.GetClient(ctx, component.KindReceiver, of, slot)
	if err != nil {
		return nil, fmt.Errorf("open the storage %s: %w", id, err)
	}
	m := &memory{client: client}
	content, err := client.Get(ctx, memoryKey)
	if err == nil && content != nil {
		err = json.Unmarshal(content, &m.last)
	}
	if err != nil {
		return nil, fmt.Errorf("read the storage %s: %w", id, err)
	}
	return m, nil
}

// known is what is remembered.
func (m *memory) known() remembered {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last
}

// keep changes what is remembered.
func (m *memory) keep(ctx context.Context, change func(*remembered)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	changed := m.last
	change(&changed)
	if changed == m.last {
		return nil
	}
	m.last = changed
	if m.client == nil {
		return nil
	}
	content, err := json.Marshal(changed)
	if err == nil {
		err = m.client.Set(ctx, memoryKey, content)
	}
	if err != nil {
		return fmt.Errorf("remember the slot: %w", err)
	}
	return nil
}

func (m *memory) close(ctx context.Context) error {
	if m.client == nil {
		return nil
	}
	return m.client.Close(ctx)
}
