package model

import (
	"encoding/hex"
	"time"
)

// ID identifies an activity. It is a UUID in network byte order.
type ID [16]byte

// String returns the canonical 8-4-4-4-12 form in lower case.
func (id ID) String() string {
	var buf [36]byte
	hex.Encode(buf[0:8], id[0:4])
	hex.Encode(buf[9:13], id[4:6])
	hex.Encode(buf[14:18], id[6:8])
	hex.Encode(buf[19:23], id[8:10])
	hex.Encode(buf[24:36], id[10:16])
	buf[8], buf[13], buf[18], buf[23] = '-', '-', '-', '-'
	return string(buf[:])
}

// TraceID is a W3C trace id; all zero means that there is none.
type TraceID [16]byte

// IsZero reports whether there is no trace id.
func (id TraceID) IsZero() bool { return id == TraceID{} }

// SpanID is a W3C span id; all zero means that there is none.
type SpanID [8]byte

// IsZero reports whether there is no span id.
func (id SpanID) IsZero() bool { return id == SpanID{} }

// Micros is a point in time in microseconds since the Unix epoch, the
// resolution of Postgres' timestamptz.
type Micros int64

// MicrosOf truncates t to microseconds.
func MicrosOf(t time.Time) Micros { return Micros(t.UnixMicro()) }

// Time returns the same instant in UTC.
func (m Micros) Time() time.Time { return time.UnixMicro(int64(m)).UTC() }

// Activity says who did what to which entity, when, and how it ended.
//
// An empty string or nil slice means that the value is absent; the store writes
// NULL for it, except for ProjectID, whose absence is the empty string. Strings
// and slices may be views of memory that belongs to the producer: whoever keeps
// an Activity longer than the call that it was passed to must copy them.
type Activity struct {
	ID         ID
	OccurredAt Micros
	// ObservedAt is 0 when the record carried no observed time.
	ObservedAt Micros

	Source         Source
	Status         Status
	Severity       Severity
	SeverityNumber int16

	Action      string
	ProjectID   string
	EntityType  string
	EntityID    string
	EntityName  string
	ActorID     string
	ActorType   string
	ActorName   string
	OnBehalfOf  string
	OperationID string
	Details     string
	Reason      string

	TraceID TraceID
	SpanID  SpanID

	// Duration is in seconds and counts only when HasDuration is set: an
	// operation can take no measurable time.
	Duration    float64
	HasDuration bool

	ServiceName   string
	Environment   string
	ClientAddress string

	// ResourceID names the Resource that the record came with, see Resource.
	ResourceID int64

	// Metadata, Changes and Attributes are JSON objects in UTF-8, free of
	// \u0000 and of numbers that jsonb refuses.
	Metadata   []byte
	Changes    []byte
	Attributes []byte
}

// Resource is what a batch of records has in common: the OTel Resource and
// instrumentation Scope, stored once each.
type Resource struct {
	// ID is derived from the content, so that every Collector gives the same
	// Resource the same id without asking the database.
	ID             int64
	SchemaURL      string
	ScopeName      string
	ScopeVersion   string
	ScopeSchemaURL string
	// Attributes and ScopeAttributes are JSON objects, nil when empty.
	Attributes      []byte
	ScopeAttributes []byte
}
