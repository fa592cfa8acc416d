package logmap_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	for name, as := range map[string]attrs{
		"slog groups": {{"activity", attrs{
			{"action", "user_login"},
			{"source", "user"},
			{"status", "success"},
			{"entity", attrs{{"type", "user"}, {"id", 42}}},
			{"actor", attrs{{"id", "u-42"}}},
		}}},
		"dotted group": {
			{"activity.entity", attrs{{"type", "user"}, {"id", 42}}},
			{"activity", attrs{{"action", "user_login"}, {"source", "user"}, {"status", "success"}, {"actor.id", "u-42"}}},
		},
		"zap object beside fields": {
			{"activity.action", "user_login"},
			{"activity.source", "user"},
			{"activity.status", "success"},
			{"activity.entity.type", "user"},
			{"activity", attrs{{"entity", attrs{{"id", 42}}}}},
			{"activity.actor.id", "u-42"},
		},
		"ECS": {
			{"activity", attrs{{"action", "user_login"}, {"source", "user"}, {"entity", attrs{{"type", "user"}, {"id", 42.0}}}}},
			{"event", attrs{{"outcome", "success"}}},
			{"user", attrs{{"id", "u-42"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := mapAttrs(t, as)
			require.Equal(t, "user_login", a.Action)
			require.Equal(t, model.SourceUser, a.Source)
			require.Equal(t, model.StatusSuccess, a.Status)
			require.Equal(t, "user", a.EntityType)
			require.Equal(t, "42", a.EntityID)
			require.Equal(t, "u-42", a.ActorID)
			require.Nil(t, a.Attributes)
		})
	}
}

// Each name of the convention may come nested, and means the same then.
func TestEveryNameMayBeNested(t *testing.T) {
	t.Parallel()
	values := map[string]any{
		"activity.source": "integration", "activity.status": "pending", "activity.severity": "notice",
		"activity.actor.type": "agent", "audit.actor.type": "agent", "audit.outcome": "pending", "event.outcome": "pending",
		"activity.duration": 1.5, "activity.batch.size": 3, "activity.batch.failed": 1, "db.operation.batch.size": 4,
		"activity.changes.before": attrs{{"a", 1}}, "activity.changes.after": attrs{{"a", 2}}, "activity.changes.fields": list{"a"},
		"activity.metadata": attrs{{"k", attrs{{"l", 1}}}}, "http.response.status_code": 500, "faas.trigger": "timer",
		"log.record.uid": testUID, "activity.id": testUID, "audit.record.id": testUID, "cloudevents.event_id": testUID,
		"error.type": "x", "k8s.cronjob.name": "x", "service.peer.name": "x", "http.request.method": "GET", "http.route": "/",
		"url.full": "https://x/", "url.path": "/", "server.address": "x", "exception.type": "x", "user.email": "x",
		"activity.original.note": "x",
	}
	for _, c := range textColumns {
		for _, name := range c.names {
			values[name] = "it"
		}
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dotted := mapAttrs(t, attrs{{name, value}})
			nested := mapAttrs(t, nest(name, value))
			if dotted.ID.String() != testUID {
				nested.ID = dotted.ID // the content is another
			}
			require.Equal(t, dotted, nested)
		})
	}
}

func nest(name string, value any) attrs {
	first, rest, found := strings.Cut(name, ".")
	if !found {
		return attrs{{name, value}}
	}
	return attrs{{first, nest(rest, value)}}
}

func TestOtherMembersOfGroups(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{
		{"user", attrs{{"id", 1}, {"email", "ada@example.com"}, {"roles", list{"admin"}}, {"address", attrs{{"city", "Paris"}}}}},
		{"activity", attrs{{"unheard_of", attrs{{"a", 1}}}}},
		{"http", "no map"},
		{"event", attrs{}},
		{"req", attrs{{"id", 7}}},
	})
	require.Equal(t, "1", a.ActorID)
	require.JSONEq(t, `{"user.email":"ada@example.com","user.roles":["admin"],"user.address":{"city":"Paris"},`+
		`"activity.unheard_of":{"a":1},"http":"no map","req":{"id":7}}`, string(a.Attributes))
}

func TestDottedAndNestedDuplicates(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{{"user.email", "first"}, {"user", attrs{{"email", "last"}}}})
	require.JSONEq(t, `{"user.email":"last"}`, string(a.Attributes))
}

// A group that nests itself is no group below the names that the convention has.
func TestDeepGroups(t *testing.T) {
	t.Parallel()
	ld, r := single(t, nil)
	at := r.Attributes().PutEmptyMap("activity")
	for range 1000 {
		at = at.PutEmptyMap("activity")
	}
	at.PutEmpty("x")
	requireRepaired(t, mapOne(t, ld), "attributes:depth")
}
