// Package audittest makes audit tables and their triggers for tests: written from what the
// tools document about their columns and behaviour, with none of their code. All of it can
// live in one database, supa_audit and audit-trigger even in one schema, as they do in the
// wild.
package audittest
