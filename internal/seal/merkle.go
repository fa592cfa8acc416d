package seal

import (
	"crypto/sha256"
	"math/bits"
)

// Tree is a Merkle tree as in RFC 6962, section 2.1, which is built leaf by leaf
// and keeps one hash for each complete subtree. The zero value is the empty tree.
type Tree struct {
	size     uint64
	subtrees []Digest // complete ones, the largest first
}

// Add appends the hash of a content as a leaf.
func (t *Tree) Add(content Digest) { t.addNode(leafHash(content)) }

func (t *Tree) addNode(hash Digest) {
	// Each set bit of the size at its low end is a subtree to merge with.
	for full := t.size; full&1 == 1; full >>= 1 {
		last := len(t.subtrees) - 1
		hash = nodeHash(t.subtrees[last], hash)
		t.subtrees = t.subtrees[:last]
	}
	t.subtrees = append(t.subtrees, hash)
	t.size++
}

// Size is the number of leaves.
func (t *Tree) Size() uint64 { return t.size }

// Root is the hash of the tree.
func (t *Tree) Root() Digest {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(t.subtrees) - 1
	root := t.subtrees[last]
	for i := last - 1; i >= 0; i-- {
		root = nodeHash(t.subtrees[i], root)
	}
	return root
}

func leafHash(content Digest) Digest {
	var buf [1 + Size]byte
	buf[0] = tagLeaf
	copy(buf[1:], content[:])
	return sha256.Sum256(buf[:])
}

func nodeHash(left, right Digest) Digest {
	var buf [1 + 2*Size]byte
	buf[0] = tagNode
	copy(buf[1:], left[:])
	copy(buf[1+Size:], right[:])
	return sha256.Sum256(buf[:])
}

// Path builds the inclusion proof of one leaf (RFC 6962, section 2.1.1) while the
// leaves of the tree go by: it needs none of them twice, and little memory.
type Path struct {
	index    uint64
	next     uint64
	siblings []sibling // from the root down
}

// sibling is the subtree of the leaves from first to before end.
type sibling struct {
	first, end uint64
	tree       Tree
}

// NewPath makes the proof of leaf index of a tree of size leaves.
func NewPath(index, size uint64) *Path {
	p := &Path{index: index}
	for first, end := uint64(0), size; end-first > 1; {
		middle := first + split(end-first)
		if index < middle {
			p.siblings = append(p.siblings, sibling{first: middle, end: end})
			end = middle
		} else {
			p.siblings = append(p.siblings, sibling{first: first, end: middle})
			first = middle
		}
	}
	return p
}

// split is the greatest power of two below n.
func split(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }

// Add is to be called with each leaf of the tree, in order.
func (p *Path) Add(content Digest) {
	for i := range p.siblings {
		if s := &p.siblings[i]; s.first <= p.next && p.next < s.end {
			s.tree.Add(content)
			break
		}
	}
	p.next++
}

// Hashes is the proof, from the leaf up.
func (p *Path) Hashes() []Digest {
	hashes := make([]Digest, 0, len(p.siblings))
	for i := len(p.siblings) - 1; i >= 0; i-- {
		hashes = append(hashes, p.siblings[i].tree.Root())
	}
	return hashes
}

// RootOf returns the root that a proof leads to from a content, and false when the
// proof doesn't fit a tree of this size.
func RootOf(content Digest, index, size uint64, path []Digest) (Digest, bool) {
	if index >= size {
		return Digest{}, false
	}
	siblings := NewPath(index, size).siblings
	if len(siblings) != len(path) {
		return Digest{}, false
	}
	root := leafHash(content)
	for i, hash := range path {
		if siblings[len(siblings)-1-i].first > index {
			root = nodeHash(root, hash)
		} else {
			root = nodeHash(hash, root)
		}
	}
	return root, true
}
