// Package sql holds the database's side of the project as files: the
// migrations, and the queries that are long enough to be read on their own.
package sql

import "embed"

// Migrations are the files migrations/NNNN_name.sql, without gaps from 0001.
// A file that was released is never edited: databases have it already.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Roles is the script that gives owner, writer and reader a role each. It is no
// migration: it needs a superuser.
//
//go:embed optional/roles.sql
var Roles string

// PgCron is the script that has pg_cron do the upkeep. It is no migration: it needs the
// extension.
//
//go:embed optional/pg_cron.sql
var PgCron string
