// Package pgoutput reads Postgres' logical replication stream: the protocol's frames,
// and in them the messages of the output plugin pgoutput, protocol version 1. What it
// holds of a message is bounded: of a value that is larger than the limit it keeps the
// beginning and skips the rest as it comes.
//
// Source: PostgreSQL documentation, "Streaming Replication Protocol" and "Logical
// Replication Message Formats".
package pgoutput
