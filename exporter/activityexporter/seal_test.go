package activityexporter

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestSealsTheHoursThatAreOver(t *testing.T) {
	t.Parallel()
	private, public, err := seal.NewKey()
	require.NoError(t, err)
	keys, err := seal.ParsePublicKeys(public)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "seal.pem")
	require.NoError(t, os.WriteFile(file, private, 0o600))

	dsn := pgtest.NewDSN(t)
	pool := pgtest.Pool(t, dsn)
	cfg := synchronous()
	cfg.Seal = configoptional.Some(SealConfig{SigningKeyFile: file, Delay: time.Minute})
	cfg.MaintenanceInterval = 10 * time.Millisecond
	e, telemetry := startReal(t, dsn, cfg)
	consume(t, e, orders(5, time.Now().Add(-3*time.Hour)))
	consume(t, e, orders(2, time.Now().Add(3*time.Hour)))
	require.Eventually(t, func() bool { return count(t, pool, "SELECT count(*) FROM activity.seal") == 1 }, 10*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool { return counter(t, telemetry, metricSeals)[0].Value == 1 }, 10*time.Second, 10*time.Millisecond)

	result, err := store.NewVerifier(pool).Run(t.Context(), store.VerifyRequest{Keys: keys})
	require.NoError(t, err)
	require.Empty(t, result.Findings)
	require.Equal(t, int64(5), result.Rows)
}

func TestNeedsTheKeyToStart(t *testing.T) {
	t.Parallel()
	cfg := synchronous()
	cfg.Seal = configoptional.Some(SealConfig{SigningKeyFile: filepath.Join(t.TempDir(), "nowhere.pem")})
	e := newFake(t, cfg, &fakeDatabase{})
	require.ErrorContains(t, e.Start(t.Context(), componenttest.NewNopHost()), "seal::signing_key_file: ")
	require.NoError(t, e.Shutdown(t.Context()))
}
