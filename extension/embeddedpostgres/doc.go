// Package embeddedpostgres runs a Postgres of the Collector's own, from the
// server programs that are installed on the machine: the default for one
// machine. An exporter asks the extension for its connection string.
//
// The server is a child process. It ends in order with the Collector, it is
// started again when it dies, and a server that outlived a killed Collector is
// stopped before the next one starts.
package embeddedpostgres
