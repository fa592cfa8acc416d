package importer

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func readLines(r io.Reader, limit int) (lines []string, end error) {
	l := newLineReader(r, limit)
	for {
		line, err := l.next()
		switch {
		case errors.Is(err, errTooLong):
			lines = append(lines, "(too long)")
		case err != nil:
			return lines, err
		default:
			lines = append(lines, string(line))
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	for name, test := range map[string]struct {
		in   string
		want []string
	}{
		"empty":               {"", nil},
		"without an end":      {"a\nb", []string{"a", "b"}},
		"with an end":         {"a\nb\n", []string{"a", "b"}},
		"blank lines":         {"\na\n\n \n", []string{"", "a", "", ""}},
		"carriage returns":    {"a\r\n b \r\n", []string{"a", "b"}},
		"byte order mark":     {"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", []string{"a", "\xef\xbb\xbfb"}},
		"beyond the buffer":   {long + "\nb\n", []string{long, "b"}},
		"above the limit":     {"a\n" + long + long + "\nb\n", []string{"a", "(too long)", "b"}},
		"above it at the end": {"a\n" + long + long, []string{"a", "(too long)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range []io.Reader{strings.NewReader(test.in), iotest.HalfReader(strings.NewReader(test.in))} {
				lines, err := readLines(r, 3<<19)
				require.ErrorIs(t, err, io.EOF)
				require.Equal(t, test.want, lines)
			}
		})
	}
}

func TestLinesEndWithAReadError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	lines, err := readLines(io.MultiReader(strings.NewReader("a\nhalf a li"), iotest.ErrReader(broken)), 100)
	require.ErrorIs(t, err, broken)
	require.Equal(t, []string{"a"}, lines, "a line that is cut off is none")
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestInputSeesGzip(t *testing.T) {
	t.Parallel()
	// gzip allows files one behind the other.
	compressed := append(gzipped(t, "a\n"), gzipped(t, "b\n")...)
	for name, content := range map[string][]byte{"plain": []byte("a\nb\n"), "gzip": compressed} {
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, content, 0o600))
		for _, open := range []func() (*Input, error){
			func() (*Input, error) { return OpenInput(file, nil) },
			func() (*Input, error) { return OpenInput("-", bytes.NewReader(content)) },
		} {
			in, err := open()
			require.NoError(t, err)
			lines, err := readLines(in.reader, 100)
			require.ErrorIs(t, err, io.EOF)
			require.Equal(t, []string{"a", "b"}, lines)
			require.EqualValues(t, len(content), in.consumed.Load())
			require.NoError(t, in.Close())
		}
		in, err := OpenInput(file, nil)
		require.NoError(t, err)
		require.EqualValues(t, len(content), in.size)
		require.NoError(t, in.Close())
	}
}

func TestInputFaults(t *testing.T) {
	t.Parallel()
	_, err := OpenInput(filepath.Join(t.TempDir(), "none"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = OpenInput(t.TempDir(), nil)
	require.ErrorContains(t, err, "is a folder")
	_, err = NewInput(strings.NewReader("\x1f\x8bxxxxxxxxxxxxxxxx"))
	require.ErrorContains(t, err, "gzip")
	in, err := NewInput(strings.NewReader(""))
	require.NoError(t, err)
	lines, err := readLines(in.reader, 100)
	require.ErrorIs(t, err, io.EOF)
	require.Empty(t, lines)
}
