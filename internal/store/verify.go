package store

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// maxFindings bounds what is remembered: a partition that was emptied has a line
// for each of its rows.
const maxFindings = 100

// ErrNoSeals says that nothing was sealed yet.
var ErrNoSeals = errors.New("there are no seals: run `activityctl seal`, or give the exporter a key to seal with")

// Verifier holds a trail against its seals.
type Verifier struct{ pool *pgxpool.Pool }

// NewVerifier makes a Verifier. It doesn't connect.
func NewVerifier(pool *pgxpool.Pool) *Verifier { return &Verifier{pool: pool} }

// VerifyRequest says what to check against what.
type VerifyRequest struct {
	// Keys are those that a seal may be signed with.
	Keys []ed25519.PublicKey
	// From and To choose hours by their beginning, To excluded; zero is open. The
	// chain is always checked as a whole.
	From, To time.Time
	// Anchor is a seal known from elsewhere, which must be in the chain: it is how
	// seals that were cut off the end show. Nil is none.
	Anchor *Anchor
	// Progress, unless nil, is called after each hour.
	Progress func(hour time.Time, rows int64)
}

// Anchor names a seal.
type Anchor struct {
	Sequence uint64
	Hash     seal.Digest
}

// FindingKind says what is wrong. The words are those of the output.
type FindingKind string

// What can be wrong.
const (
	FindingChanged FindingKind = "changed" // a row isn't what it was
	FindingRemoved FindingKind = "removed" // a row is gone
	FindingAdded   FindingKind = "added"   // a row that nobody counted
	FindingSeal    FindingKind = "seal"    // a seal isn't what it was
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind     FindingKind
	Sequence uint64       // of the seal, 0 for none
	Hour     model.Micros // of the seal or the row
	At       model.Micros // of the row
	ID       model.ID     // of the row; zero where none can be named
	Text     string
}

// Verification is what a check found.
type Verification struct {
	Seals    int64 // in the chain
	Hours    int64 // checked
	Rows     int64 // under seals that were checked
	Erased   int64 // of these, how many have something erased
	Late     int64 // rows of sealed hours that wait for a seal
	Unhashed int64 // rows of sealed hours from before there were hashes
	Retired  int64 // sealed rows that retention removed, as activity.retention_log says
	Open     int64 // hours without a seal
	Head     seal.Seal
	Findings []Finding
	More     int64 // findings beyond those
}

func (v *Verification) found(f Finding) {
	if len(v.Findings) < maxFindings {
		v.Findings = append(v.Findings, f)
	} else {
		v.More++
	}
}

// Run checks the chain, then each sealed hour in the order of time. An error means
// that it could not be checked, not that something is wrong.
func (v *Verifier) Run(ctx context.Context, request VerifyRequest) (*Verification, error) {
	seals, err := v.seals(ctx)
	if err != nil {
		return nil, err
	}
	if len(seals) == 0 {
		return nil, ErrNoSeals
	}
	result := &Verification{Seals: int64(len(seals)), Head: seals[len(seals)-1]}
	result.checkChain(seals, &request)
	byHour := map[model.Micros][]seal.Seal{}
	for i := range seals {
		if s := &seals[i]; request.covers(s.Hour) {
			byHour[s.Hour] = append(byHour[s.Hour], *s)
		}
	}
	retired := retirements{}
	for _, hour := range sortedHours(byHour) {
		if err := v.checkHour(ctx, hour, byHour[hour], retired, result); err != nil {
			return nil, fmt.Errorf("check the hour of %s: %w", hour.Time().Format(time.RFC3339), err)
		}
		result.Hours++
		if request.Progress != nil {
			request.Progress(hour.Time(), result.Rows)
		}
	}
	retired.check(result)
	from, to := request.bounds()
	if err := v.pool.QueryRow(ctx, sql.SealOpenHours, from, to).Scan(&result.Open); err != nil {
		return nil, fmt.Errorf("count the hours without a seal: %w", err)
	}
	return result, nil
}

func (r *VerifyRequest) covers(hour model.Micros) bool {
	from, to := r.bounds()
	return !hour.Time().Before(from) && hour.Time().Before(to)
}

func (r *VerifyRequest) bounds() (from, to time.Time) {
	from, to = r.From, r.To
	if from.IsZero() {
		from = leastTime.Time()
	}
	if to.IsZero() {
		to = greatestTime.Time()
	}
	return from, to
}

func sortedHours(byHour map[model.Micros][]seal.Seal) []model.Micros {
	hours := make([]model.Micros, 0, len(byHour))
	for hour := range byHour {
		hours = append(hours, hour)
	}
	slices.Sort(hours)
	return hours
}

func (v *Verifier) seals(ctx context.Context) ([]seal.Seal, error) {
	rows, err := v.pool.Query(ctx, sql.Seals)
	if err != nil {
		return nil, fmt.Errorf("read the seals: %w", err)
	}
	seals, err := pgx.CollectRows(rows, readSeal)
	if err != nil {
		return nil, fmt.Errorf("read the seals: %w", err)
	}
	return seals, nil
}

// readSeal leaves out the stored hash: what is signed is computed anew.
func readSeal(row pgx.CollectableRow) (s seal.Seal, err error) {
	var hour, sealedAt time.Time
	var root, leaves, previous, stored, publicKey, signature []byte
	err = row.Scan(&s.Sequence, &hour, &s.Rows, &s.Counted, &s.Unhashed, &sealedAt,
		&root, &leaves, &previous, &stored, &publicKey, &signature)
	s.Hour, s.SealedAt = model.MicrosOf(hour), model.MicrosOf(sealedAt)
	copy(s.Root[:], root)
	copy(s.Leaves[:], leaves)
	copy(s.Previous[:], previous)
	copy(s.PublicKey[:], publicKey)
	copy(s.Signature[:], signature)
	return s, err
}

func (v *Verification) checkChain(seals []seal.Seal, request *VerifyRequest) {
	var previous *seal.Seal
	for i := range seals {
		s := &seals[i]
		if err := s.Check(request.Keys, previous); err != nil {
			v.found(Finding{Kind: FindingSeal, Sequence: s.Sequence, Hour: s.Hour, Text: err.Error()})
		}
		previous = s
	}
	anchor := request.Anchor
	if anchor == nil {
		return
	}
	at := slices.IndexFunc(seals, func(s seal.Seal) bool { return s.Sequence == anchor.Sequence })
	switch {
	case at < 0:
		v.found(Finding{Kind: FindingSeal, Sequence: anchor.Sequence, Text: "it is gone: the chain has no seal of this number"})
	case seals[at].Hash() != anchor.Hash:
		v.found(Finding{Kind: FindingSeal, Sequence: anchor.Sequence, Hour: seals[at].Hour, Text: "its hash is another than the one given"})
	}
}
