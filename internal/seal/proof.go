package seal

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/model"
)

// proofVersion is raised when a proof of before can't be read any more.
const proofVersion = 1

// What a proof can be that proves nothing.
var (
	ErrProofForm = errors.New("this is not a proof of this program")
	ErrProofPath = errors.New("the content and the path don't lead to the root that was signed")
)

// Proof shows that an activity was under a seal, to somebody who has the public key
// and no database. Its JSON is what `activityctl verify prove` writes.
type Proof struct {
	Version int `json:"version"`
	// Fields are the columns in the order in which they are hashed.
	Fixed     []Field    `json:"fixed"`
	Identity  []Field    `json:"identity"`
	Texts     []Field    `json:"texts"`
	Documents []Document `json:"documents"`
	// Salt belongs to the digests; the digests stand in for what was erased.
	Salt            Hex `json:"salt,omitempty"`
	IdentityDigest  Hex `json:"identity_digest,omitempty"`
	DocumentsDigest Hex `json:"documents_digest,omitempty"`
	// Index is the place of the leaf, Path its audit path (RFC 6962, section 2.1.1).
	Index uint64 `json:"index"`
	Path  []Hex  `json:"path"`
	Seal  Sealed `json:"seal"`
}

// Field is a column: its text, or the bytes that COPY's binary format has for it, or
// neither for NULL.
type Field struct {
	Column string  `json:"column"`
	Text   *string `json:"text,omitempty"`
	Bytes  Hex     `json:"bytes,omitempty"`
}

// Document is a column of jsonb; without a value it is NULL.
type Document struct {
	Column string          `json:"column"`
	Value  json.RawMessage `json:"value,omitempty"`
}

// Sealed is a Seal in JSON: times in microseconds since 1970.
type Sealed struct {
	Sequence  uint64       `json:"sequence"`
	Hour      model.Micros `json:"hour_us"`
	Rows      uint64       `json:"row_count"`
	Counted   uint64       `json:"counted"`
	Unhashed  uint64       `json:"unhashed"`
	SealedAt  model.Micros `json:"sealed_at_us"`
	Root      Hex          `json:"root"`
	Leaves    Hex          `json:"leaves_hash"`
	Previous  Hex          `json:"previous_hash"`
	PublicKey Hex          `json:"public_key"`
	Signature Hex          `json:"signature"`
}

// Hex is bytes as JSON has them here.
type Hex []byte

// MarshalText writes lower-case hexadecimal digits.
func (h Hex) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText reads hexadecimal digits.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.AppendDecode(nil, text)
	return err
}

// NewProof makes a proof but for its content.
func NewProof(s *Seal, index uint64, path []Digest) *Proof {
	p := &Proof{Version: proofVersion, Index: index, Path: []Hex{}, Seal: Sealed{
		Sequence: s.Sequence, Hour: s.Hour, Rows: s.Rows, Counted: s.Counted, Unhashed: s.Unhashed, SealedAt: s.SealedAt,
		Root: s.Root[:], Leaves: s.Leaves[:], Previous: s.Previous[:], PublicKey: s.PublicKey[:], Signature: s.Signature[:],
	}}
	for _, hash := range path {
		p.Path = append(p.Path, hash[:])
	}
	return p
}

// ParseProof reads the JSON of a proof.
func ParseProof(text []byte) (*Proof, error) {
	var p Proof
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProofForm, err)
	}
	if p.Version != proofVersion {
		return nil, fmt.Errorf("%w: its version is %d, this program knows %d", ErrProofForm, p.Version, proofVersion)
	}
	return &p, nil
}

// Check says whether the proof holds, with a seal by one of the keys: then its
// content is what was sealed, every field that isn't erased.
func (p *Proof) Check(keys []ed25519.PublicKey) error {
	content, ok := p.content()
	if !ok {
		return ErrProofForm
	}
	var path []Digest
	for _, hash := range p.Path {
		path = append(path, Digest(fit(hash, Size)))
	}
	s := p.seal()
	root, ok := RootOf(content, p.Index, s.Rows, path)
	if !ok || root != s.Root {
		return ErrProofPath
	}
	return s.CheckSignature(keys)
}

// content is the hash of the content; false when the proof lacks a part of it.
func (p *Proof) content() (Digest, bool) {
	var h Hasher
	c := Content{Fixed: frame(p.Fixed), Identity: frame(p.Identity), Texts: frame(p.Texts)}
	if len(p.Documents) != len(c.Documents) {
		return Digest{}, false
	}
	for i := range p.Documents {
		c.Documents[i] = p.Documents[i].Value
	}
	digests := Digests{Salt: p.Salt, Identity: p.IdentityDigest, Documents: p.DocumentsDigest}
	return h.Sum(&c, &digests)
}

func frame(fields []Field) []byte {
	var framed []byte
	for _, field := range fields {
		value := []byte(field.Bytes)
		if field.Text != nil {
			value = append([]byte{}, *field.Text...)
		}
		framed = AppendField(framed, value)
	}
	return framed
}

func (p *Proof) seal() *Seal {
	j := &p.Seal
	return &Seal{
		Sequence: j.Sequence, Hour: j.Hour, Rows: j.Rows, Counted: j.Counted, Unhashed: j.Unhashed, SealedAt: j.SealedAt,
		Root: Digest(fit(j.Root, Size)), Leaves: Digest(fit(j.Leaves, Size)), Previous: Digest(fit(j.Previous, Size)),
		PublicKey: [ed25519.PublicKeySize]byte(fit(j.PublicKey, ed25519.PublicKeySize)),
		Signature: [ed25519.SignatureSize]byte(fit(j.Signature, ed25519.SignatureSize)),
	}
}

// fit makes text of any length one of n bytes: what didn't fit proves nothing.
func fit(h Hex, n int) []byte {
	fitting := make([]byte, n)
	copy(fitting, h)
	return fitting
}
