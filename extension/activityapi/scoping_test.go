package activityapi

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// statusHost keeps what the extension says of its status.
type statusHost struct {
	host

	mu     sync.Mutex
	events []*componentstatus.Event
}

func (h *statusHost) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
}

func (h *statusHost) statuses() []componentstatus.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []componentstatus.Status
	for _, event := range h.events {
		all = append(all, event.Status())
	}
	return all
}

// watched runs the extension on a database with an embedding key.
func watched(t *testing.T, dsn string) (*observer.ObservedLogs, *statusHost) {
	t.Helper()
	core, logs := observer.New(zap.InfoLevel)
	config := createDefaultConfig().(*Config)
	config.DSN = configopaque.String(dsn)
	config.HTTP.NetAddr.Endpoint = "127.0.0.1:0"
	config.MetricsEndpoint = ""
	config.Embedding.Key = configopaque.String(strings.Repeat("k", minEmbeddingKey))
	settings := nopSettings()
	settings.Logger = zap.New(core)
	made, err := NewFactory().Create(t.Context(), settings, config)
	require.NoError(t, err)
	h := &statusHost{host: host{}}
	require.NoError(t, made.Start(t.Context(), h))
	t.Cleanup(func() { require.NoError(t, made.Shutdown(context.WithoutCancel(t.Context()))) })
	return logs, h
}

func TestMissingGrantsAreLoggedUntilTheyAreThere(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t)
	_, err := owner.Exec(t.Context(), "CREATE ROLE ungranted LOGIN; GRANT USAGE ON SCHEMA activity TO ungranted")
	require.NoError(t, err)
	connection := owner.Config().ConnConfig
	dsn := fmt.Sprintf("host=%s port=%d dbname=%s user=ungranted sslmode=disable", connection.Host, connection.Port, connection.Database)

	logs, h := watched(t, dsn)
	failed := func() *observer.ObservedLogs {
		return logs.FilterMessage("Identities that may see some projects only can't read")
	}
	require.Eventually(t, func() bool { return failed().Len() == 1 }, 10*time.Second, 10*time.Millisecond)
	require.Contains(t, failed().All()[0].ContextMap()["error"], "GRANT activity_reader TO")
	require.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, h.statuses())

	_, err = owner.Exec(t.Context(), "GRANT activity_reader TO ungranted")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(h.statuses()) == 2 }, 20*time.Second, 10*time.Millisecond)
	require.Equal(t, componentstatus.StatusOK, h.statuses()[1])
	require.Equal(t, 1, failed().Len(), "said once")
}

// The database may come later than the Collector, which is no error of scopes.
func TestScopingWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	database := pgtest.Own(t, pgtest.Options{})
	dsn, err := database.CreateDatabase(t.Context())
	require.NoError(t, err)
	require.NoError(t, database.Stop())
	reached := make(chan error, 100)
	pool, err := store.Open(dsn, 1)
	require.NoError(t, err)
	defer pool.Close()
	reader := store.NewReader(pool, store.ReaderSettings{})
	core, logs := observer.New(zap.InfoLevel)
	s := &server{settings: nopSettings()}
	s.settings.Logger = zap.New(core)
	h := &statusHost{host: host{}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.watchScoping(t.Context(), h, func(ctx context.Context) error {
			err := reader.CheckScoping(ctx)
			reached <- err
			return err
		})
	}()
	require.True(t, store.Unreachable(<-reached))
	require.NoError(t, database.Start(t.Context()))
	<-ended
	require.Empty(t, logs.All())
	require.Empty(t, h.statuses())
}

func TestScopingIsWatchedWhereThereAreScopesOnly(t *testing.T) {
	t.Parallel()
	require.False(t, (&Config{}).scoped())
	require.True(t, (&Config{Authorization: AuthorizationConfig{ProjectClaim: "projects"}}).scoped())
	require.True(t, (&Config{Embedding: EmbeddingConfig{Key: "k"}}).scoped())
}
