// Package replication reads what a Postgres server says about logical replication
// (tables and their replica identities, publications, slots, settings, rights), and
// writes the SQL for a publication and a slot. It judges nothing and changes nothing
// but the slots that it is told to make or drop. It works with Postgres 14 and newer.
package replication
