// Package pgserver runs a Postgres of one's own: it finds the server's programs,
// makes a cluster, and runs the server as a child process that ends with its
// parent, even with one that was killed.
package pgserver
