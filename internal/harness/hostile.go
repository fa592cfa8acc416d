package harness

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// HostileCase is a line of the hostile set's index: one captured request.
type HostileCase struct {
	File        string   `json:"file"`
	Case        string   `json:"case"`
	RecordsSent int      `json:"records_sent"`
	Expect      string   `json:"expect"`
	AcceptAlso  []string `json:"accept_also"`

	folder string
}

// ReadHostileCases reads the index in a folder. The error is os.ErrNotExist where the
// set isn't there.
func ReadHostileCases(folder string) ([]HostileCase, error) {
	index, err := os.Open(filepath.Join(folder, "index.ndjson"))
	if err != nil {
		return nil, fmt.Errorf("read the hostile set: %w", err)
	}
	defer index.Close()
	var cases []HostileCase
	lines := bufio.NewScanner(index)
	for lines.Scan() {
		c := HostileCase{folder: folder}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("read the hostile set: %w", err)
		}
		cases = append(cases, c)
	}
	return cases, lines.Err()
}

// Encoding is ".json" or ".pb".
func (c *HostileCase) Encoding() string { return filepath.Ext(strings.TrimSuffix(c.File, ".gz")) }

// Content is the request as it goes over the wire.
func (c *HostileCase) Content() ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(c.folder, c.File))
	if err != nil || !strings.HasSuffix(c.File, ".gz") {
		return content, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	return io.ReadAll(reader)
}

// Taken says whether the receiver took the request, and fails when it was not to do
// that, or when its refusal is no refusal of the request.
func (c *HostileCase) Taken(status int) (bool, error) {
	switch {
	case status == http.StatusOK && (c.accepts("stored-as-is") || c.accepts("stored-sanitised") || c.accepts("dead-lettered")):
		return true, nil
	case status == http.StatusBadRequest && c.accepts("rejected"):
		return false, nil
	default:
		return false, fmt.Errorf("%s: the receiver answers %d, expected was: %s", c.File, status, c.Expect)
	}
}

func (c *HostileCase) accepts(outcome string) bool {
	return c.Expect == outcome || slices.Contains(c.AcceptAlso, outcome)
}

// CheckNeighbours fails unless the good records of a taken request are stored once.
func (c *HostileCase) CheckNeighbours(ctx context.Context, db interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
},
) error {
	const neighbours = `
		SELECT count(*) FILTER (WHERE attributes ->> 'test.role' = 'before'),
		       count(*) FILTER (WHERE attributes ->> 'test.role' IN ('after', 'neighbour'))
		FROM activity.activity WHERE attributes ->> 'test.case' = $1`
	var before, after int
	if err := db.QueryRow(ctx, neighbours, c.Case).Scan(&before, &after); err != nil {
		return err
	}
	ok := true
	switch c.RecordsSent {
	case 0: // the index gives no number: the request is no sandwich
	case 3, 4:
		ok = before == 1 && after == 1
	default:
		ok = before+after == c.RecordsSent-1
	}
	if !ok {
		return fmt.Errorf("%s: %d good records before and %d after the hostile one are stored", c.File, before, after)
	}
	return nil
}

// PostLogs sends one OTLP/HTTP request in an encoding, ".json" or ".pb", and returns the
// status of the answer.
func (p *Pipeline) PostLogs(ctx context.Context, encoding string, body []byte) (int, error) {
	contentType := map[string]string{".json": "application/json", ".pb": "application/x-protobuf"}[encoding]
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.HTTP+"/v1/logs", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
