// Package activityexporter writes log records to Postgres as activities: who
// did what to which entity, when, and how it ended.
//
// A record's road through this package: ConsumeLogs gives it a time if it has
// none, the sending queue keeps it, push maps it and hands a batch of rows to
// the store, which writes each exactly once.
package activityexporter
