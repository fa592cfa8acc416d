package importer

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// Progress is how far an import is. It can be read at any time.
type Progress struct {
	read, sent, refused, skipped, retries atomic.Int64
	// waiting is why requests are held back at the moment.
	waiting atomic.Pointer[string]

	input *Input
	since time.Time
}

// NewProgress begins the progress of importing in.
func NewProgress(in *Input) *Progress { return &Progress{input: in, since: time.Now()} }

const barWidth = 24

// Line describes the progress in one line of at most width bytes.
func (p *Progress) Line(now time.Time, width int) string {
	var b strings.Builder
	share, known := p.share()
	if known {
		filled := int(share * barWidth)
		fmt.Fprintf(&b, "[%s%s] %3.0f %%  ", strings.Repeat("#", filled), strings.Repeat("-", barWidth-filled), share*100)
	}
	elapsed := now.Sub(p.since)
	fmt.Fprintf(&b, "%d sent", p.sent.Load())
	if seconds := elapsed.Seconds(); seconds > 0 {
		fmt.Fprintf(&b, "  %.0f/s", float64(p.sent.Load())/seconds)
	}
	if known && share > 0 && share < 1 {
		left := time.Duration(float64(elapsed) * (1 - share) / share)
		fmt.Fprintf(&b, "  %s left", left.Round(time.Second))
	}
	if n := p.refused.Load(); n > 0 {
		fmt.Fprintf(&b, "  %d refused", n)
	}
	if n := p.skipped.Load(); n > 0 {
		fmt.Fprintf(&b, "  %d skipped", n)
	}
	if reason := p.waiting.Load(); reason != nil {
		b.WriteString("  waiting: " + strings.Join(strings.Fields(*reason), " "))
	}
	return shorten(b.String(), width-len("…"))
}

// share is the part of the input that was read, when its size is known.
func (p *Progress) share() (share float64, known bool) {
	if p.input == nil || p.input.size == 0 {
		return 0, false
	}
	// A file can grow while it is read.
	return min(1, float64(p.input.consumed.Load())/float64(p.input.size)), true
}
