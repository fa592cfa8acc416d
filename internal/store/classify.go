package store

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Class says what an error of Postgres means for what was to be written. It is
// decided by Classify and nowhere else.
type Class uint8

const (
	// ClassNone is no error.
	ClassNone Class = iota
	// ClassRetry is for everything that passes or that an operator repairs:
	// connections, restarts, deadlocks, full disks, missing rights, and all that
	// isn't known. What was to be written is tried again for as long as it takes.
	ClassRetry
	// ClassSchema is ClassRetry for a schema that isn't there or is too old.
	ClassSchema
	// ClassDuplicate is a key that the table has already.
	ClassDuplicate
	// ClassPartition is a time that no partition takes yet.
	ClassPartition
	// ClassRecord is a record that Postgres will never take as it is.
	ClassRecord
)

// Codes of Postgres, see its Appendix A.
const (
	codeUniqueViolation   = "23505"
	codeCheckViolation    = "23514"
	codeInvalidSchemaName = "3F000"
	codeUndefinedTable    = "42P01"
	codeUndefinedColumn   = "42703"
	codeUndefinedFunction = "42883"
	codeDatetimeOverflow  = "22008"

	codeFeatureNotSupported = "0A000"

	classDataException        = "22"
	classIntegrityViolation   = "23"
	classProgramLimitExceeded = "54" // an index entry too big, JSON nested too deep
)

// Classify says what to do about an error that came from the database.
func Classify(err error) Class {
	if err == nil {
		return ClassNone
	}
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return ClassRetry
	}
	switch refusal.Code {
	case codeUniqueViolation:
		return ClassDuplicate
	case codeCheckViolation:
		// A row without a partition has the code of a CHECK, but no constraint.
		if refusal.ConstraintName == "" {
			return ClassPartition
		}
		return ClassRecord
	case codeInvalidSchemaName, codeUndefinedTable, codeUndefinedColumn, codeUndefinedFunction:
		return ClassSchema
	}
	for _, class := range []string{classDataException, classIntegrityViolation, classProgramLimitExceeded} {
		if strings.HasPrefix(refusal.Code, class) {
			return ClassRecord
		}
	}
	return ClassRetry
}
