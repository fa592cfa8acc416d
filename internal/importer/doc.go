// Package importer brings existing histories into an activity trail: it reads
// NDJSON, maps each line to the convention as a map file says, and sends the
// records over OTLP.
//
//	file ─► lines ─► Map ─► batches ─► Sender (OTLP/gRPC or OTLP/HTTP)
//	         │        │                  │
//	         └ too long, broken:         └ unavailable: tried again, without an end
//	           reported, skipped           refused: halved down to the record
//
// Importing the same input again adds nothing: what identifies a record is its
// id in the source or, where it has none, the bytes of its line.
package importer
