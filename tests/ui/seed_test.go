package ui

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const (
	seeded = 2000
	// sensitive is the one role change, which the steps look for by name.
	sensitive = "role.grant"
)

var errDeclined = errors.New("card declined")

// seed records a day of a shop with known totals: every twentieth activity fails,
// and one is critical.
func seed(t *testing.T, site *harness.Site, dsn string) {
	t.Helper()
	client, err := harness.NewClient(t.Context(), site.GRPC, "shop", seeded+10)
	require.NoError(t, err)
	now := time.Now()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a play, not a secret
	actions := []string{"order.place", "order.place", "order.ship", "user.login", "user.login", "user.login", "order.refund"}
	for n := range seeded {
		a := activity.Activity{
			Action:      actions[random.IntN(len(actions))],
			Source:      activity.SourceUser,
			Actor:       activity.Actor{ID: fmt.Sprintf("u-%d", 1+random.IntN(40)), Type: activity.ActorUser},
			Entity:      activity.Entity{Type: "order", ID: strconv.Itoa(4000 + random.IntN(300))},
			ProjectID:   []string{"acme", "globex"}[n%2],
			OperationID: fmt.Sprintf("op-%d", n/3),
			Details:     fmt.Sprintf("Step %d of the day", n),
			Duration:    time.Duration(random.IntN(900)) * time.Millisecond,
			At:          now.Add(-time.Duration(n) * 40 * time.Second),
		}
		if n%20 == 0 {
			a.Err, a.Severity = errDeclined, activity.SeverityWarning
		}
		client.Record(t.Context(), a)
	}
	client.Record(t.Context(), activity.Activity{
		Action: sensitive, Source: activity.SourceUser, Severity: activity.SeverityCritical, ProjectID: "acme",
		Actor: activity.Actor{ID: "alice", Name: "Alice Liddell", Type: activity.ActorUser}, OnBehalfOf: activity.OnBehalfOf{ID: "root"},
		Entity: activity.Entity{Type: "user", ID: "bob", Name: "Bob"}, Reason: "on call this week",
		Changes: activity.Changes{
			Before: map[string]any{"role": "reader", "limits": map[string]any{"refund": 50}, "teams": []any{"support"}},
			After:  map[string]any{"role": "admin", "limits": map[string]any{"refund": 5000}, "teams": []any{"support", "finance"}},
			Fields: []string{"role", "limits", "teams"},
		},
		At: now.Add(-time.Minute),
	})
	require.NoError(t, client.Close(t.Context()))
	waitStored(t, dsn, seeded+1)
}

// seedHostile sends what an application would never mean to send; the page must
// show it and do nothing else.
func seedHostile(t *testing.T, site *harness.Site) {
	t.Helper()
	for i, text := range []string{
		`<script>window.hacked=1</script>`, `"><img src=x onerror=window.hacked=1>`, "\u202Egnp.exe\u202C", "a\u0007b\u001b[31mred",
		"javascript:window.hacked=1", "{{constructor.constructor('window.hacked=1')()}}", strings.Repeat("W", 900), "=cmd|' /C calc'!A0",
	} {
		client, err := harness.NewClient(t.Context(), site.GRPC, text, 10)
		require.NoError(t, err)
		client.Record(t.Context(), activity.Activity{
			Action: "hostile." + text, ProjectID: "acme", Actor: activity.Actor{ID: text, Name: text},
			Entity: activity.Entity{Type: text, ID: text, Name: text}, OnBehalfOf: activity.OnBehalfOf{ID: text},
			OperationID: text, Details: text, Reason: text, Metadata: map[string]any{text: text},
			Changes: activity.Changes{Before: map[string]any{text: text}, After: map[string]any{text: text + text}},
			At:      time.Now().Add(-time.Duration(i+2) * time.Minute),
		})
		require.NoError(t, client.Close(t.Context()))
	}
	files, err := filepath.Glob(filepath.Join(hostileData, "*.json"))
	require.NoError(t, err)
	for _, file := range files {
		post(t, site, file)
	}
}

// post sends a request as it was captured; the receiver may refuse it.
func post(t *testing.T, site *harness.Site, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+site.HTTP+"/v1/logs", bytes.NewReader(content))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}

func waitStored(t *testing.T, dsn string, n int) {
	t.Helper()
	pool := pgtest.Pool(t, dsn)
	require.Eventually(t, func() bool {
		var stored int
		err := pool.QueryRow(t.Context(), "SELECT count(*) FROM activity.activity").Scan(&stored)
		return err == nil && stored >= n
	}, 30*time.Second, 100*time.Millisecond)
}
