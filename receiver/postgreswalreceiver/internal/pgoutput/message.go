package pgoutput

// Kind says what a message is.
type Kind byte

// The kinds of messages; the values are the protocol's.
const (
	KindBegin     Kind = 'B'
	KindCommit    Kind = 'C'
	KindOrigin    Kind = 'O'
	KindRelation  Kind = 'R'
	KindType      Kind = 'Y'
	KindInsert    Kind = 'I'
	KindUpdate    Kind = 'U'
	KindDelete    Kind = 'D'
	KindTruncate  Kind = 'T'
	KindLogical   Kind = 'M'
	KindKeepalive Kind = 'k'
)

// Message is one message of the stream. It is overwritten by the next; the slices too.
type Message struct {
	Kind Kind

	// LSN is where a change is in the log; 0 for a Relation. Of a Keepalive, it is how far
	// the server has sent: all that was committed before came before.
	LSN LSN
	// ServerEnd is how far the server's log goes.
	ServerEnd LSN
	// ReplyRequested is whether the server waits for a status; of a Keepalive.
	ReplyRequested bool

	// Of a Begin: where the transaction commits, when, and its number. Of a Commit, CommitLSN
	// again and the place behind it.
	CommitLSN  LSN
	EndLSN     LSN
	CommitTime Time
	XID        uint32

	// RelationID is the table's OID; of a Relation and of changes of rows.
	RelationID uint32
	Relation   Relation

	// Old is what was there before: of a Delete always, of an Update when HasOld. It is all
	// of the row when OldWhole, else the replica identity, and null in the rest.
	Old      []Value
	HasOld   bool
	OldWhole bool
	New      []Value

	// Truncated are the OIDs of the tables of a Truncate.
	Truncated []uint32

	// Prefix and Content are of a Logical message, Content cut when it was too large.
	Transactional bool
	Prefix        string
	Content       Value
}

// Relation says what the columns of the rows that follow are.
type Relation struct {
	Schema, Name string
	// IdentityFull is whether the replica identity is the whole row: then all columns are
	// flagged as its key.
	IdentityFull bool
	Columns      []Column
}

// Column is a column of a table.
type Column struct {
	Name string
	// Type is the OID of the type.
	Type uint32
	// Identity is whether it is part of the replica identity.
	Identity bool
}

// Value is a column's value as Postgres prints it.
type Value struct {
	// Text has its bytes; valid until the next message.
	Text []byte
	// Size is how many bytes it has, more than Text when it was cut.
	Size int
	// State says whether there is a value.
	State State
}

// State says what is known of a value.
type State byte

// The states; the values are the protocol's.
const (
	Null      State = 'n'
	Unchanged State = 'u' // it is stored out of line and was not changed, so it isn't sent
	Text      State = 't'
)

// Cut reports whether Text is only the beginning.
func (v *Value) Cut() bool { return v.Size > len(v.Text) }
