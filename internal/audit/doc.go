// Package audit knows the audit tables that applications have: it finds them and the
// triggers that fill them, reads their rows as log records, and can put changes back into
// them that their triggers have missed.
package audit
