// Code generated from semconv/activity.yaml by semconv/internal/generate. DO NOT EDIT.

package model

import "strconv"

// Source is the enumeration activity.source. What set the activity off.
type Source uint8

// The words of activity.source.
const (
	// SourceSystem: The application on its own account.
	SourceSystem Source = iota
	// SourceUser: Somebody who used the application.
	SourceUser
	// SourceIntegration: Another system that called in or was called.
	SourceIntegration
	// SourceDatabase: A change seen in the database's log, whoever made it.
	SourceDatabase
	// SourceScheduled: A timer or a job.
	SourceScheduled
)

var sourceWords = [...]string{
	SourceSystem:      "system",
	SourceUser:        "user",
	SourceIntegration: "integration",
	SourceDatabase:    "database",
	SourceScheduled:   "scheduled",
}

// String returns the word as it is on the wire and in the store.
func (v Source) String() string {
	if int(v) >= len(sourceWords) {
		return "Source(" + strconv.Itoa(int(v)) + ")"
	}
	return sourceWords[v]
}

// ParseSource returns the value of a word, and false for an unknown word.
func ParseSource(word string) (Source, bool) {
	switch word {
	case "system":
		return SourceSystem, true
	case "user":
		return SourceUser, true
	case "integration":
		return SourceIntegration, true
	case "database":
		return SourceDatabase, true
	case "scheduled":
		return SourceScheduled, true
	default:
		return SourceSystem, false
	}
}

// Sources lists all values in ascending order.
func Sources() []Source {
	return []Source{
		SourceSystem,
		SourceUser,
		SourceIntegration,
		SourceDatabase,
		SourceScheduled,
	}
}

// SourceWords lists all words in the order of their values.
func SourceWords() []string { return append([]string(nil), sourceWords[:]...) }

// Status is the enumeration activity.status. How the activity ended.
type Status uint8

// The words of activity.status.
const (
	// StatusUnknown: Nobody reported an outcome. Only the store writes it.
	StatusUnknown Status = iota
	// StatusSuccess: It was done.
	StatusSuccess
	// StatusFailure: It was tried and not done.
	StatusFailure
	// StatusPending: It was begun; a later record of the same operation tells the outcome.
	StatusPending
	// StatusCanceled: It was called off before it was done.
	StatusCanceled
)

var statusWords = [...]string{
	StatusUnknown:  "unknown",
	StatusSuccess:  "success",
	StatusFailure:  "failure",
	StatusPending:  "pending",
	StatusCanceled: "canceled",
}

// String returns the word as it is on the wire and in the store.
func (v Status) String() string {
	if int(v) >= len(statusWords) {
		return "Status(" + strconv.Itoa(int(v)) + ")"
	}
	return statusWords[v]
}

// ParseStatus returns the value of a word, and false for an unknown word.
func ParseStatus(word string) (Status, bool) {
	switch word {
	case "unknown":
		return StatusUnknown, true
	case "success":
		return StatusSuccess, true
	case "failure":
		return StatusFailure, true
	case "pending":
		return StatusPending, true
	case "canceled":
		return StatusCanceled, true
	default:
		return StatusUnknown, false
	}
}

// Statuses lists all values in ascending order.
func Statuses() []Status {
	return []Status{
		StatusUnknown,
		StatusSuccess,
		StatusFailure,
		StatusPending,
		StatusCanceled,
	}
}

// StatusWords lists all words in the order of their values.
func StatusWords() []string { return append([]string(nil), statusWords[:]...) }

// Severity is the enumeration activity.severity. How much attention the activity deserves.
type Severity uint8

// The words of activity.severity.
const (
	// SeverityInfo: Ordinary.
	SeverityInfo Severity = iota
	// SeverityNotice: Ordinary but worth a look.
	SeverityNotice
	// SeverityWarning: Something may be wrong.
	SeverityWarning
	// SeverityCritical: Somebody must act.
	SeverityCritical
)

var severityWords = [...]string{
	SeverityInfo:     "info",
	SeverityNotice:   "notice",
	SeverityWarning:  "warning",
	SeverityCritical: "critical",
}

// String returns the word as it is on the wire and in the store.
func (v Severity) String() string {
	if int(v) >= len(severityWords) {
		return "Severity(" + strconv.Itoa(int(v)) + ")"
	}
	return severityWords[v]
}

// ParseSeverity returns the value of a word, and false for an unknown word.
func ParseSeverity(word string) (Severity, bool) {
	switch word {
	case "info":
		return SeverityInfo, true
	case "notice":
		return SeverityNotice, true
	case "warning":
		return SeverityWarning, true
	case "critical":
		return SeverityCritical, true
	default:
		return SeverityInfo, false
	}
}

// Severities lists all values in ascending order.
func Severities() []Severity {
	return []Severity{
		SeverityInfo,
		SeverityNotice,
		SeverityWarning,
		SeverityCritical,
	}
}

// SeverityWords lists all words in the order of their values.
func SeverityWords() []string { return append([]string(nil), severityWords[:]...) }

// SeverityOfNumber returns the value that an OpenTelemetry SeverityNumber is
// read as. A number past the defined ones counts as the nearest.
func SeverityOfNumber(number int) Severity {
	switch {
	case number <= 9:
		return SeverityInfo
	case number <= 12:
		return SeverityNotice
	case number <= 16:
		return SeverityWarning
	default:
		return SeverityCritical
	}
}
