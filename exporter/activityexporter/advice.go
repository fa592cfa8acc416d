package activityexporter

import (
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/finding"
)

// The checks of Risks, by their stable names.
const (
	CheckQueueOff      = "queue.off"
	CheckQueueOverflow = "queue.overflow"
	CheckQueueMemory   = "queue.memory"
	CheckRetryOff      = "retry.off"
	CheckRetryBounded  = "retry.bounded"
)

// Risks lists the ways in which a record that was acknowledged, or that its
// sender will not send again, can be lost. It is empty for the default
// configuration with a storage extension.
//
// A queue that waits for the result acknowledges nothing that is not written, so
// what goes wrong behind it goes back to the sender and is not lost here.
func (c *Config) Risks() []finding.Finding {
	if !c.QueueConfig.HasValue() {
		return []finding.Finding{risk(CheckQueueOff,
			"sending_queue is off: what a sender gives up on while Postgres is slow or away is lost",
			"remove `sending_queue: {enabled: false}` and name a storage extension: `sending_queue: {storage: file_storage}`")}
	}
	queue := c.QueueConfig.Get()
	var list []finding.Finding
	if !queue.BlockOnOverflow {
		list = append(list, risk(CheckQueueOverflow,
			"sending_queue::block_on_overflow is false: a full queue refuses records, and a sender that does not try again loses them",
			"set `sending_queue: {block_on_overflow: true}`"))
	}
	if queue.WaitForResult {
		return list
	}
	if queue.StorageID == nil {
		list = append(list, risk(CheckQueueMemory,
			"sending_queue is in memory: records that were acknowledged and not yet written are lost when the process dies or stops while Postgres is away",
			"name a storage extension: `sending_queue: {storage: file_storage}`, or acknowledge only what is written: `sending_queue: {wait_for_result: true}`"))
	}
	return append(list, c.retryRisks()...)
}

func (c *Config) retryRisks() []finding.Finding {
	switch {
	case !c.RetryConfig.Enabled:
		return []finding.Finding{risk(CheckRetryOff,
			"retry_on_failure is off: a batch that can't be written at once is dropped, from the queue's storage too",
			"set `retry_on_failure: {enabled: true}`")}
	case c.RetryConfig.MaxElapsedTime > 0:
		return []finding.Finding{risk(CheckRetryBounded,
			"retry_on_failure::max_elapsed_time is bounded: a batch that can't be written in that time is dropped, from the queue's storage too",
			"set `retry_on_failure: {max_elapsed_time: 0}`, which never gives up")}
	default:
		return nil
	}
}

func risk(check, what, remedy string) finding.Finding {
	return finding.Finding{Check: check, Severity: finding.Warning, What: what, Remedy: remedy}
}

// warn says at start what the configuration can lose, while there is still
// nothing to lose.
func (c *Config) warn(logger *zap.Logger) {
	for _, f := range c.Risks() {
		logger.Warn("This configuration can lose activities: "+f.What, zap.String("remedy", f.Remedy))
	}
}
