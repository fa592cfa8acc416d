package seal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/model"
)

// FingerprintSize is how much of a content's hash the list of leaves keeps: enough
// to name the row that differs. The root vouches for the rest.
const FingerprintSize = 8

// LeafSize is the length of a leaf in bytes.
const LeafSize = 8 + 16 + FingerprintSize

// Leaf is a line of the list of leaves that is kept with each seal: it names the
// activities under the root, so that one which is gone can be named.
type Leaf struct {
	At          model.Micros
	ID          model.ID
	Fingerprint [FingerprintSize]byte
}

// Fingerprint is the beginning of a content's hash.
func (d Digest) Fingerprint() (f [FingerprintSize]byte) {
	copy(f[:], d[:])
	return f
}

// Compare orders leaves as the primary key orders rows.
func (l *Leaf) Compare(other *Leaf) int {
	return cmp.Or(cmp.Compare(l.At, other.At), bytes.Compare(l.ID[:], other.ID[:]))
}

// AppendLeaf writes a leaf.
func AppendLeaf(buf []byte, l *Leaf) []byte {
	buf = binary.BigEndian.AppendUint64(buf, uint64(l.At)) //nolint:gosec // the bits are meant
	buf = append(buf, l.ID[:]...)
	return append(buf, l.Fingerprint[:]...)
}

// ParseLeaves reads what AppendLeaf wrote.
func ParseLeaves(buf []byte) ([]Leaf, error) {
	if len(buf)%LeafSize != 0 {
		return nil, fmt.Errorf("a list of leaves has %d bytes, which is no multiple of %d", len(buf), LeafSize)
	}
	leaves := make([]Leaf, len(buf)/LeafSize)
	for i := range leaves {
		part := buf[i*LeafSize : (i+1)*LeafSize]
		leaves[i].At = model.Micros(binary.BigEndian.Uint64(part)) //nolint:gosec // the bits are meant
		copy(leaves[i].ID[:], part[8:])
		copy(leaves[i].Fingerprint[:], part[24:])
	}
	return leaves, nil
}
