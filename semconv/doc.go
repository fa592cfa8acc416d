// Package semconv names what an activity looks like on the wire: the attributes
// of the activity convention, the ones of OpenTelemetry that it reuses, and the
// words of its enumerations. activity.yaml is the source of all of them.
package semconv

//go:generate go run ./internal/generate
