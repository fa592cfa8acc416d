package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// null is the length of a field without a value.
const null = math.MaxUint32

// Size is the length of a hash and of a digest, SaltSize that of a salt, in bytes.
const (
	Size     = sha256.Size
	SaltSize = 16
)

// What each hash is of, so that none can pass for another. RFC 6962 has the first
// two.
const (
	tagLeaf byte = iota
	tagNode
	tagContent
	tagIdentity
	tagDocuments
	tagDocumentsSalt
	tagSeal
)

// Digest is a SHA-256.
type Digest [Size]byte

// Salt keeps digests from being guessed: whoever knows it can test whether a
// digest is that of a name, whoever doesn't can't.
type Salt [SaltSize]byte

// Content is what the hash of an activity covers: fields as COPY's binary format
// writes them, but for documents, which are JSON, nil where there is none.
type Content struct {
	Fixed     []byte    // what stays
	Identity  []byte    // who it was: can be erased
	Texts     []byte    // free text: can be erased too
	Documents [3][]byte // metadata, changes, attributes: as Texts
}

// Hasher hashes contents. It keeps its memory and is not safe for concurrent use.
type Hasher struct {
	canonical canonicalizer
	buf       []byte
}

// Hash returns the hash of an activity's content.
func (h *Hasher) Hash(c *Content, salt *Salt) Digest {
	identity := h.Identity(c, salt)
	documents := h.Documents(c, DocumentsSalt(salt))
	return h.Combine(c, &identity, &documents)
}

// Identity returns the digest of who it was.
func (h *Hasher) Identity(c *Content, salt *Salt) Digest {
	h.buf = append(append(h.buf[:0], tagIdentity), salt[:]...)
	h.buf = append(h.buf, c.Identity...)
	return sha256.Sum256(h.buf)
}

// Documents returns the digest of texts and documents. Its salt is DocumentsSalt's.
func (h *Hasher) Documents(c *Content, salt Salt) Digest {
	h.buf = append(append(h.buf[:0], tagDocuments), salt[:]...)
	h.buf = append(h.buf, c.Texts...)
	for _, document := range c.Documents {
		h.buf = h.appendDocument(h.buf, document)
	}
	return sha256.Sum256(h.buf)
}

// appendDocument frames a document. One that isn't JSON stands for itself: no
// database stores it, so its hash is never read.
func (h *Hasher) appendDocument(buf, document []byte) []byte {
	begin := len(buf) + 4
	buf = binary.BigEndian.AppendUint32(buf, null)
	if document == nil {
		return buf
	}
	canonical, err := h.canonical.append(buf, document)
	if err != nil {
		canonical = append(canonical[:begin], document...)
	}
	binary.BigEndian.PutUint32(canonical[begin-4:], uint32(len(canonical)-begin)) //nolint:gosec // some MiB at most
	return canonical
}

// Combine returns the hash of a content from its digests: what is left to check
// when identity, or texts and documents, are erased.
func (h *Hasher) Combine(c *Content, identity, documents *Digest) Digest {
	h.buf = append(append(append(h.buf[:0], tagContent), identity[:]...), documents[:]...)
	h.buf = append(h.buf, c.Fixed...)
	return sha256.Sum256(h.buf)
}

// DocumentsSalt is the salt of texts and documents. It is derived, and not the
// other way round: when an identity is erased the salt is replaced by it, texts
// and documents can still be checked, and the identity can't be guessed.
func DocumentsSalt(salt *Salt) (derived Salt) {
	var buf [1 + SaltSize]byte
	buf[0] = tagDocumentsSalt
	copy(buf[1:], salt[:])
	sum := sha256.Sum256(buf[:])
	copy(derived[:], sum[:])
	return derived
}

// AppendField frames a value as COPY's binary format does; nil is NULL.
func AppendField(buf, value []byte) []byte {
	if value == nil {
		return binary.BigEndian.AppendUint32(buf, null)
	}
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(value))) //nolint:gosec // Postgres' limit is 1 GiB
	return append(buf, value...)
}

// Same says whether two digests are equal.
func (d Digest) Same(other []byte) bool { return bytes.Equal(d[:], other) }
