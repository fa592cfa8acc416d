// Package wal is what the packages for databases share: what goes into Postgres'
// write-ahead log, and before which statements. It sends nothing itself.
package wal

import _ "embed"

// ContextSQL emits a message of the transaction's context.
//
//go:embed context.sql
var ContextSQL string

// RecordSQL emits an activity as a document of OTLP.
//
//go:embed record.sql
var RecordSQL string

// AllowedSQL asks whether the role may emit.
//
//go:embed allowed.sql
var AllowedSQL string
