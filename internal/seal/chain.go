package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/model"
)

// Seal says which activities of an hour were there. Each names the one before it,
// so that none can be left out or put in.
type Seal struct {
	Sequence uint64       // 1, 2, 3, …
	Hour     model.Micros // whose activities these are, by occurred_at
	Rows     uint64       // how many are under Root
	// Counted is how many activities the trail's counts knew of the hour, earlier
	// seals' too; Unhashed how many of its rows had no hash and are under no seal.
	Counted, Unhashed uint64
	SealedAt          model.Micros
	Root              Digest // of the Merkle tree over the contents' hashes, by key
	Leaves            Digest // SHA-256 of the list of leaves
	Previous          Digest // Hash of the seal before; zero for the first
	PublicKey         [ed25519.PublicKeySize]byte
	Signature         [ed25519.SignatureSize]byte
}

// Hash is what the signature signs and the next seal names.
func (s *Seal) Hash() Digest {
	buf := []byte{tagSeal}
	for _, n := range [...]uint64{
		s.Sequence, uint64(s.Hour), s.Rows, s.Counted, s.Unhashed, uint64(s.SealedAt), //nolint:gosec // the bits are meant
	} {
		buf = binary.BigEndian.AppendUint64(buf, n)
	}
	for _, part := range [...][]byte{s.Root[:], s.Leaves[:], s.Previous[:], s.PublicKey[:]} {
		buf = append(buf, part...)
	}
	return sha256.Sum256(buf)
}

// Sign fills PublicKey and Signature.
func (s *Seal) Sign(key ed25519.PrivateKey) {
	copy(s.PublicKey[:], key.Public().(ed25519.PublicKey))
	hash := s.Hash()
	copy(s.Signature[:], ed25519.Sign(key, hash[:]))
}

// Errors of Check.
var (
	ErrForeignKey = errors.New("it is signed with a key that isn't among those given")
	ErrSignature  = errors.New("its signature doesn't fit its content")
	ErrChain      = errors.New("it doesn't follow the seal before it")
)

// Check says whether the seal is signed with one of the keys and follows previous,
// nil for the first.
func (s *Seal) Check(keys []ed25519.PublicKey, previous *Seal) error {
	var sequence uint64
	var hash Digest
	if previous != nil {
		sequence, hash = previous.Sequence, previous.Hash()
	}
	if s.Sequence != sequence+1 {
		return fmt.Errorf("%w: it has number %d, after %d", ErrChain, s.Sequence, sequence)
	}
	if s.Previous != hash {
		return ErrChain
	}
	return s.CheckSignature(keys)
}

// CheckSignature says whether the seal is signed with one of the keys.
func (s *Seal) CheckSignature(keys []ed25519.PublicKey) error {
	for _, key := range keys {
		if string(key) != string(s.PublicKey[:]) {
			continue
		}
		if hash := s.Hash(); !ed25519.Verify(key, hash[:], s.Signature[:]) {
			return ErrSignature
		}
		return nil
	}
	return ErrForeignKey
}
