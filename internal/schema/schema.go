package schema

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNewer is what Up and Status return, wrapped with both versions, for a
// database that a newer program has migrated.
var ErrNewer = errors.New("the database's schema is newer than this program")

// DB is what migrating needs: a *pgx.Conn or a *pgxpool.Pool.
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Report says what Up did.
type Report struct {
	From, To int
	// Applied are the names of the migrations that this call applied, in order.
	// Another program that starts at the same time may have applied the others.
	Applied []string
}

// createVersions runs under the lock: IF NOT EXISTS alone is no protection
// against two sessions that create at once.
const createVersions = `CREATE SCHEMA IF NOT EXISTS activity;
CREATE TABLE IF NOT EXISTS activity.schema_version (
    version    integer     NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    name       text        NOT NULL,
    CONSTRAINT schema_version_pkey PRIMARY KEY (version)
);`

// The settings that a role or a DSN may bring and that DDL must not depend on.
const prepareTransaction = `SET LOCAL search_path = '';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SELECT pg_advisory_xact_lock(hashtextextended('activity.schema', 0));`

// Up applies what is missing. Any number of programs may call it at once: the
// lock is taken anew for each file, in the transaction of that file, so that it
// works through a transaction pooler too.
//
// Where nothing is missing it only reads: a role without rights on the schema's
// tables can start against a database that its owner has migrated.
func Up(ctx context.Context, db DB) (Report, error) {
	version, err := Version(ctx, db)
	report := Report{From: version, To: version}
	for err == nil && report.To < Latest() {
		var applied string
		report.To, applied, err = step(ctx, db)
		if applied != "" {
			report.Applied = append(report.Applied, applied)
		}
	}
	return report, err
}

// step applies the next file, or none when another session got ahead, and
// returns the version that the database then has.
func step(ctx context.Context, db DB) (version int, applied string, err error) {
	tx, err := db.Begin(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("begin a migration: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()

	if _, err := tx.Exec(ctx, prepareTransaction+createVersions); err != nil {
		return 0, "", fmt.Errorf("prepare schema activity: %w", err)
	}
	version, err = Version(ctx, tx)
	if err != nil || version == Latest() {
		return version, "", err
	}
	next := migrations()[version]
	if _, err := tx.Exec(ctx, next.text); err != nil {
		return version, "", fmt.Errorf("apply migration %s: %w", next.name, err)
	}
	if _, err := tx.Exec(ctx, next.record()); err != nil {
		return version, "", fmt.Errorf("record migration %s: %w", next.name, err)
	}
	if err := tx.Commit(ctx); err != nil {
		return version, "", fmt.Errorf("commit migration %s: %w", next.name, err)
	}
	return next.version, next.name, nil
}

// Querier is what reading the version needs.
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Version reads the version of the database's schema, 0 when it has none of ours. The
// error is ErrNewer when this program does not know it.
func Version(ctx context.Context, db Querier) (int, error) {
	var found bool
	if err := db.QueryRow(ctx, "SELECT to_regclass('activity.schema_version') IS NOT NULL").Scan(&found); err != nil {
		return 0, fmt.Errorf("look for schema activity: %w", err)
	}
	if !found {
		return 0, nil
	}
	var version int
	if err := db.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM activity.schema_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("read activity.schema_version: %w", err)
	}
	if version > Latest() {
		return version, fmt.Errorf("%w: it has version %d, this program knows versions up to %d; start a program that is at least as new as the one that migrated it",
			ErrNewer, version, Latest())
	}
	return version, nil
}

// Migration is one file and when the database got it.
type Migration struct {
	Version int
	Name    string
	// AppliedAt is zero when the database doesn't have it yet.
	AppliedAt time.Time
}

// Status lists all migrations that this program knows.
func Status(ctx context.Context, db DB) ([]Migration, error) {
	version, err := Version(ctx, db)
	if err != nil {
		return nil, err
	}
	all := make([]Migration, 0, Latest())
	for _, m := range migrations() {
		all = append(all, Migration{Version: m.version, Name: m.name})
	}
	if version == 0 {
		return all, nil
	}
	rows, err := db.Query(ctx, "SELECT version, applied_at FROM activity.schema_version ORDER BY version")
	if err != nil {
		return nil, fmt.Errorf("read activity.schema_version: %w", err)
	}
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&version, &at}, func() error {
		all[version-1].AppliedAt = at
		return nil
	})
	return all, err
}
