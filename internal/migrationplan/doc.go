// Package migrationplan says what a migration off audit triggers will find in a database
// and do to it, and what is in its way. It changes nothing.
package migrationplan
