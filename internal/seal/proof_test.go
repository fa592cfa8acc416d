package seal

import (
	"crypto/ed25519"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// provable is a proof of the second of three contents.
func provable(tb testing.TB) (*Proof, []ed25519.PublicKey) {
	tb.Helper()
	public, key, err := ed25519.GenerateKey(nil)
	require.NoError(tb, err)
	text := "ann"
	p := &Proof{
		Fixed: []Field{{Column: "id", Bytes: Hex{1, 2, 3}}, {Column: "action"}}, Identity: []Field{{Column: "actor_id", Text: &text}},
		Texts: []Field{{Column: "details"}}, Documents: []Document{{Column: "metadata", Value: json.RawMessage(`{"a":1}`)}, {}, {}},
		Salt: make(Hex, SaltSize),
	}
	content, ok := p.content()
	require.True(tb, ok)
	leaves := []Digest{{1}, content, {2}}
	path := NewPath(1, 3)
	s := &Seal{Sequence: 1, Rows: 3}
	var tree Tree
	for _, leaf := range leaves {
		path.Add(leaf)
		tree.Add(leaf)
	}
	s.Root = tree.Root()
	s.Sign(key)
	made := NewProof(s, 1, path.Hashes())
	made.Fixed, made.Identity, made.Texts, made.Documents, made.Salt = p.Fixed, p.Identity, p.Texts, p.Documents, p.Salt
	return made, []ed25519.PublicKey{public}
}

func TestProofRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Proof){
		"another text":  func(p *Proof) { p.Identity[0].Text = nil },
		"another value": func(p *Proof) { p.Documents[0].Value = json.RawMessage(`{"a":2}`) },
		"another place": func(p *Proof) { p.Index = 0 },
		"no place":      func(p *Proof) { p.Index = 3 },
		"a short path":  func(p *Proof) { p.Path = p.Path[1:] },
		"a short hash":  func(p *Proof) { p.Path[0] = p.Path[0][:5] },
		"another size":  func(p *Proof) { p.Seal.Rows = 4 },
		"another hour":  func(p *Proof) { p.Seal.Hour = 1 },
		"no salt":       func(p *Proof) { p.Salt = nil },
		"no documents":  func(p *Proof) { p.Documents = nil },
		"a digest of what is there": func(p *Proof) {
			p.IdentityDigest = make(Hex, Size)
		},
	} {
		p, keys := provable(t)
		require.NoError(t, p.Check(keys))
		change(p)
		require.Error(t, p.Check(keys), name)
	}
	_, err := ParseProof([]byte(`{"version":2}`))
	require.ErrorIs(t, err, ErrProofForm)
	_, err = ParseProof([]byte(`{"version":1,"path":["xyz"]}`))
	require.ErrorIs(t, err, ErrProofForm)
}

// No proof that somebody made up holds, or does harm.
func FuzzProof(f *testing.F) {
	p, keys := provable(f)
	text, err := json.Marshal(p)
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"version":1,"index":1,"seal":{"row_count":18446744073709551615}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		made, err := ParseProof(text)
		if err != nil || made.Check(keys) != nil {
			return
		}
		require.Equal(t, p.Seal, made.Seal, "only what was signed holds")
	})
}
