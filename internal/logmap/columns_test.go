package logmap_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-activity/otel-activity/internal/model"
)

// textColumns are the columns that one attribute of several names can fill, each
// with its names in order of precedence.
var textColumns = []struct {
	column string
	get    func(model.Activity) string
	names  []string
}{
	{"action", func(a model.Activity) string { return a.Action }, []string{
		"activity.action", "event.name", "audit.action", "db.operation.name", "code.function.name",
	}},
	{"project_id", func(a model.Activity) string { return a.ProjectID }, []string{
		"activity.project.id", "activity.tenant.id", "audit.tenant.id",
	}},
	{"entity_type", func(a model.Activity) string { return a.EntityType }, []string{
		"activity.entity.type", "audit.target.type", "db.collection.name",
	}},
	{"entity_id", func(a model.Activity) string { return a.EntityID }, []string{
		"activity.entity.id", "audit.target.id",
	}},
	{"entity_name", func(a model.Activity) string { return a.EntityName }, []string{"activity.entity.name"}},
	{"actor_id", func(a model.Activity) string { return a.ActorID }, []string{
		"activity.actor.id", "audit.actor.id", "user.id", "enduser.id", "enduser.pseudo.id",
	}},
	{"actor_name", func(a model.Activity) string { return a.ActorName }, []string{"user.name", "user.full_name"}},
	{"on_behalf_of", func(a model.Activity) string { return a.OnBehalfOf }, []string{"activity.on_behalf_of.id"}},
	{"operation_id", func(a model.Activity) string { return a.OperationID }, []string{
		"activity.operation.id", "activity.correlation.id",
	}},
	{"details", func(a model.Activity) string { return a.Details }, []string{"activity.details", "exception.message"}},
	{"reason", func(a model.Activity) string { return a.Reason }, []string{"activity.reason"}},
	{"client_address", func(a model.Activity) string { return a.ClientAddress }, []string{"client.address"}},
}

func TestTextColumns(t *testing.T) {
	t.Parallel()
	for _, c := range textColumns {
		for i, name := range c.names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				a := mapAttrs(t, attrs{{name, "it"}})
				require.Equal(t, "it", c.get(a))
				require.Nil(t, a.Attributes, "what is a column isn't repeated")

				require.Equal(t, "42", c.get(mapAttrs(t, attrs{{name, 42}})), "an int")
				require.Equal(t, "9007199254740993", c.get(mapAttrs(t, attrs{{name, 9007199254740993}})), "all digits")
				require.Equal(t, "42", c.get(mapAttrs(t, attrs{{name, 42.0}})), "a whole double")
				require.Equal(t, "0.1", c.get(mapAttrs(t, attrs{{name, 0.1}})), "a double")
				require.Equal(t, "true", c.get(mapAttrs(t, attrs{{name, true}})), "a boolean")
				require.Equal(t, "3q0=", c.get(mapAttrs(t, attrs{{name, []byte{0xDE, 0xAD}}})), "bytes")
			})
			for _, lesser := range c.names[i+1:] {
				t.Run(name+" before "+lesser, func(t *testing.T) {
					t.Parallel()
					for _, order := range []attrs{
						{{name, "winner"}, {lesser, "loser"}},
						{{lesser, "loser"}, {name, "winner"}},
					} {
						a := mapAttrs(t, order)
						require.Equal(t, "winner", c.get(a))
						require.JSONEq(t, `{"`+lesser+`":"loser"}`, string(a.Attributes), "the other is kept")
					}
					a := mapAttrs(t, attrs{{name, "same"}, {lesser, "same"}})
					require.Nil(t, a.Attributes, "the same value isn't kept twice")

					a = mapAttrs(t, attrs{{name, ""}, {lesser, "it"}})
					require.Equal(t, "it", c.get(a), "an empty string says nothing")
					a = mapAttrs(t, attrs{{name, nil}, {lesser, "it"}})
					require.Equal(t, "it", c.get(a), "null says nothing")
					a = mapAttrs(t, attrs{{name, list{"a"}}, {lesser, "it"}})
					require.Equal(t, "it", c.get(a), "a list is no text")
					require.JSONEq(t, `{"`+name+`":["a"]}`, string(a.Attributes))
				})
			}
		}
	}
}

func TestThreeNamesOfOneColumn(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{{"enduser.id", "c"}, {"activity.actor.id", "a"}, {"user.id", "b"}})
	require.Equal(t, "a", a.ActorID)
	require.JSONEq(t, `{"enduser.id":"c","user.id":"b"}`, string(a.Attributes))
}

func TestEventName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event      string
		attributes attrs
		action     string
		rest       string
	}{
		"alone":                        {"order.refund", nil, "order.refund", ""},
		"same as activity.action":      {"order.refund", attrs{{"activity.action", "order.refund"}}, "order.refund", ""},
		"after activity.action":        {"activity", attrs{{"activity.action", "x"}}, "x", `{"event.name":"activity"}`},
		"before event.name":            {"x", attrs{{"event.name", "y"}}, "x", `{"event.name":"y"}`},
		"same as event.name":           {"x", attrs{{"event.name", "x"}}, "x", ""},
		"before audit.action":          {"x", attrs{{"audit.action", "y"}}, "x", `{"audit.action":"y"}`},
		"before db.operation.name":     {"x", attrs{{"db.operation.name", "y"}}, "x", `{"db.operation.name":"y"}`},
		"before method and route":      {"x", attrs{{"http.request.method", "GET"}, {"http.route", "/a"}}, "x", `{"http.request.method":"GET","http.route":"/a"}`},
		"before code.function.name":    {"x", attrs{{"code.function.name", "main.main"}}, "x", `{"code.function.name":"main.main"}`},
		"method and route":             {"", attrs{{"http.route", "/a/{id}"}, {"http.request.method", "GET"}}, "GET /a/{id}", `{"http.request.method":"GET","http.route":"/a/{id}"}`},
		"db.operation.name before it":  {"", attrs{{"http.request.method", "GET"}, {"http.route", "/a"}, {"db.operation.name", "INSERT"}}, "INSERT", `{"http.request.method":"GET","http.route":"/a"}`},
		"it before code.function.name": {"", attrs{{"http.request.method", "GET"}, {"http.route", "/a"}, {"code.function.name", "f"}}, "GET /a", `{"http.request.method":"GET","http.route":"/a","code.function.name":"f"}`},
		"method without route":         {"", attrs{{"http.request.method", "GET"}}, "log", `{"http.request.method":"GET"}`},
		"nothing":                      {"", nil, "log", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, r := single(t, c.attributes)
			r.SetEventName(c.event)
			a := mapOne(t, ld)
			require.Equal(t, c.action, a.Action)
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

// requireJSON takes "" for a document that isn't there.
func requireJSON(tb testing.TB, expected string, actual []byte) {
	tb.Helper()
	if expected == "" {
		require.Nil(tb, actual, string(actual))
		return
	}
	require.JSONEq(tb, expected, string(actual))
}

func TestDetails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body       any
		attributes attrs
		details    string
		metadata   string
		rest       string
	}{
		"body":                          {body: "done", details: "done"},
		"body before activity.details":  {body: "done", attributes: attrs{{"activity.details", "other"}}, details: "done", rest: `{"activity.details":"other"}`},
		"the same twice":                {body: "done", attributes: attrs{{"activity.details", "done"}}, details: "done"},
		"body before exception.message": {body: "done", attributes: attrs{{"exception.message", "boom"}}, details: "done", rest: `{"exception.message":"boom"}`},
		"empty body":                    {body: "", attributes: attrs{{"exception.message", "boom"}}, details: "boom"},
		"no body":                       {},
		"int":                           {body: 7, details: "7", metadata: `{"body":7}`},
		"bool":                          {body: false, details: "false", metadata: `{"body":false}`},
		"bytes":                         {body: []byte{0xDE, 0xAD}, details: "3q0=", metadata: `{"body":"3q0="}`},
		"list":                          {body: list{"a", 1, nil}, details: `["a",1,null]`, metadata: `{"body":["a",1,null]}`},
		"map": {
			body:    object{"order_id": 9007199254740993},
			details: `{"order_id":9007199254740993}`, metadata: `{"body":{"order_id":9007199254740993}}`,
		},
		"map and metadata": {
			body: object{"k": "v"}, attributes: attrs{{"activity.metadata.a", 1}},
			details: `{"k":"v"}`, metadata: `{"a":1,"body":{"k":"v"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, r := single(t, c.attributes)
			require.NoError(t, r.Body().FromRaw(c.body))
			a := mapOne(t, ld)
			require.Equal(t, c.details, a.Details)
			requireJSON(t, c.metadata, a.Metadata)
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value   any
		seconds float64
		has     bool
		rest    string
	}{
		"double":  {0.25, 0.25, true, ""},
		"zero":    {0.0, 0, true, ""},
		"int":     {3, 3, true, ""},
		"text":    {"1.5", 1.5, true, ""},
		"no text": {"soon", 0, false, `{"activity.duration":"soon"}`},
		"list":    {list{1}, 0, false, `{"activity.duration":[1]}`},
		"nothing": {nil, 0, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := mapAttrs(t, attrs{{"activity.duration", c.value}})
			require.InDelta(t, c.seconds, a.Duration, 0)
			require.Equal(t, c.has, a.HasDuration)
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

// What the convention names but gives no column stays where it can be found.
func TestAttributesWithoutColumn(t *testing.T) {
	t.Parallel()
	as := attrs{
		{"user.email", "ada@example.com"},
		{"user.roles", list{"admin", "auditor"}},
		{"user_agent.original", "curl/8.5.0"},
		{"session.id", "s-99"},
		{"activity.on_behalf_of.type", "user"},
		{"error.type", "402"},
		{"exception.type", "*pgconn.PgError"},
		{"exception.stacktrace", "main.go:7"},
		{"server.address", "example.com"},
		{"service.name", "of the record"},
		{"activity.unheard_of", 1},
		{"", "an empty key"},
		{"nothing", nil},
	}
	a := mapAttrs(t, as)
	require.JSONEq(t, `{
		"user.email": "ada@example.com",
		"user.roles": ["admin", "auditor"],
		"user_agent.original": "curl/8.5.0",
		"session.id": "s-99",
		"activity.on_behalf_of.type": "user",
		"error.type": "402",
		"exception.type": "*pgconn.PgError",
		"exception.stacktrace": "main.go:7",
		"server.address": "example.com",
		"service.name": "of the record",
		"activity.unheard_of": 1,
		"": "an empty key",
		"nothing": null
	}`, string(a.Attributes))
	require.Empty(t, a.ServiceName)
}

func TestTraceContext(t *testing.T) {
	t.Parallel()
	ld, r := single(t, nil)
	r.SetTraceID(pcommon.TraceID{1, 2})
	r.SetSpanID(pcommon.SpanID{3})
	a := mapOne(t, ld)
	require.Equal(t, model.TraceID{1, 2}, a.TraceID)
	require.Equal(t, model.SpanID{3}, a.SpanID)
	require.True(t, mapAttrs(t, nil).TraceID.IsZero())
}

func TestDroppedAttributesAreCounted(t *testing.T) {
	t.Parallel()
	ld, r := single(t, nil)
	r.SetDroppedAttributesCount(3)
	require.JSONEq(t, `{"otel.dropped_attributes_count":3}`, string(mapOne(t, ld).Attributes))
}

func TestResourceColumns(t *testing.T) {
	t.Parallel()
	ld, _ := single(t, nil)
	rl := ld.ResourceLogs().At(0)
	rl.SetSchemaUrl("https://opentelemetry.io/schemas/1.43.0")
	attrs{
		{"service.name", "shop"}, {"deployment.environment.name", "production"}, {"host.name", "a"}, {"activity.tenant.id", "acme"},
	}.fill(t, rl.Resource().Attributes())
	sl := rl.ScopeLogs().At(0)
	sl.SetSchemaUrl("https://opentelemetry.io/schemas/1.42.0")
	sl.Scope().SetName("shop/orders")
	sl.Scope().SetVersion("1.2.3")
	sl.Scope().Attributes().PutInt("n", 1)

	activities, resources, _ := mapAll(t, ld)
	require.Len(t, resources, 1)
	a, r := activities[0], resources[0]
	require.Equal(t, "shop", a.ServiceName)
	require.Equal(t, "production", a.Environment)
	require.Equal(t, "acme", a.ProjectID)
	require.Equal(t, r.ID, a.ResourceID)
	require.NotZero(t, r.ID)
	require.Equal(t, "https://opentelemetry.io/schemas/1.43.0", r.SchemaURL)
	require.Equal(t, "https://opentelemetry.io/schemas/1.42.0", r.ScopeSchemaURL)
	require.Equal(t, "shop/orders", r.ScopeName)
	require.Equal(t, "1.2.3", r.ScopeVersion)
	require.JSONEq(t, `{"n":1}`, string(r.ScopeAttributes))
	require.JSONEq(t, `{"service.name":"shop","deployment.environment.name":"production","host.name":"a","activity.tenant.id":"acme"}`, string(r.Attributes))
}

func TestProjectOfTheRecordWins(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"activity.project.id", "activity.tenant.id", "audit.tenant.id"} {
		ld, _ := single(t, attrs{{name, "record"}})
		attrs{{"audit.tenant.id", "c"}, {"activity.project.id", "a"}, {"activity.tenant.id", "b"}}.
			fill(t, ld.ResourceLogs().At(0).Resource().Attributes())
		require.Equal(t, "record", mapOne(t, ld).ProjectID)
	}
	ld, _ := single(t, nil)
	attrs{{"audit.tenant.id", "c"}, {"activity.project.id", "a"}, {"activity.tenant.id", "b"}}.
		fill(t, ld.ResourceLogs().At(0).Resource().Attributes())
	require.Equal(t, "a", mapOne(t, ld).ProjectID)
}
