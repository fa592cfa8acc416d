package spool

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// TestThoseThatComeAndGoLoseNothing opens and closes many spools in one folder at once,
// each of which takes over what others have just left.
func TestThoseThatComeAndGoLoseNothing(t *testing.T) {
	t.Parallel()
	const owners, rounds, entries = 8, 100, 3
	folder := t.TempDir()
	var mu sync.Mutex
	seen := map[string]bool{}
	see := func(batch Batch) {
		mu.Lock()
		defer mu.Unlock()
		for _, e := range batch.Entries {
			seen[string(e)] = true
		}
	}
	var group errgroup.Group
	for owner := range owners {
		group.Go(func() error {
			for round := range rounds {
				prefix := fmt.Sprintf("%d-%d", owner, round)
				if err := comeAndGo(folder, prefix, entries, round%2 == 0, see); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())

	last := open(t, Settings{Folder: folder})
	for {
		b, err := last.Next(100, 1<<20)
		require.NoError(t, err)
		if len(b.Entries) == 0 {
			break
		}
		see(b)
		require.NoError(t, last.Ack(b))
	}
	require.Len(t, seen, owners*rounds*entries)
	require.NoError(t, last.Close())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

// comeAndGo appends, and either takes everything that there is or leaves it.
func comeAndGo(folder, prefix string, entries int, takes bool, see func(Batch)) error {
	s, err := Open(Settings{Folder: folder, MaxBytes: 1 << 20})
	if err != nil {
		return err
	}
	for i := range entries {
		if err := s.Append(fmt.Appendf(nil, "%s-%d", prefix, i)); err != nil {
			return err
		}
	}
	for takes {
		b, err := s.Next(2, 1<<20)
		if err != nil {
			return err
		}
		if len(b.Entries) == 0 {
			break
		}
		see(b)
		if err := s.Ack(b); err != nil {
			return err
		}
	}
	return s.Close()
}
