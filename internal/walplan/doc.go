// Package walplan judges whether the row changes of a database can be read from its WAL
// without harm to the application, and writes the SQL that makes it so. What it judges
// was read by internal/replication: it asks nothing itself.
package walplan
