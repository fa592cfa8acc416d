package store

import (
	"context"

	"github.com/otel-activity/otel-activity/sql"
)

// The fields of these structs are in the order of the statements' columns.

// Role is the role that a connection has.
type Role struct {
	Name      string
	Superuser bool
}

// ServerSettings are what a server does for what it acknowledged, as the session has
// it.
type ServerSettings struct {
	VersionNumber                            int // such as 150014
	Version                                  string
	Fsync, FullPageWrites, SynchronousCommit string
}

// Partitioning is the state of the trail's partitions.
type Partitioning struct {
	Count int64
	// Default is the DEFAULT partition; empty when there is none.
	Default string
	// DaysAhead is for how many days there are partitions without a gap, today (UTC)
	// included; ten at most.
	DaysAhead int
}

// UnusedIndex is one that was not read for as long as statistics were kept.
type UnusedIndex struct {
	Name        string
	Bytes       int64
	KeptSeconds float64
	// TableScans is how often the table's other indexes were read meanwhile.
	TableScans int64
}

// Folding is what waits to be folded into the totals. Both are bounded.
type Folding struct {
	Pending       int64
	WaitedSeconds float64
}

// Upkeep is how a task of the upkeep is doing.
type Upkeep struct {
	Task  string
	Error string // of its last run
	// OverdueSeconds is negative while it isn't due.
	OverdueSeconds float64
}

// Slot is a replication slot.
type Slot struct {
	Name   string
	Active bool
	// Status is pg_replication_slots.wal_status, Invalidation the reason why the
	// slot is none any more, where the server says so.
	Status, Invalidation string
	// KeptBytes of WAL are kept for the slot; LagBytes is how far its consumer is
	// behind.
	KeptBytes, LagBytes int64
}

// Grant is what a role, or everybody, may do.
type Grant struct {
	// Subject is the role; of PublicGrants, the object.
	Subject, Privileges string
}

// Bypass is a role that no policy holds for.
type Bypass struct {
	Role   string
	Reader bool // it is the role of scoped transactions itself
	Why    string
}

// PartitionReader is a role that may read partitions, which have no policies.
type PartitionReader struct {
	Role       string
	Partitions int64
}

// SourceLag is how long after their observation the activities of a service were
// written, at least.
type SourceLag struct {
	Service string
	Seconds float64
}

// Letters are the dead letters. The count is bounded.
type Letters struct {
	Count         int64
	WaitedSeconds float64
}

// Role reads it; any role may.
func (e *Examiner) Role(ctx context.Context) (Role, error) {
	return examineOne[Role](ctx, e, "the role", sql.DoctorRole)
}

// Settings reads those of the server; any role may.
func (e *Examiner) Settings(ctx context.Context) (ServerSettings, error) {
	return examineOne[ServerSettings](ctx, e, "the server's settings", sql.DoctorSettings)
}

// CommitOverrides are the roles and databases with synchronous_commit off.
func (e *Examiner) CommitOverrides(ctx context.Context) ([]string, error) {
	return examineNames(ctx, e, "settings of roles and databases", sql.DoctorCommitOverrides)
}

// Partitioning needs USAGE of the schema.
func (e *Examiner) Partitioning(ctx context.Context) (Partitioning, error) {
	return examineOne[Partitioning](ctx, e, "the partitions", sql.DoctorPartitions)
}

// InvalidIndexes are those that no query can use and that nobody is building.
func (e *Examiner) InvalidIndexes(ctx context.Context) ([]string, error) {
	return examineNames(ctx, e, "the indexes", sql.DoctorIndexesInvalid)
}

// UnusedIndexes are those that were never read, the largest first.
func (e *Examiner) UnusedIndexes(ctx context.Context) ([]UnusedIndex, error) {
	return examine[UnusedIndex](ctx, e, "the use of indexes", sql.DoctorIndexesUnused)
}

// Folding needs SELECT on the deltas and on activity.batch.
func (e *Examiner) Folding(ctx context.Context) (Folding, error) {
	return examineOne[Folding](ctx, e, "the counts that wait", sql.DoctorRollups)
}

// Upkeep needs SELECT on activity.upkeep.
func (e *Examiner) Upkeep(ctx context.Context) ([]Upkeep, error) {
	return examine[Upkeep](ctx, e, "the upkeep", sql.DoctorUpkeep)
}

// Slots are those of the whole server.
func (e *Examiner) Slots(ctx context.Context) ([]Slot, error) {
	return examine[Slot](ctx, e, "the replication slots", sql.DoctorSlots)
}

// PublicGrants are what everybody may do, by object.
func (e *Examiner) PublicGrants(ctx context.Context) ([]Grant, error) {
	return examine[Grant](ctx, e, "the grants to PUBLIC", sql.DoctorPublic)
}

// Changers are the roles that may change activities without being their owner.
func (e *Examiner) Changers(ctx context.Context) ([]Grant, error) {
	return examine[Grant](ctx, e, "the rights to change activities", sql.DoctorChange)
}

// HasReader says whether the role of scoped transactions is there.
func (e *Examiner) HasReader(ctx context.Context) (bool, error) {
	found, err := examineOne[struct{ Found bool }](ctx, e, "the role "+readerRole, sql.DoctorReader, readerRole)
	return found.Found, err
}

// Bypasses are the readers that no policy holds for.
func (e *Examiner) Bypasses(ctx context.Context) ([]Bypass, error) {
	return examine[Bypass](ctx, e, "the roles that read", sql.DoctorBypass, readerRole)
}

// UnenforcedPolicies are the tables whose policies nobody is held to.
func (e *Examiner) UnenforcedPolicies(ctx context.Context) ([]string, error) {
	return examineNames(ctx, e, "the policies", sql.DoctorPolicies)
}

// PartitionReaders are the roles that read around the policies.
func (e *Examiner) PartitionReaders(ctx context.Context) ([]PartitionReader, error) {
	return examine[PartitionReader](ctx, e, "the rights to read partitions", sql.DoctorPartitionReaders)
}

// SourceLags needs SELECT on activity.activity; the shortest is first.
func (e *Examiner) SourceLags(ctx context.Context) ([]SourceLag, error) {
	return examine[SourceLag](ctx, e, "the newest activities", sql.DoctorSources)
}

// DeadLetters needs SELECT on activity.rejected.
func (e *Examiner) DeadLetters(ctx context.Context) (Letters, error) {
	return examineOne[Letters](ctx, e, "the rejected records", sql.DoctorRejected)
}
