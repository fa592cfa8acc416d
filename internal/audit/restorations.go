package audit

import (
	"encoding/json"
	"fmt"
	"time"
)

// restorations are changes as a JSON array, which the statements that put them back take.
func restorations(changes []Restoration) (string, error) {
	type change struct {
		Table       string          `json:"table"`
		Operation   string          `json:"operation"`
		CommittedAt string          `json:"committed_at"`
		XID         uint32          `json:"xid"`
		Old         json.RawMessage `json:"old,omitempty"`
		New         json.RawMessage `json:"new,omitempty"`
	}
	all := make([]change, len(changes))
	for i := range changes {
		c := &changes[i]
		all[i] = change{c.Table.String(), c.Operation, c.CommittedAt.UTC().Format(time.RFC3339Nano), c.XID, c.Old, c.New}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", fmt.Errorf("write them as JSON: %w", err)
	}
	return string(text), nil
}
