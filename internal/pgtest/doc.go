// Package pgtest gives tests a real Postgres: one server a package, a migrated
// database of its own for each test. A test that stops or kills the server
// starts its own.
package pgtest
