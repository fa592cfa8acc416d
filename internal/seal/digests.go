package seal

import "encoding/binary"

// Digests are what a stored content comes with. Identity and Documents are nil where
// nothing was erased; Salt is then that of the identity, and of the documents alone
// when only the identity was erased, and nil when both were.
type Digests struct{ Salt, Identity, Documents []byte }

// Sum is the hash of a stored content. It is false when content and digests
// contradict each other: somebody changed them.
func (h *Hasher) Sum(c *Content, stored *Digests) (Digest, bool) {
	identity, documents, ok := h.Complete(c, stored)
	if !ok {
		return Digest{}, false
	}
	return h.Combine(c, &identity, &documents), true
}

// Complete returns both digests of a stored content, made anew where there is none
// of something that was erased.
func (h *Hasher) Complete(c *Content, stored *Digests) (identity, documents Digest, ok bool) {
	var salt Salt
	salted := len(stored.Salt) == len(salt)
	copy(salt[:], stored.Salt)
	documentsSalt := salt
	if stored.Identity == nil {
		if !salted {
			return identity, documents, false
		}
		identity = h.Identity(c, &salt)
		documentsSalt = DocumentsSalt(&salt)
	} else if !take(&identity, stored.Identity) || !allNull(c.Identity) {
		return identity, documents, false
	}
	if stored.Documents == nil {
		if !salted {
			return identity, documents, false
		}
		return identity, h.Documents(c, documentsSalt), true
	}
	return identity, documents, take(&documents, stored.Documents) && allNull(c.Texts) && !c.hasDocuments()
}

func take(digest *Digest, stored []byte) bool {
	return len(stored) == len(digest) && copy(digest[:], stored) == len(digest)
}

// allNull says whether framed fields are all NULL, as where a digest stands in for
// them they have to be.
func allNull(framed []byte) bool {
	for ; len(framed) > 0; framed = framed[4:] {
		if len(framed) < 4 || binary.BigEndian.Uint32(framed) != null {
			return false
		}
	}
	return true
}

func (c *Content) hasDocuments() bool {
	for _, document := range c.Documents {
		if document != nil {
			return true
		}
	}
	return false
}

// Erase returns what a content keeps when its identity is erased, and with
// documentsToo its texts and documents. It is false where Sum would be.
func (h *Hasher) Erase(c *Content, stored *Digests, documentsToo bool) (left Digests, ok bool) {
	identity, documents, ok := h.Complete(c, stored)
	if !ok {
		return left, false
	}
	left.Identity = identity[:]
	switch {
	case documentsToo:
		left.Documents = documents[:]
	case stored.Identity != nil:
		left.Salt, left.Documents = stored.Salt, stored.Documents
	default:
		var salt Salt
		copy(salt[:], stored.Salt)
		derived := DocumentsSalt(&salt)
		left.Salt, left.Documents = derived[:], stored.Documents
	}
	return left, true
}
