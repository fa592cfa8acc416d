package setup

import "fmt"

// Tier is how safe an activity is when the call that records it has returned.
type Tier string

const (
	// BestEffort is: it waits in memory. It is lost with the process, and when the
	// queue is full; then it is counted and told.
	BestEffort Tier = "best_effort"
	// Durable is: it is in a file and will be sent, by the next process if this one
	// dies. It is lost when the disk is full or broken; then it is counted and told.
	Durable Tier = "durable"
	// Confirm is: the Collector has acknowledged it, or the call has failed. With a
	// synchronous pipeline in the Collector it is committed.
	Confirm Tier = "confirm"
)

// ParseTier reads the name of a tier, "" as BestEffort.
func ParseTier(name string) (Tier, error) {
	switch t := Tier(name); t {
	case "":
		return BestEffort, nil
	case BestEffort, Durable, Confirm:
		return t, nil
	default:
		return "", fmt.Errorf("the tier is %q: use best_effort, durable or confirm", name)
	}
}
