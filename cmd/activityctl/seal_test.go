package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// sealedDatabase has thirty activities of three actors in two hours, sealed with the
// command, and the public key in a file.
func sealedDatabase(t *testing.T) (dsn, publicKey string, all []model.Activity) {
	t.Helper()
	dsn = pgtest.NewDSN(t)
	var batch store.Batch
	for i := range 30 {
		a := model.Activity{
			ID: model.ID{15: byte(i + 1)}, OccurredAt: model.MicrosOf(firstOfMarch.Add(time.Duration(i) * 4 * time.Minute)),
			Action: "order.refund", Status: model.StatusSuccess, ActorID: []string{"ann", "ben", "cleo"}[i%3], ActorName: "Somebody",
			Details: "the parcel came back", Metadata: []byte(`{"total":12.50}`),
		}
		all = append(all, a)
		batch.Append(&a)
	}
	_, err := store.NewWriter(pgtest.Pool(t, dsn)).Write(t.Context(), &batch, nil)
	require.NoError(t, err)

	key := filepath.Join(t.TempDir(), "seal.pem")
	got := execute(t, "seal", "keygen", "--out", key)
	require.Zero(t, got.status, got.stderr)
	info, err := os.Stat(key)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Equal(t, exitError, execute(t, "seal", "keygen", "--out", key).status, "it overwrites nothing")

	got = execute(t, "seal", "--key-file", key, "--dsn", dsn)
	require.Zero(t, got.status, got.stderr)
	require.Equal(t, 2, strings.Count(got.stdout, "\n"), got.stdout)
	require.Contains(t, got.stderr, "made 2 seals")
	return dsn, key + ".pub", all
}

func TestVerifyNamesAChangedRow(t *testing.T) {
	t.Parallel()
	dsn, public, all := sealedDatabase(t)
	got := execute(t, "verify", "--public-key", public, "--dsn", dsn)
	require.Zero(t, got.status, got.stdout+got.stderr)
	require.Contains(t, got.stdout, "2 seals, 2 hours checked, 30 activities\nhead 2:")
	_, head, _ := strings.Cut(strings.TrimSpace(got.stdout), "head ")

	_, err := pgtest.Pool(t, dsn).Exec(t.Context(), "UPDATE activity.activity SET details = 'nothing' WHERE id = $1", [16]byte(all[7].ID))
	require.NoError(t, err)
	got = execute(t, "verify", "--public-key", public, "--dsn", dsn)
	require.Equal(t, exitTampered, got.status)
	require.Contains(t, got.stdout, "changed  ")
	require.Contains(t, got.stdout, all[7].ID.String())

	got = execute(t, "verify", "--public-key", public, "--dsn", dsn, "--json", "--head", head)
	require.Equal(t, exitTampered, got.status)
	var object verificationObject
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &object))
	require.False(t, object.Intact)
	require.Len(t, object.Findings, 1)
	require.Equal(t, all[7].ID.String(), object.Findings[0].ID)

	got = execute(t, "verify", "--public-key", public, "--dsn", dsn, "--since", "2026-03-02")
	require.Zero(t, got.status, "hours that weren't asked for")
}

func TestVerifyNeedsSealsAndAKey(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	require.Equal(t, exitUsage, execute(t, "verify", "--dsn", dsn).status)
	require.Equal(t, exitUsage, execute(t, "verify", "--dsn", dsn, "--head", "1:00").status)
	require.Equal(t, exitUsage, execute(t, "seal", "--dsn", dsn).status)
	key := filepath.Join(t.TempDir(), "seal.pem")
	execute(t, "seal", "keygen", "--out", key)
	got := execute(t, "verify", "--public-key", key+".pub", "--dsn", dsn)
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "there are no seals")
	require.Equal(t, exitUsage, execute(t, "verify", "--public-key", key, "--dsn", dsn).status, "the private key is none")
}

func TestAProofIsCheckedWithoutADatabase(t *testing.T) {
	t.Parallel()
	dsn, public, all := sealedDatabase(t)
	got := execute(t, "verify", "prove", all[20].ID.String(), "--dsn", dsn)
	require.Zero(t, got.status, got.stderr)
	file := filepath.Join(t.TempDir(), "proof.json")
	require.NoError(t, os.WriteFile(file, []byte(got.stdout), 0o600))
	checked := execute(t, "verify", "check", "--public-key", public, file)
	require.Zero(t, checked.status, checked.stderr)
	require.Regexp(t, `occurred_at +2026-03-01T`, checked.stdout)
	require.Regexp(t, `actor_id +cleo\n`, checked.stdout)
	require.Regexp(t, `metadata +\{"total":12.50\}`, checked.stdout)

	forged := strings.Replace(got.stdout, "cleo", "dora", 1)
	require.NoError(t, os.WriteFile(file, []byte(forged), 0o600))
	checked = execute(t, "verify", "check", "--public-key", public, file)
	require.Equal(t, exitTampered, checked.status)
	require.Empty(t, checked.stdout)

	got = execute(t, "verify", "prove", "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60", "--dsn", dsn)
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "there is no activity of this id")
}

func TestEraseKeepsTheSealsWholeAndIsRecorded(t *testing.T) {
	t.Parallel()
	dsn, public, _ := sealedDatabase(t)
	require.Equal(t, exitUsage, execute(t, "erase", "--actor", "ann", "--dsn", dsn).status, "it wants --yes")
	require.Equal(t, exitUsage, execute(t, "erase", "--yes", "--dsn", dsn).status)
	got := execute(t, "erase", "--actor", "ann", "--documents", "--by", "keeper", "--reason", "request 12", "--yes", "--dsn", dsn)
	require.Zero(t, got.status, got.stderr)
	require.Equal(t, "erased 10 activities and 0 dead letters\n", got.stdout)

	got = execute(t, "verify", "--public-key", public, "--dsn", dsn)
	require.Zero(t, got.status, got.stdout)
	require.Contains(t, got.stdout, "30 activities; 10 of them erased in part")
	got = execute(t, "query", "--actor", "ann", "--dsn", dsn)
	require.NotContains(t, got.stdout, "order.refund")
	got = execute(t, "query", "--action", eraseAction, "--oldest-first", "-o", "ndjson", "--dsn", dsn)
	require.Zero(t, got.status)
	require.Regexp(t, `"status":"pending".*\n.*"status":"success"`, got.stdout)
	require.Contains(t, got.stdout, `"activities":10`)
	require.Contains(t, got.stdout, `"actor_id":"keeper"`)
	require.NotContains(t, got.stdout, "ann")
}
