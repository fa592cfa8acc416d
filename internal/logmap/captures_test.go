package logmap_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

// captures returns the folder of recorded requests, which lies beside the
// checkout because it isn't ours to distribute.
func captures(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the recorded requests are not beside the checkout: %v", err)
	}
	return dir
}

func readRequest(t *testing.T, path string) (plog.Logs, error) {
	t.Helper()
	content, err := os.ReadFile(path) //nolint:gosec // a file of the test
	require.NoError(t, err)
	if name, ok := strings.CutSuffix(path, ".gz"); ok {
		path = name
		unzipped, err := gzip.NewReader(bytes.NewReader(content))
		require.NoError(t, err)
		content, err = io.ReadAll(unzipped)
		require.NoError(t, err)
	}
	if strings.HasSuffix(path, ".json") {
		return (&plog.JSONUnmarshaler{}).UnmarshalLogs(content)
	}
	return (&plog.ProtoUnmarshaler{}).UnmarshalLogs(content)
}

// hostileCase is one line of index.ndjson.
type hostileCase struct {
	File        string `json:"file"`
	Case        string `json:"case"`
	Expect      string `json:"expect"`
	RecordsSent *int   `json:"records_sent"`
}

// requireGood requires what the records say that stand beside the hostile one.
func requireGood(t *testing.T, a model.Activity) {
	t.Helper()
	require.Equal(t, "user_login", a.Action)
	require.Equal(t, "user", a.EntityType)
	require.Equal(t, "u-42", a.ActorID)
	require.Equal(t, "p-1", a.ProjectID)
	require.Equal(t, "User logged in", a.Details)
	require.Equal(t, model.SourceUser, a.Source)
	require.Equal(t, model.StatusSuccess, a.Status)
	require.Equal(t, model.SeverityInfo, a.Severity)
	require.Equal(t, "shop-api", a.ServiceName)
	require.InDelta(t, 1760000000123456, int64(a.OccurredAt), 1e6)
	require.Nil(t, a.Metadata)
	requireRepaired(t, a, "")
}

// hostile says of each case what becomes of the hostile record.
var hostile = map[string]func(t *testing.T, a model.Activity){
	"time-zero-observed-set": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, a.ObservedAt, a.OccurredAt)
		requireRepaired(t, a, "")
	},
	"time-and-observed-zero": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, model.MicrosOf(received), a.OccurredAt)
		requireRepaired(t, a, "")
	},
	"time-1970-1ns": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, a.ObservedAt, a.OccurredAt)
		requireAttribute(t, a, "activity.original.time_unix_nano", "1")
		requireRepaired(t, a, "time:past")
	},
	"time-over-int64": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, a.ObservedAt, a.OccurredAt)
		requireAttribute(t, a, "activity.original.time_unix_nano", "9223372036854775808")
		requireRepaired(t, a, "time:future")
	},
	"time-before-retention": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, 2001, a.OccurredAt.Time().Year())
		requireRepaired(t, a, "")
	},
	"severity-unspecified": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, model.SeverityInfo, a.Severity)
		require.Zero(t, a.SeverityNumber)
	},
	"severity-99": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.EqualValues(t, 24, a.SeverityNumber)
		requireAttribute(t, a, "activity.original.severity_number", json.Number("99"))
	},
	"severity-attr-unknown": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, model.SeverityInfo, a.Severity)
		requireAttribute(t, a, "activity.severity", "catastrophic")
	},
	"no-attributes": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.NotEmpty(t, a.Action)
		require.Equal(t, model.StatusUnknown, a.Status)
	},
	"empty-record": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "log", a.Action)
		require.Equal(t, model.MicrosOf(received), a.OccurredAt)
		require.Nil(t, a.Attributes)
	},
	"event-name-empty": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "user_login", a.Action)
	},
	"action-missing": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "activity", a.Action)
	},
	"action-64k": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Len(t, a.Action, 512)
		requireRepaired(t, a, "action:cut")
	},
	"source-unknown": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, model.SourceSystem, a.Source)
		requireAttribute(t, a, "activity.source", "martian")
	},
	"status-cancelled-spelling": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, model.StatusCanceled, a.Status)
	},
	"id-int": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "42", a.EntityID)
		require.Equal(t, "7", a.ActorID)
	},
	"id-int-2p53": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "9007199254740993", a.EntityID)
	},
	"id-email-unicode": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "josé\u202egpj@exämple.com", a.ActorID)
	},
	"duplicate-activity-id": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "0190f7c4-5d0a-7cc0-8000-000000000001", a.ID.String())
	},
	"activity-id-not-uuid": func(t *testing.T, a model.Activity) {
		t.Helper()
		requireDerived(t, a)
		requireAttribute(t, a, "activity.id", "not-a-uuid")
	},
	"nul-body":      func(t *testing.T, a model.Activity) { t.Helper(); requireRepaired(t, a, "details:nul") },
	"nul-entity-id": func(t *testing.T, a model.Activity) { t.Helper(); require.Equal(t, "4\uFFFD2", a.EntityID) },
	"nul-attr-value": func(t *testing.T, a model.Activity) {
		t.Helper()
		requireRepaired(t, a, "attributes:nul")
	},
	"literal-backslash-u0000": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, `\u0000`, a.Details)
		requireAttribute(t, a, "note", `\u0000`)
		requireAttribute(t, a, "note2", `\\u0000`)
		requireRepaired(t, a, "")
	},
	"sql-injection": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, `42'); DROP TABLE activities; --`, a.EntityID)
	},
	"html-injection": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, `<script>alert(1)</script>`, a.Details)
	},
	"invalid-utf8-body": func(t *testing.T, a model.Activity) { t.Helper(); requireRepaired(t, a, "details:utf8") },
	"latin1-json":       func(t *testing.T, a model.Activity) { t.Helper(); require.Equal(t, "caf\uFFFD", a.Details) },
	"lone-surrogate-json": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Contains(t, a.Details, "\uFFFD")
	},
	"body-missing": func(t *testing.T, a model.Activity) { t.Helper(); require.Empty(t, a.Details) },
	"body-int":     func(t *testing.T, a model.Activity) { t.Helper(); require.Equal(t, "7", a.Details) },
	"body-map": func(t *testing.T, a model.Activity) {
		t.Helper()
		body := `{"action":"order.create","order_id":9007199254740993,"items":["a",2,1.5,true,null,{"k":"v"}]}`
		require.Equal(t, body, a.Details)
		require.Equal(t, `{"body":`+body+`}`, string(a.Metadata))
	},
	"body-bytes": func(t *testing.T, a model.Activity) { t.Helper(); require.Equal(t, "3q0=", a.Details) },
	"attr-duplicate-keys": func(t *testing.T, a model.Activity) {
		t.Helper()
		requireAttribute(t, a, "a", json.Number("3"))
		require.Equal(t, 1, strings.Count(string(a.Attributes), `"a":`))
	},
	"attr-empty-key": func(t *testing.T, a model.Activity) { t.Helper(); require.Contains(t, string(a.Attributes), `"":`) },
	"attr-nested-only": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Equal(t, "user_login", a.Action)
		require.Equal(t, "42", a.EntityID)
		require.Equal(t, "u-42", a.ActorID)
		require.Equal(t, model.StatusSuccess, a.Status)
	},
	"attr-nil-value": func(t *testing.T, a model.Activity) {
		t.Helper()
		requireAttribute(t, a, "novalue", nil)
		requireAttribute(t, a, "nil", nil)
	},
	"attr-double-nan": func(t *testing.T, a model.Activity) {
		t.Helper()
		requireAttribute(t, a, "nan", "NaN")
		requireAttribute(t, a, "inf", "Infinity")
		requireAttribute(t, a, "ninf", "-Infinity")
		requireAttribute(t, a, "den", json.Number("5e-324"))
		requireAttribute(t, a, "max", json.Number("1.7976931348623157e+308"))
		requireRepaired(t, a, "attributes:nonfinite")
	},
	"attr-int-extremes": func(t *testing.T, a model.Activity) {
		t.Helper()
		all := string(a.Attributes) + string(a.Metadata)
		for _, digits := range []string{"9223372036854775807", "-9223372036854775808", "9007199254740993"} {
			require.Contains(t, all, digits)
		}
	},
	"attr-bytes":    func(t *testing.T, a model.Activity) { t.Helper(); require.Contains(t, string(a.Attributes), `"AAH/"`) },
	"attr-depth-40": func(t *testing.T, a model.Activity) { t.Helper(); requireRepaired(t, a, "") },
	"attr-metadata-string": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.JSONEq(t, `{"a":1,"b":[1,2]}`, string(a.Metadata))
	},
	"trace-id-ok": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.False(t, a.TraceID.IsZero())
		require.False(t, a.SpanID.IsZero())
	},
	"poison-in-1000": func(t *testing.T, a model.Activity) {
		t.Helper()
		require.Len(t, a.Action, 512)
		require.Contains(t, string(a.Attributes), "activity.repaired")
	},
}

func requireAttribute(t *testing.T, a model.Activity, key string, want any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(a.Attributes))
	decoder.UseNumber()
	var attributes map[string]any
	require.NoError(t, decoder.Decode(&attributes))
	require.Contains(t, attributes, key)
	require.Equal(t, want, attributes[key])
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	dir := captures(t, "hostile")
	index, err := os.Open(filepath.Join(dir, "index.ndjson")) //nolint:gosec // a file of the test
	require.NoError(t, err)
	defer index.Close()

	checked := map[string]bool{}
	for lines := bufio.NewScanner(index); lines.Scan(); {
		var c hostileCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		t.Run(c.File, func(t *testing.T) {
			ld, err := readRequest(t, filepath.Join(dir, c.File))
			if c.Expect == "rejected" {
				require.Error(t, err, "the receiver refuses it")
				return
			}
			require.NoError(t, err)
			activities := requireMapped(t, logmap.DefaultLimits(), ld)
			if c.RecordsSent != nil {
				require.Len(t, activities, *c.RecordsSent)
			}
			sent := roles(ld)
			for i, a := range activities {
				switch check := hostile[c.Case]; {
				case sent[i] == "before" || sent[i] == "after" || sent[i] == "neighbour":
					requireGood(t, a)
				case check != nil:
					checked[c.Case] = true
					check(t, a)
				}
			}
		})
	}
	for name := range hostile {
		require.True(t, checked[name], "%s is in no request", name)
	}
}

// roles returns what each record is in its request.
func roles(ld plog.Logs) []string {
	var roles []string
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, r := range sl.LogRecords().All() {
				role := ""
				if v, ok := r.Attributes().Get("test.role"); ok {
					role = v.Str()
				}
				roles = append(roles, role)
			}
		}
	}
	return roles
}

// clients are the requests of real clients and what becomes of each record:
// action, entity type and id, source, status, severity, details, metadata and
// attributes.
var clients = map[string][]string{
	"curl/001-http.json":  {`backup_completed|database|main|scheduled|unknown|info|backup done||`},
	"curl/002-http.json":  {`log|||system|unknown|info|minimal, no time, no resource||`},
	"curl/003-http.json":  {`x||42|system|unknown|warning|numbers as numbers||`},
	"curl/004-http.json":  {`x|||system|unknown|info|gzipped by curl||{"event.name":"activity"}`},
	"go-http/001-http.pb": sdkLines,
	"go-grpc/001-grpc.pb": sdkLines,
	"go-http/002-http.pb": wideLines,
	"go-grpc/002-grpc.pb": wideLines,
	"go-http/003-http.pb": bridgeLines,
	"go-grpc/003-grpc.pb": bridgeLines,
}

const sdkBody = `{"action":"order.create","items":["a",2,1.5,true,{"k":"v"}],"order_id":9007199254740993}`

// sdkLines are records straight through the API of the Go SDK.
var sdkLines = []string{
	`user_login|user|42|user|success|info|User logged in successfully||{"event.name":"activity"}`,
	`log|||system|unknown|info|||`,
	`log|||system|unknown|info|7|{"body":7}|`,
	`log||9007199254740993|system|unknown|info|` + sdkBody + `|{"after":{"qty":2},"before":{"qty":1},"body":` + sdkBody + `}|` +
		`{"raw":"AAH/","nan":"NaN","inf":"Infinity","nil":null,"activity.repaired":["attributes:nonfinite"]}`,
	`log|||system|failure|critical|3q0=|{"body":"3q0="}|`,
	`log|||system|unknown|info|||{"a":"2","empty":""}`,
	"log|||system|unknown|info|nul\uFFFDinside||" + `{"note":"a` + "\uFFFD" + `b","activity.repaired":["details:nul","attributes:nul"]}`,
	`log|||system|unknown|info|1970||{"activity.original.time_unix_nano":"1","activity.repaired":["time:past"]}`,
	`log|||system|unknown|info|2262||{"activity.original.time_unix_nano":"9223372036000000000","activity.repaired":["time:future"]}`,
	`log|||system|unknown|info|1960||`,
}

// wideLines is a record with 200 attributes, of which the SDK dropped some.
var wideLines = []string{
	`log|||system|unknown|info|||{"k000":0,"k001":1,"k002":2,"k003":3,"k004":4,"k00 … ,"k126":126,"k127":127,"otel.dropped_attributes_count":73}`,
}

// bridgeLines are two records by slog and one by zap.
var bridgeLines = []string{
	`user_login|user|42|user|failure|info|user_login||{"code.file.path":"/srv/ap/go/client/main.go","cod … on.type":"*errors.errorString","exception.message":"boom"}`,
	`main.main|||system|pending|warning|quota near||{"code.file.path":"/srv/ap/go/client/main.go","code.line.number":79,"!BADKEY":"odd"}`,
	`user_login||42|system|failure|info|user_login||{"meta":{"ip":"203.0.113.9","obj":{"a":1,"b":[1,2]}},"exception.type":"*errors.errorString","exception.message":"boom"}`,
}

// short leaves out the middle of a long text.
func short(text string) string {
	if len(text) <= 120 {
		return text
	}
	return text[:50] + " … " + text[len(text)-58:]
}

func TestClientRequests(t *testing.T) {
	t.Parallel()
	dir := captures(t, "otlp-clients")
	for file, want := range clients {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			ld, err := readRequest(t, filepath.Join(dir, file))
			require.NoError(t, err)
			var got []string
			for _, a := range requireMapped(t, logmap.DefaultLimits(), ld) {
				got = append(got, strings.Join([]string{
					a.Action, a.EntityType, a.EntityID, a.Source.String(), a.Status.String(), a.Severity.String(), a.Details,
					string(a.Metadata), short(string(a.Attributes)),
				}, "|"))
			}
			require.Equal(t, want, got)
		})
	}
}
