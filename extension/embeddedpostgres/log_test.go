package embeddedpostgres

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

func TestServerLogLevels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line    string
		level   zapcore.Level
		message string
		fields  map[string]any
	}{
		{"[7] LOG:  checkpoint", zap.InfoLevel, "checkpoint", map[string]any{"pid": "7"}},
		{"[7] WARNING:  odd", zap.WarnLevel, "odd", map[string]any{"pid": "7"}},
		{"[7] ERROR:  a worker's", zap.ErrorLevel, "a worker's", map[string]any{"pid": "7"}},
		{"[7] a b@c ERROR:  a client's", zap.DebugLevel, "a client's", map[string]any{"pid": "7", "session": "a b@c"}},
		{"[7] a@c FATAL:  no password", zap.WarnLevel, "no password", map[string]any{"pid": "7", "session": "a@c"}},
		{"[7] FATAL:  no memory", zap.ErrorLevel, "no memory", map[string]any{"pid": "7"}},
		{"[7] PANIC:  no disk", zap.ErrorLevel, "no disk", map[string]any{"pid": "7"}},
		{"[7] DEBUG2:  detail", zap.DebugLevel, "detail", map[string]any{"pid": "7"}},
		{"postgres: error while loading shared libraries", zap.InfoLevel, "postgres: error while loading shared libraries", map[string]any{}},
	} {
		core, logs := observer.New(zap.DebugLevel)
		log := &serverLog{logger: zap.New(core)}
		for _, piece := range []string{c.line[:5], c.line[5:], "\n"} {
			_, err := log.Write([]byte(piece))
			require.NoError(t, err)
		}
		require.Equal(t, 1, logs.Len(), c.line)
		entry := logs.All()[0]
		require.Equal(t, c.level, entry.Level, c.line)
		require.Equal(t, c.message, entry.Message)
		require.Equal(t, c.fields, entry.ContextMap())
	}
}

func TestTroubleIsBounded(t *testing.T) {
	t.Parallel()
	log := &serverLog{logger: zap.NewNop()}
	for range 100 {
		_, err := log.Write([]byte("[7] FATAL:  x\n[7] LOG:  routine\n"))
		require.NoError(t, err)
	}
	require.Equal(t, "x; x; x; x; x; x; x; x", log.trouble())
}
