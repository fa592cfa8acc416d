package activityexporter

import (
	"go.uber.org/zap"
)

// advice names a way to lose records that the configuration leaves open, and
// what closes it.
type advice struct {
	risk   string
	remedy string
}

// lossy lists the ways in which a record that was acknowledged, or that its
// sender will not send again, can be lost. It is empty for the default
// configuration with a storage extension.
//
// A queue that waits for the result acknowledges nothing that is not written, so
// what goes wrong behind it goes back to the sender and is not lost here.
func (c *Config) lossy() []advice {
	if !c.QueueConfig.HasValue() {
		return []advice{{
			risk:   "sending_queue is off: what a sender gives up on while Postgres is slow or away is lost",
			remedy: "remove `sending_queue: {enabled: false}` and name a storage extension: `sending_queue: {storage: file_storage}`",
		}}
	}
	queue := c.QueueConfig.Get()
	var list []advice
	if !queue.BlockOnOverflow {
		list = append(list, advice{
			risk:   "sending_queue::block_on_overflow is false: a full queue refuses records, and a sender that does not try again loses them",
			remedy: "set `sending_queue: {block_on_overflow: true}`",
		})
	}
	if queue.WaitForResult {
		return list
	}
	if queue.StorageID == nil {
		list = append(list, advice{
			risk:   "sending_queue is in memory: records that were acknowledged and not yet written are lost when the process dies or stops while Postgres is away",
			remedy: "name a storage extension: `sending_queue: {storage: file_storage}`, or acknowledge only what is written: `sending_queue: {wait_for_result: true}`",
		})
	}
	switch {
	case !c.RetryConfig.Enabled:
		list = append(list, advice{
			risk:   "retry_on_failure is off: a batch that can't be written at once is dropped, from the queue's storage too",
			remedy: "set `retry_on_failure: {enabled: true}`",
		})
	case c.RetryConfig.MaxElapsedTime > 0:
		list = append(list, advice{
			risk:   "retry_on_failure::max_elapsed_time is bounded: a batch that can't be written in that time is dropped, from the queue's storage too",
			remedy: "set `retry_on_failure: {max_elapsed_time: 0}`, which never gives up",
		})
	}
	return list
}

// warn says at start what the configuration can lose, while there is still
// nothing to lose.
func (c *Config) warn(logger *zap.Logger) {
	for _, a := range c.lossy() {
		logger.Warn("This configuration can lose activities: "+a.risk, zap.String("remedy", a.remedy))
	}
}
