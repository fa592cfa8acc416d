package store

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/seal"
)

// sealedTrail is a trail of the first three hours of a day, sealed.
type sealedTrail struct {
	pool *pgxpool.Pool
	key  ed25519.PrivateKey
	all  []model.Activity
}

const perHour = 40

func newSealedTrail(t *testing.T) *sealedTrail {
	t.Helper()
	return newSealedTrailOf(t, yesterday())
}

func newSealedTrailOf(t *testing.T, day time.Time) *sealedTrail {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	trail := &sealedTrail{pool: pgtest.New(t), key: key}
	trail.all = testActivities(3*perHour, day, time.Hour/perHour)
	for i := range trail.all {
		a := &trail.all[i]
		a.ActorID, a.ActorName = fmt.Sprintf("user-%d", i%4), "Somebody"
		a.OnBehalfOf, a.ClientAddress = []string{"", "user-9"}[i%2], "10.0.0.1"
		a.Details, a.Reason = "größer", ""
		a.Metadata = []byte(`{"b":1.50,"aa":[1e3,-0,"\u00e9"],"b":2}`)
		a.Changes = []byte(`{"before":{"total":1},"after":{"total":2},"fields":["total"]}`)
	}
	trail.write(t, trail.all...)
	require.Equal(t, 3, trail.seal(t))
	return trail
}

func (s *sealedTrail) write(t *testing.T, all ...model.Activity) {
	t.Helper()
	_, err := NewWriter(s.pool).Write(t.Context(), testBatch(all...), nil)
	require.NoError(t, err)
}

func (s *sealedTrail) seal(t *testing.T) (seals int) {
	t.Helper()
	require.NoError(t, NewSealer(s.pool, s.key, 0).Run(t.Context(), func(*seal.Seal) { seals++ }))
	return seals
}

func (s *sealedTrail) keys() []ed25519.PublicKey {
	return []ed25519.PublicKey{s.key.Public().(ed25519.PublicKey)}
}

func (s *sealedTrail) verify(t *testing.T) *Verification {
	t.Helper()
	result, err := NewVerifier(s.pool).Run(t.Context(), VerifyRequest{Keys: s.keys()})
	require.NoError(t, err)
	return result
}

func (s *sealedTrail) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), statement, args...)
	require.NoError(t, err, statement)
}

func TestAnUntouchedTrailVerifies(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	result := trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, int64(3*perHour), result.Rows)
	require.Equal(t, [...]int64{3, 3, 0, 0, 0, 0}, [...]int64{result.Seals, result.Hours, result.Erased, result.Late, result.Unhashed, result.Open})
	require.Zero(t, trail.seal(t), "nothing is due")
}

// Each column that the writer fills, changed in one row, names that row.
func TestAChangedColumnIsNamed(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	changes := map[string]string{
		"observed_at": "coalesce(observed_at, now()) + '1 us'", "resource_id": "resource_id + 1", "duration": "coalesce(duration, 0) + 1",
		"severity_number": "severity_number + 1", "trace_id": `decode('00000000000000000000000000000009', 'hex')`,
		"span_id":  `decode('0000000000000009', 'hex')`,
		"source":   "CASE source WHEN 'user' THEN 'system' ELSE 'user' END",
		"status":   "CASE status WHEN 'success' THEN 'failure' ELSE 'success' END",
		"severity": "CASE severity WHEN 'info' THEN 'notice' ELSE 'info' END",
		"metadata": `metadata || '{"b":3}'`, "changes": `changes - 'before'`, "attributes": `'{"x":1}'`,
		"salt": `decode('00000000000000000000000000000009', 'hex')`, "content_hash": "NULL",
		"identity_digest": "content_hash", "documents_digest": "content_hash",
	}
	for i, column := range append(append([]string{}, copyColumns...), erasedColumns...) {
		if column == "id" || column == "occurred_at" {
			continue // then it is another row
		}
		change, ok := changes[column]
		if !ok {
			change = "coalesce(" + column + ", '') || 'x'"
		}
		a := &trail.all[i]
		where := fmt.Sprintf(" WHERE id = '%s'", a.ID)
		trail.exec(t, "CREATE TABLE activity.kept AS SELECT "+column+" FROM activity.activity"+where)
		trail.exec(t, "UPDATE activity.activity SET "+column+" = "+change+where)
		result := trail.verify(t)
		require.Len(t, result.Findings, 1, column)
		require.Equal(t, FindingChanged, result.Findings[0].Kind, column)
		require.Equal(t, a.ID, result.Findings[0].ID, column)
		require.Equal(t, a.OccurredAt, result.Findings[0].At, column)
		trail.exec(t, "UPDATE activity.activity SET "+column+" = (TABLE activity.kept)"+where)
		trail.exec(t, "DROP TABLE activity.kept")
	}
	require.Empty(t, trail.verify(t).Findings)
}

// Whoever knows how the hash is made can write the right one, and is found out by
// what was sealed.
func TestAForgedHashIsNamed(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	forged := trail.all[50]
	forged.Details = "nothing happened"
	trail.exec(t, "DELETE FROM activity.activity WHERE id = $1", [16]byte(forged.ID))
	trail.write(t, forged)
	trail.exec(t, "UPDATE activity.rollup_hour_delta SET n = 0 WHERE ctid = (SELECT max(ctid) FROM activity.rollup_hour_delta)")
	result := trail.verify(t)
	require.Len(t, result.Findings, 1)
	require.Equal(t, FindingChanged, result.Findings[0].Kind)
	require.Equal(t, forged.ID, result.Findings[0].ID)
}

func TestARemovedRowIsNamed(t *testing.T) {
	t.Parallel()
	for _, at := range []int{0, 55, 3*perHour - 1} {
		trail := newSealedTrail(t)
		trail.exec(t, "DELETE FROM activity.activity WHERE id = $1", [16]byte(trail.all[at].ID))
		result := trail.verify(t)
		require.Len(t, result.Findings, 1)
		require.Equal(t, FindingRemoved, result.Findings[0].Kind)
		require.Equal(t, trail.all[at].ID, result.Findings[0].ID)
		require.Equal(t, trail.all[at].OccurredAt, result.Findings[0].At)
	}
}

func TestAnEmptiedHourIsFound(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	trail.exec(t, "TRUNCATE activity.activity")
	result := trail.verify(t)
	require.Len(t, result.Findings, maxFindings)
	require.Equal(t, int64(3*perHour-maxFindings), result.More)
	require.Equal(t, trail.all[0].ID, result.Findings[0].ID)
}

func TestAnAddedRowIsNamed(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	added := trail.all[45]
	added.ID = testID(9999)
	_, err := NewWriter(trail.pool, SkipCounts()).Write(t.Context(), testBatch(added), nil)
	require.NoError(t, err)
	result := trail.verify(t)
	require.Len(t, result.Findings, 1)
	require.Equal(t, FindingAdded, result.Findings[0].Kind)
	require.Equal(t, added.ID, result.Findings[0].ID)

	trail.exec(t, "UPDATE activity.activity SET content_hash = NULL WHERE id = $1", [16]byte(added.ID))
	result = trail.verify(t)
	require.Len(t, result.Findings, 1)
	require.Equal(t, added.ID, result.Findings[0].ID, "without a hash too")
}

func TestLateRowsGetASealOfTheirOwn(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	var late []model.Activity
	for i := range 5 {
		a := trail.all[10*i]
		a.ID = testID(5000 + i)
		late = append(late, a)
	}
	trail.write(t, late...)
	result := trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, int64(5), result.Late)

	require.Equal(t, 2, trail.seal(t))
	result = trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, [...]int64{5, 3*perHour + 5, 0}, [...]int64{result.Seals, result.Rows, result.Late})

	trail.exec(t, "DELETE FROM activity.activity WHERE id = $1", [16]byte(late[3].ID))
	result = trail.verify(t)
	require.Len(t, result.Findings, 1)
	require.Equal(t, late[3].ID, result.Findings[0].ID)
}

func TestALateHourWaitsForTheDelay(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	late := trail.all[0]
	late.ID = testID(5000)
	trail.write(t, late)
	sealer := NewSealer(trail.pool, trail.key, time.Hour)
	require.NoError(t, sealer.Run(t.Context(), func(*seal.Seal) { t.Error("it was sealed a moment ago") }))
	made := 0
	sealer.now = func() time.Time { return time.Now().Add(61 * time.Minute) }
	require.NoError(t, sealer.Run(t.Context(), func(*seal.Seal) { made++ }))
	require.Equal(t, 1, made)
}

func TestAnOpenHourIsNotSealed(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	now := trail.all[0]
	now.ID, now.OccurredAt = testID(5000), model.MicrosOf(time.Now())
	trail.write(t, now)
	require.Zero(t, trail.seal(t))
	result := trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, int64(1), result.Open)
}

// Rows of before there were hashes don't fail the check, nor do those that an older
// Collector still writes; one that is put in by hand does.
func TestRowsWithoutAHash(t *testing.T) {
	t.Parallel()
	trail := &sealedTrail{pool: pgtest.New(t)}
	_, trail.key, _ = ed25519.GenerateKey(nil)
	old := testActivities(10, yesterday().Truncate(time.Hour), time.Second)
	_, err := NewWriter(trail.pool, SkipHashes()).Write(t.Context(), testBatch(old[:8]...), nil)
	require.NoError(t, err)
	require.Equal(t, 1, trail.seal(t))
	require.Zero(t, trail.seal(t))
	_, err = NewWriter(trail.pool, SkipHashes()).Write(t.Context(), testBatch(old[8:]...), nil)
	require.NoError(t, err)
	result := trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, int64(10), result.Unhashed)
	require.Equal(t, 1, trail.seal(t))
	require.Empty(t, trail.verify(t).Findings)

	trail.exec(t, "DELETE FROM activity.activity WHERE id = $1", [16]byte(old[0].ID))
	result = trail.verify(t)
	require.Len(t, result.Findings, 1)
	require.Equal(t, FindingRemoved, result.Findings[0].Kind)
}

func TestTamperingWithSealsIsFound(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"row count":  "UPDATE activity.seal SET row_count = row_count + 1 WHERE sequence = 2",
		"root":       "UPDATE activity.seal SET root = leaves_hash WHERE sequence = 2",
		"one gone":   "DELETE FROM activity.seal WHERE sequence = 2",
		"first gone": "DELETE FROM activity.seal WHERE sequence = 1",
		"list":       "UPDATE activity.seal_leaves SET leaves = substr(leaves, 33) WHERE sequence = 2",
		"list bytes": "UPDATE activity.seal_leaves SET leaves = substr(leaves, 2) WHERE sequence = 2",
		"list gone":  "DELETE FROM activity.seal_leaves WHERE sequence = 2",
		"order":      "UPDATE activity.seal_leaves SET leaves = substr(leaves, 33) || substr(leaves, 1, 32) WHERE sequence = 2",
		"signature":  "UPDATE activity.seal SET signature = signature || '' , public_key = root WHERE sequence = 2",
	} {
		trail := newSealedTrail(t)
		trail.exec(t, statement)
		require.NotEmpty(t, trail.verify(t).Findings, name)
	}
}

func TestSealsCutOffTheEndNeedAnAnchor(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	head := trail.verify(t).Head
	anchor := &Anchor{Sequence: head.Sequence, Hash: head.Hash()}
	request := VerifyRequest{Keys: trail.keys(), Anchor: anchor}
	result, err := NewVerifier(trail.pool).Run(t.Context(), request)
	require.NoError(t, err)
	require.Empty(t, result.Findings)

	trail.exec(t, "DELETE FROM activity.seal WHERE sequence = 3")
	require.Empty(t, trail.verify(t).Findings)
	result, err = NewVerifier(trail.pool).Run(t.Context(), request)
	require.NoError(t, err)
	require.Len(t, result.Findings, 1)
	require.Equal(t, uint64(3), result.Findings[0].Sequence)
}

func TestSealersDontGetInEachOthersWay(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	for i := range trail.all {
		trail.all[i].ID = testID(20_000 + i)
		trail.all[i].OccurredAt -= 5 * microsPerHour
	}
	trail.write(t, trail.all...)
	errs := make(chan error)
	for range 4 {
		go func() { errs <- NewSealer(trail.pool, trail.key, 0).Run(t.Context(), nil) }()
	}
	for range 4 {
		require.NoError(t, <-errs)
	}
	trail.seal(t)
	require.Empty(t, trail.verify(t).Findings)
}

func TestProofHoldsWithoutADatabase(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	for _, at := range []int{0, 17, perHour, 3*perHour - 1} {
		proof, err := NewVerifier(trail.pool).Prove(t.Context(), trail.all[at].ID)
		require.NoError(t, err)
		text, err := json.MarshalIndent(proof, "", "  ")
		require.NoError(t, err)
		read, err := seal.ParseProof(text)
		require.NoError(t, err)
		require.NoError(t, read.Check(trail.keys()))

		other := "order.forged"
		read.Fixed[11].Text = &other
		require.ErrorIs(t, read.Check(trail.keys()), seal.ErrProofPath)
		_, stranger, _ := ed25519.GenerateKey(nil)
		require.ErrorIs(t, proof.Check([]ed25519.PublicKey{stranger.Public().(ed25519.PublicKey)}), seal.ErrForeignKey)
	}
	_, err := NewVerifier(trail.pool).Prove(t.Context(), testID(77_777))
	require.ErrorIs(t, err, ErrNoActivity)
	late := trail.all[3]
	late.ID = testID(5000)
	trail.write(t, late)
	_, err = NewVerifier(trail.pool).Prove(t.Context(), late.ID)
	require.ErrorIs(t, err, ErrNotSealed)
}

func TestErasingKeepsTheChainWhole(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	eraser := NewEraser(trail.pool)
	erased, err := eraser.Run(t.Context(), EraseRequest{Actor: "user-1"})
	require.NoError(t, err)
	require.Equal(t, Erased{Activities: 3 * perHour / 4}, erased)
	result := trail.verify(t)
	require.Empty(t, result.Findings)
	require.Equal(t, erased.Activities, result.Erased)
	require.Zero(t, one[int](t, trail.pool, `SELECT count(*)::int FROM activity.activity
		WHERE identity_digest IS NOT NULL AND (actor_id IS NOT NULL OR actor_name IS NOT NULL OR client_address IS NOT NULL OR on_behalf_of IS NOT NULL)`))
	require.Zero(t, one[int](t, trail.pool, `SELECT count(*)::int FROM activity.activity WHERE details IS NULL`))

	proof, err := NewVerifier(trail.pool).Prove(t.Context(), trail.all[1].ID)
	require.NoError(t, err)
	require.NoError(t, proof.Check(trail.keys()), "what is left can be proven")

	again, err := eraser.Run(t.Context(), EraseRequest{Actor: "user-1"})
	require.NoError(t, err)
	require.Zero(t, again)

	// Through on_behalf_of, rows that were erased once already would be found again.
	erased, err = eraser.Run(t.Context(), EraseRequest{Actor: "user-3", Documents: true})
	require.NoError(t, err)
	require.Equal(t, int64(3*perHour/4), erased.Activities)
	require.Empty(t, trail.verify(t).Findings)
	require.Equal(t, 3*perHour/4, one[int](t, trail.pool, `SELECT count(*)::int FROM activity.activity
		WHERE details IS NULL AND metadata IS NULL AND changes IS NULL AND salt IS NULL AND documents_digest IS NOT NULL`))

	trail.exec(t, "UPDATE activity.activity SET details = 'x' WHERE id = $1", [16]byte(trail.all[1].ID))
	trail.exec(t, "UPDATE activity.activity SET details = 'x' WHERE id = $1", [16]byte(trail.all[3].ID))
	trail.exec(t, "UPDATE activity.activity SET actor_id = 'x' WHERE id = $1", [16]byte(trail.all[5].ID))
	require.Len(t, trail.verify(t).Findings, 3, "erased rows can't be changed unseen either")
}

func TestErasingTakesDeadLetters(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	for i, payload := range []string{"…user-1…", "…user-2…"} {
		trail.exec(t, `INSERT INTO activity.rejected (occurred_at, id, action, sqlstate, error, payload)
			VALUES (now(), $1, 'a', '22000', 'e', $2)`, [16]byte(testID(i)), []byte(payload))
	}
	erased, err := NewEraser(trail.pool).Run(t.Context(), EraseRequest{Actor: "user-1"})
	require.NoError(t, err)
	require.Equal(t, int64(1), erased.DeadLetters)
	require.Equal(t, 1, one[int](t, trail.pool, "SELECT count(*)::int FROM activity.rejected"))
}

// What Postgres gives back has the hash of what it was given.
func FuzzHashOutlivesTheDatabase(f *testing.F) {
	pool := pgtest.New(f)
	w := NewWriter(pool)
	for _, seed := range []string{
		`{}`, `{"b":1,"aa":2,"b":3}`, `{"n":[1.50,1e5,-0,0.0,1E-3,123456789012345678901234567890.5e-7,1e400]}`,
		`{"s":"\u00e9\n\/\ud83d\ude00\u007f\u001f"}`, ` { "a" : [ { } , [ ] , null , true , false ] } `, `{"":{"":{"":0}}}`, `"text"`, `-1.0e-0`,
	} {
		f.Add(seed, "some text", 0.5)
	}
	f.Add(`{}`, "", math.Inf(-1))
	n := 0
	f.Fuzz(func(t *testing.T, document, text string, duration float64) {
		n++
		a := model.Activity{
			ID: testID(n), OccurredAt: model.Micros(n), Action: "a", ActorID: text, Details: text,
			Duration: duration, HasDuration: true, Attributes: []byte(document),
		}
		result, err := w.Write(t.Context(), testBatch(a), nil)
		require.NoError(t, err)
		if result.Written == 0 {
			return
		}
		row, _, err := NewVerifier(pool).contentOf(t.Context(), a.ID)
		require.NoError(t, err)
		var hasher seal.Hasher
		sum, ok := row.sum(&hasher)
		require.True(t, ok)
		require.True(t, sum.Same(row.hash), "%q came back as %q", document, row.content.Documents[2])
	})
}

func TestAChangedRowIsNamedInAnyPartition(t *testing.T) {
	t.Parallel()
	trail := newSealedTrail(t)
	now := time.Now()
	for i, at := range []time.Time{now.AddDate(0, 0, -20), now.AddDate(0, -6, 0), now.AddDate(-8, 0, 0), time.Unix(0, 0), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		a := trail.all[i]
		a.ID, a.OccurredAt = testID(30_000+i), model.MicrosOf(at)
		trail.write(t, a)
		trail.all = append(trail.all, a)
	}
	require.Equal(t, 5, trail.seal(t))
	rows, err := trail.pool.Query(t.Context(), `SELECT tableoid::regclass::text, (array_agg(id))[1] FROM activity.activity GROUP BY 1`)
	require.NoError(t, err)
	chosen := map[string][16]byte{}
	var partition string
	var id [16]byte
	_, err = pgx.ForEachRow(rows, []any{&partition, &id}, func() error { chosen[partition] = id; return nil })
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(chosen), 6)
	for partition, id := range chosen {
		trail.exec(t, "UPDATE "+partition+" SET action = action || 'x' WHERE id = $1", id)
		result := trail.verify(t)
		require.Len(t, result.Findings, 1, partition)
		require.Equal(t, model.ID(id), result.Findings[0].ID, partition)
		trail.exec(t, "UPDATE "+partition+" SET action = left(action, -1) WHERE id = $1", id)
	}
}
