package importer

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// Input is NDJSON to import, plain or compressed with gzip.
type Input struct {
	reader io.Reader
	closer io.Closer
	// size is the number of bytes before decompression, 0 when it is unknown.
	size     int64
	consumed atomic.Int64
}

// OpenInput opens a file, or takes stdin for the name "-".
func OpenInput(name string, stdin io.Reader) (*Input, error) {
	if name == "-" {
		return NewInput(stdin)
	}
	file, err := os.Open(name) //nolint:gosec // opening the file that the user names is the command's purpose
	if err != nil {
		return nil, err
	}
	in, err := NewInput(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	in.closer = file
	return in, nil
}

// NewInput reads from r. It sees by the first bytes whether they are compressed.
func NewInput(r io.Reader) (*Input, error) {
	in := &Input{}
	if file, ok := r.(*os.File); ok {
		info, err := file.Stat()
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, fmt.Errorf("%s is a folder, not a file", file.Name())
		}
		if info.Mode().IsRegular() {
			in.size = info.Size()
		}
	}
	buffered := bufio.NewReaderSize(&countingReader{r, &in.consumed}, 64<<10)
	in.reader = buffered
	magic, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		in.reader, err = gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("read gzip: %w", err)
		}
	}
	return in, nil
}

// Close closes a file that OpenInput opened.
func (in *Input) Close() error {
	if in.closer == nil {
		return nil
	}
	return in.closer.Close()
}

// countingReader counts what was read before decompression: what the size of the
// input can be held against.
type countingReader struct {
	r     io.Reader
	count *atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.count.Add(int64(n))
	return n, err
}
