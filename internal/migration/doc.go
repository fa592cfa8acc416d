// Package migration moves an application from audit triggers to the log, while it runs:
//
//	discovered ─► prepared ─► backfilling ─► shadowing ─► fenced ─► sweeping ─► verified ─► complete
//	 what is      published,   audit rows     triggers     each table  rows that    old and    triggers
//	 there        held back    become         and log      handed      committed    new are    dropped
//	                           activities     compared     over        late         equal
//
// One Runner does the work, of all Collectors that read the database: the one that holds
// an advisory lock in the trail's database. What it is at is in activity.migration and the
// tables beside it, so that another one goes on after a crash at any instruction. Each
// step can be done again: activities have ids that follow from their audit rows, a fence
// that stands is set again without harm, and what is put back is noted in the same
// transaction.
//
// The receiver does the other half: it finds the fences in the log, holds rows back or
// records them, and compares what triggers and log say of each transaction.
package migration
