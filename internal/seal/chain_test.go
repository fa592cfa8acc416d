package seal

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"
)

func newKeys(t *testing.T) (ed25519.PrivateKey, []ed25519.PublicKey) {
	t.Helper()
	private, public, err := NewKey()
	require.NoError(t, err)
	key, err := ParsePrivateKey(private)
	require.NoError(t, err)
	keys, err := ParsePublicKeys(public)
	require.NoError(t, err)
	return key, keys
}

func TestChain(t *testing.T) {
	t.Parallel()
	key, keys := newKeys(t)
	first := Seal{Sequence: 1, Hour: 3_600_000_000, Rows: 5, Counted: 5}
	first.Sign(key)
	second := Seal{Sequence: 2, Hour: 7_200_000_000, Rows: 2, Counted: 2, Previous: first.Hash()}
	second.Sign(key)
	require.NoError(t, first.Check(keys, nil))
	require.NoError(t, second.Check(keys, &first))

	require.ErrorIs(t, second.Check(keys, nil), ErrChain, "the first was taken out")
	_, strangers := newKeys(t)
	require.ErrorIs(t, first.Check(strangers, nil), ErrForeignKey)
	require.NoError(t, first.Check(append(strangers, keys...), nil))

	changed := first
	changed.Rows = 4
	require.ErrorIs(t, changed.Check(keys, nil), ErrSignature)
	changed.Sign(key)
	require.ErrorIs(t, second.Check(keys, &changed), ErrChain, "the key's owner can't change it unseen either")
}

func TestEveryFieldIsSigned(t *testing.T) {
	t.Parallel()
	plain := new(Seal).Hash()
	for name, s := range map[string]*Seal{
		"sequence": {Sequence: 1}, "hour": {Hour: 1}, "rows": {Rows: 1}, "counted": {Counted: 1}, "unhashed": {Unhashed: 1},
		"sealed at": {SealedAt: 1}, "root": {Root: Digest{1}}, "leaves": {Leaves: Digest{1}}, "previous": {Previous: Digest{1}},
		"key": {PublicKey: [32]byte{1}},
	} {
		require.NotEqual(t, plain, s.Hash(), name)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	t.Parallel()
	private, public, err := NewKey()
	require.NoError(t, err)
	for _, text := range []string{"", "secret", string(public), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"} {
		_, err := ParsePrivateKey([]byte(text))
		require.ErrorIs(t, err, errPrivateKey)
	}
	for _, text := range []string{"", string(private), "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----\n"} {
		_, err := ParsePublicKeys([]byte(text))
		require.ErrorIs(t, err, errPublicKey)
	}
	keys, err := ParsePublicKeys(append(public, public...))
	require.NoError(t, err)
	require.Len(t, keys, 2)
}
