// Package model holds the activity as a value: what internal/logmap makes of a
// log record and what internal/store writes and reads. It knows neither
// OpenTelemetry nor Postgres and imports nothing but the standard library.
package model
