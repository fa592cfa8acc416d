package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/otel-activity/otel-activity/internal/harness"
)

// seenTime is how long a fault may take to show in a Collector's log.
const seenTime = 30 * time.Second

// logSize is where a Collector's log ends now.
func (r *rig) logSize(c *harness.Pipeline) (int64, error) {
	info, err := os.Stat(c.LogFile)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// logged reports whether the log has text behind an offset.
func (r *rig) logged(c *harness.Pipeline, offset int64, text string) (bool, error) {
	log, err := os.ReadFile(c.LogFile)
	if err != nil {
		return false, err
	}
	return bytes.Contains(log[min(offset, int64(len(log))):], []byte(text)), nil
}

// waitLogged waits until the log has text behind an offset. It fails when that does not
// come: what was to go wrong did not.
func (r *rig) waitLogged(ctx context.Context, c *harness.Pipeline, offset int64, text string) error {
	for deadline := time.Now().Add(seenTime); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
		if found, err := r.logged(c, offset, text); found || err != nil {
			return err
		}
	}
	return fmt.Errorf("the collector never said %q: what was to go wrong did not", text)
}
