// Package schema brings a database to the schema that this program knows: it
// applies the files of sql/migrations, in order, each in a transaction of its
// own. Versions only go forward.
package schema
