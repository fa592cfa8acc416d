package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, settings Settings) *Spool {
	t.Helper()
	if settings.MaxBytes == 0 {
		settings.MaxBytes = 1 << 20
	}
	s, err := Open(settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func fill(t *testing.T, s *Spool, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		require.NoError(t, s.Append(fmt.Appendf(nil, "entry %d", i)))
	}
}

// drain reads everything in batches of seven and acknowledges it.
func drain(t *testing.T, s *Spool) (entries []string, skipped int) {
	t.Helper()
	for {
		b, err := s.Next(7, 1<<20)
		require.NoError(t, err)
		if len(b.Entries)+b.Skipped == 0 {
			return entries, skipped
		}
		skipped += b.Skipped
		for _, e := range b.Entries {
			entries = append(entries, string(e))
		}
		require.NoError(t, s.Ack(b))
	}
}

func wanted(from, to int) []string {
	var entries []string
	for i := from; i < to; i++ {
		entries = append(entries, fmt.Sprintf("entry %d", i))
	}
	return entries
}

func TestEntriesComeInTheirOrderAndOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, Settings{Folder: folder, MaxBytes: 16 << 10, Sync: true})
	for round := range 20 {
		fill(t, s, round*100, round*100+100)
		require.Equal(t, 100, s.Len())
		entries, skipped := drain(t, s)
		require.Equal(t, wanted(round*100, round*100+100), entries)
		require.Zero(t, skipped)
		require.Zero(t, s.Len())
	}
	require.NoError(t, s.Close())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left, "an empty journal is removed")
	require.ErrorIs(t, s.Append([]byte("late")), ErrClosed)
}

func TestWhatWaitsSurvivesTheProcess(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := open(t, Settings{Folder: folder})
	fill(t, first, 0, 50)
	b, err := first.Next(20, 1<<20)
	require.NoError(t, err)
	require.NoError(t, first.Ack(b))
	_, err = first.Next(20, 1<<20) // read and not acknowledged: it must come again
	require.NoError(t, err)
	require.NoError(t, first.Close())

	second := open(t, Settings{Folder: folder})
	require.Equal(t, 30, second.Len())
	fill(t, second, 50, 60)
	entries, _ := drain(t, second)
	require.Equal(t, wanted(20, 60), entries)
}

func TestLivingNeighboursAreLeftAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first, second := open(t, Settings{Folder: folder}), open(t, Settings{Folder: folder})
	fill(t, first, 0, 10)
	fill(t, second, 10, 20)
	second.Adopt()
	require.Equal(t, 10, second.Len())
	require.NoError(t, first.Close())
	second.Adopt()
	require.Equal(t, 20, second.Len())
	entries, _ := drain(t, second)
	require.Equal(t, wanted(0, 20), entries)
	require.NoError(t, second.Close())
}

func TestASpoolThatIsFullRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, Settings{Folder: t.TempDir(), MaxBytes: 8 << 10})
	taken := 0
	for s.Append([]byte(fmt.Sprintf("entry %d", taken))) == nil {
		taken++
	}
	require.ErrorIs(t, s.Append([]byte("one more")), ErrFull)
	entries, _ := drain(t, s)
	require.Equal(t, wanted(0, taken), entries)
	require.NoError(t, s.Append([]byte("there is room again")))
	require.Error(t, s.Append(make([]byte, MaxEntry+1)))
}

// journalFile is the only segment of the only journal.
func journalFile(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", "*"+segmentSuffix))
	require.NoError(t, err)
	require.Len(t, files, 1)
	return files[0]
}

func TestDamageCostsNoMoreThanItself(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		damage  func(content []byte) []byte
		entries []string
		skipped int
	}{
		"a torn end":           {func(c []byte) []byte { return c[:len(c)-3] }, wanted(0, 9), 1},
		"a torn header":        {func(c []byte) []byte { return append(c, 7, 0) }, wanted(0, 10), 1},
		"a flipped bit":        {func(c []byte) []byte { c[headerSize+2] ^= 1; return c }, wanted(1, 10), 1},
		"a flipped checksum":   {func(c []byte) []byte { c[5] ^= 1; return c }, wanted(1, 10), 1},
		"an impossible length": {func(c []byte) []byte { c[3] = 0x7f; return c }, wanted(1, 10), 1},
		"a wrong length":       {func(c []byte) []byte { c[0] += 32; return c }, wanted(1, 10), 1},
		"zeros at the end":     {func(c []byte) []byte { return append(c, make([]byte, 4096)...) }, wanted(0, 10), 1},
		"a hole of zeros":      {func(c []byte) []byte { clear(c[3*19+4 : 6*19+2]); return c }, append(wanted(0, 3), wanted(7, 10)...), 1},
		"nothing left":         {func([]byte) []byte { return nil }, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s := open(t, Settings{Folder: folder})
			fill(t, s, 0, 10)
			require.NoError(t, s.Close())
			file := journalFile(t, folder)
			content, err := os.ReadFile(file) //nolint:gosec // the test's own
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, test.damage(content), 0o600))

			s = open(t, Settings{Folder: folder})
			fill(t, s, 10, 12)
			entries, skipped := drain(t, s)
			require.Equal(t, append(slices.Clip(test.entries), wanted(10, 12)...), entries)
			require.Equal(t, test.skipped, skipped)
			require.Zero(t, s.Len())
		})
	}
}

func TestADamagedCheckpointSendsAgain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, Settings{Folder: folder})
	fill(t, s, 0, 10)
	b, err := s.Next(5, 1<<20)
	require.NoError(t, err)
	require.NoError(t, s.Ack(b))
	require.NoError(t, s.Close())
	files, err := filepath.Glob(filepath.Join(folder, "*", ackName))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(files[0], []byte("0123456789abcdef"), 0o600))
	entries, _ := drain(t, open(t, Settings{Folder: folder}))
	require.Equal(t, wanted(0, 10), entries)
}

// TestAnEntryThatCannotBeWrittenLeavesNothing takes the file away below the journal, as
// a disk that fails does.
func TestAnEntryThatCannotBeWrittenLeavesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, Settings{Folder: t.TempDir()})
	fill(t, s, 0, 3)
	require.NoError(t, s.own.file.Close())
	require.ErrorContains(t, s.Append([]byte("lost")), "write to the spool")
	require.Equal(t, 3, s.Len())
	fill(t, s, 3, 6)
	entries, skipped := drain(t, s)
	require.Equal(t, wanted(0, 6), entries)
	require.Zero(t, skipped)
}

func FuzzNextEntry(f *testing.F) {
	f.Add(appendEntry(appendEntry(nil, []byte("one")), []byte("two")))
	f.Add(append(make([]byte, 20), appendEntry(nil, []byte("one"))...))
	f.Add([]byte{255, 255, 255, 255, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		for len(data) > 0 {
			payload, size, err := nextEntry(data)
			require.Positive(t, size)
			require.LessOrEqual(t, size, len(data))
			if err == nil {
				require.Equal(t, data[:size], appendEntry(nil, payload))
			}
			data = data[size:]
		}
	})
}
