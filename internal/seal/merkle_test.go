package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func contents(n int) []Digest {
	all := make([]Digest, n)
	for i := range all {
		all[i] = sha256.Sum256([]byte{byte(i), byte(i >> 8)})
	}
	return all
}

// defined is the tree as RFC 6962, section 2.1, defines it.
func defined(leaves []Digest) Digest {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leafHash(leaves[0])
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return nodeHash(defined(leaves[:k]), defined(leaves[k:]))
}

func TestTreeIsThatOfRFC6962(t *testing.T) {
	t.Parallel()
	for n := range 130 {
		var tree Tree
		for _, content := range contents(n) {
			tree.Add(content)
		}
		require.Equal(t, uint64(n), tree.Size())
		require.Equal(t, defined(contents(n)), tree.Root(), "%d leaves", n)
	}
}

// The hash of the empty tree is given in RFC 9162, section 2.1.1.
func TestEmptyTree(t *testing.T) {
	t.Parallel()
	root := new(Tree).Root()
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex.EncodeToString(root[:]))
}

func TestPathLeadsToTheRoot(t *testing.T) {
	t.Parallel()
	for n := 1; n < 70; n++ {
		leaves := contents(n)
		for index := range leaves {
			path := NewPath(uint64(index), uint64(n))
			for _, content := range leaves {
				path.Add(content)
			}
			hashes := path.Hashes()
			root, ok := RootOf(leaves[index], uint64(index), uint64(n), hashes)
			require.True(t, ok)
			require.Equal(t, defined(leaves), root, "leaf %d of %d", index, n)

			other := leaves[index]
			other[0] ^= 1
			root, _ = RootOf(other, uint64(index), uint64(n), hashes)
			require.NotEqual(t, defined(leaves), root)
			if len(hashes) > 0 {
				_, ok = RootOf(leaves[index], uint64(index), uint64(n), hashes[1:])
				require.False(t, ok)
			}
		}
	}
	_, ok := RootOf(Digest{}, 5, 5, nil)
	require.False(t, ok)
}
