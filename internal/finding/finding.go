// Package finding is what a check has to say, whoever made it: the exporter and the
// converter log it when the Collector starts, `activityctl doctor` prints it.
package finding

import (
	"fmt"
	"slices"
)

// Finding is the outcome of one check of one thing.
type Finding struct {
	// Check names what was looked at, such as queue.memory. Scripts depend on it.
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	// What is a sentence without its full stop.
	What string `json:"what"`
	// Remedy says what to do; empty when nothing is to be done.
	Remedy string `json:"remedy,omitempty"`
}

// Severity says how urgent a finding is; a greater one is worse.
type Severity uint8

const (
	// OK is what was looked at and is as it should be.
	OK Severity = iota
	// Info is worth knowing, or was not looked at.
	Info
	// Warning means that activities or time can be lost.
	Warning
	// Error means that it does not work, or that what is stored is not safe.
	Error
)

var severityWords = [...]string{"ok", "info", "warning", "error"}

func (s Severity) String() string {
	if int(s) < len(severityWords) {
		return severityWords[s]
	}
	return fmt.Sprintf("severity %d", uint8(s))
}

// MarshalText writes the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityWords[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no severity: want one of %v", text, severityWords)
	}
	*s = Severity(i) //nolint:gosec // there are four
	return nil
}

// Worst is the greatest severity of all; OK when there are none.
func Worst(all []Finding) Severity {
	worst := OK
	for _, f := range all {
		worst = max(worst, f.Severity)
	}
	return worst
}
