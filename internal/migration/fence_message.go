package migration

import "github.com/otel-activity/otel-activity/internal/store"

// FencePrefix is the prefix of the messages in the log that this package writes.
const FencePrefix = "activity.migration"

// FenceMessage is the content of such a message, as JSON. The transaction that has it
// hands Table over to Recorder: what commits behind it is the Recorder's.
type FenceMessage struct {
	Migration string         `json:"migration"`
	Table     string         `json:"table,omitempty"` // schema.table
	Recorder  store.Recorder `json:"recorder,omitempty"`
	// Restoring says instead that the transaction puts rows into audit tables whose changes
	// the trail has already: triggers and log are not to be compared in it.
	Restoring bool `json:"restoring,omitempty"`
}
