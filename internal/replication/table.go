package replication

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// generatedVersion is the first that publishes generated columns, and refuses writes to
// tables whose identity has some that aren't published.
const generatedVersion = 180000

// Kind is what a table is made of.
type Kind string

const (
	// Ordinary is a table that holds its rows itself.
	Ordinary Kind = "ordinary"
	// Partitioned is the root of partitions.
	Partitioned Kind = "partitioned"
)

// Identity is what the WAL holds of the old row of an UPDATE or DELETE
// (pg_class.relreplident).
type Identity string

const (
	// IdentityDefault is the primary key.
	IdentityDefault Identity = "default"
	// IdentityNothing is nothing.
	IdentityNothing Identity = "nothing"
	// IdentityFull is the whole row.
	IdentityFull Identity = "full"
	// IdentityIndex is the columns of a unique index.
	IdentityIndex Identity = "index"
)

// Obstacle is why Postgres refuses an UPDATE and a DELETE of a table once it is
// published.
type Obstacle string

const (
	// ObstacleNone is that it refuses none.
	ObstacleNone Obstacle = ""
	// ObstacleNoIdentity is a table with no replica identity: nothing, no primary key,
	// a deferrable one, or an index that is gone or not valid.
	ObstacleNoIdentity Obstacle = "no_identity"
	// ObstacleVirtual is, from Postgres 18 on, an identity (FULL, then) that has virtual
	// generated columns, which are never published.
	ObstacleVirtual Obstacle = "virtual_generated"
)

// Table is one that can be published: an ordinary table or the root of partitions.
type Table struct {
	OID          uint32
	Schema, Name string
	Kind         Kind
	// Identity is the table's own. Of partitions, each leaf's decides what the WAL holds,
	// and the root's how pgoutput labels it: see Mixed.
	Identity Identity
	// PrimaryKey are its columns in the order of the key; empty without one.
	PrimaryKey []string
	// Deferrable says that the primary key is, which makes it no replica identity.
	Deferrable bool
	// Generated are the generated columns. Before Postgres 18 they are never published.
	Generated []string
	// Virtual says that some of those are virtual (Postgres 18 and newer), which are never
	// published.
	Virtual bool
	// Unlogged tables write no WAL, and can't be published.
	Unlogged bool
	// Partition says that it is a leaf of a partitioned table.
	Partition bool
	// Obstacle is the table's own; see Blocked for that of a partitioned one.
	Obstacle Obstacle
	// PublishGenerated says that Postgres 18 refuses an UPDATE unless the publication has
	// publish_generated_columns = stored, because the identity has such columns.
	PublishGenerated bool
	// Leaves are the partitions that hold rows and write WAL: neither foreign nor
	// unlogged ones. Empty for an ordinary table.
	Leaves []Table
}

// String is schema.table, as a pattern names it.
func (t *Table) String() string { return t.Schema + "." + t.Name }

// SQL is the name quoted for a statement.
func (t *Table) SQL() string { return pgx.Identifier{t.Schema, t.Name}.Sanitize() }

// Blocked is why an UPDATE or DELETE of the table would fail once it is published; that
// of the first leaf which has an obstacle, if it is partitioned: the root's own identity
// doesn't count.
func (t *Table) Blocked() Obstacle {
	if t.Kind != Partitioned {
		return t.Obstacle
	}
	for i := range t.Leaves {
		if t.Leaves[i].Obstacle != ObstacleNone {
			return t.Leaves[i].Obstacle
		}
	}
	return ObstacleNone
}

// Identified says whether an UPDATE and a DELETE stay possible once it is published.
// Unlogged tables always are: they can't be published.
func (t *Table) Identified() bool { return t.Unlogged || t.Blocked() == ObstacleNone }

// KeepsIdentity says whether a partition that is made later is identified too. It takes
// a primary key on the root: new partitions get that, but never the root's FULL or
// index. True of ordinary tables.
func (t *Table) KeepsIdentity() bool {
	return t.Kind != Partitioned || (len(t.PrimaryKey) > 0 && !t.Deferrable)
}

// WithFull is the table as it will be after FullSQL, on a server of that version number.
func (t *Table) WithFull(version int) Table {
	full := *t
	full.Identity = IdentityFull
	full.Obstacle, full.PublishGenerated = ObstacleNone, false
	if version >= generatedVersion {
		full.PublishGenerated = len(t.Generated) > 0 && !t.Virtual
		if t.Virtual {
			full.Obstacle = ObstacleVirtual
		}
	}
	full.Leaves = make([]Table, 0, len(t.Leaves))
	for i := range t.Leaves {
		full.Leaves = append(full.Leaves, t.Leaves[i].WithFull(version))
	}
	return full
}

// Mixed are the leaves whose identity is another than the root's. pgoutput, publishing
// via the root, labels their old rows by the root's: under a root with FULL, the old row
// of a leaf without has nulls where it had values, and nothing tells.
func (t *Table) Mixed() []Table {
	var mixed []Table
	for i := range t.Leaves {
		if t.Leaves[i].Identity != t.Identity {
			mixed = append(mixed, t.Leaves[i])
		}
	}
	return mixed
}

// NeedsGenerated says whether a publication of it has to publish generated columns, for
// the sake of the table or of a leaf.
func (t *Table) NeedsGenerated() bool {
	return t.PublishGenerated || slices.ContainsFunc(t.Leaves, func(leaf Table) bool { return leaf.PublishGenerated })
}

func kindOf(relkind string) Kind {
	if relkind == "p" {
		return Partitioned
	}
	return Ordinary
}

func identityOf(relreplident string) (Identity, error) {
	switch relreplident {
	case "d":
		return IdentityDefault, nil
	case "n":
		return IdentityNothing, nil
	case "f":
		return IdentityFull, nil
	case "i":
		return IdentityIndex, nil
	default:
		return "", fmt.Errorf("%q is no replica identity that this program knows", relreplident)
	}
}
