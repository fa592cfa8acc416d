// Package spool keeps entries on disk until they are acknowledged. An entry that
// Append has taken survives the end of the process; whoever opens the same folder
// next gets it.
//
//	folder/<owner>/lock              held as long as the owner lives
//	folder/<owner>/0000000001.seg    entries: length, CRC-32C of payload and header, payload
//	folder/<owner>/0000000002.seg
//	folder/<owner>/ack               up to where entries are acknowledged
//
// Several processes share a folder: each writes to a journal of its own, and takes
// over the journals of those that have died.
package spool
