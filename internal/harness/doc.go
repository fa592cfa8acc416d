// Package harness runs the real parts for end-to-end tests and benchmarks: the
// built Collector, a Postgres of its own, and SDK clients that note every id that
// was acknowledged to them. It returns errors instead of taking a testing.TB, so
// that programs can use it too.
package harness
