package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// sealedLists goes through the lists of leaves of an hour's seals, all at once, in the
// order of the keys. It holds a chunk of each.
type sealedLists struct{ all []*sealedList }

// sealedList is that of one seal.
type sealedList struct {
	tx       pgx.Tx
	sequence uint64
	chunk    int
	leaves   []seal.Leaf // what is left of the chunk
	sum      hash.Hash   // of all that was read
	broken   bool        // a chunk is no list of leaves, or not in order
	last     seal.Leaf
	ended    bool
}

func openSealedLists(ctx context.Context, tx pgx.Tx, hour model.Micros) (*sealedLists, error) {
	rows, err := tx.Query(ctx, sql.SealsOfHour, hour.Time())
	if err != nil {
		return nil, fmt.Errorf("read the seals of the hour: %w", err)
	}
	sequences, err := pgx.CollectRows(rows, pgx.RowTo[uint64])
	if err != nil {
		return nil, fmt.Errorf("read the seals of the hour: %w", err)
	}
	l := &sealedLists{}
	for _, sequence := range sequences {
		l.all = append(l.all, newSealedList(tx, sequence))
	}
	return l, nil
}

func newSealedList(tx pgx.Tx, sequence uint64) *sealedList {
	return &sealedList{tx: tx, sequence: sequence, sum: sha256.New(), last: seal.Leaf{At: math.MinInt64}}
}

// find returns the list that has the key of leaf, with the line at its front, or
// nil. It is called with keys in ascending order; passed gets the lines in between,
// which no key was asked for: nil when nobody minds.
func (l *sealedLists) find(ctx context.Context, leaf *seal.Leaf, passed func(*sealedList, *seal.Leaf) error) (found *sealedList, err error) {
	for _, one := range l.all {
		for {
			front, err := one.front(ctx)
			if err != nil {
				return nil, err
			}
			if front == nil {
				break
			}
			order := front.Compare(leaf)
			if order == 0 && found == nil {
				found = one
			}
			if order >= 0 {
				break
			}
			if passed != nil {
				if err := passed(one, front); err != nil {
					return nil, err
				}
			}
			one.next()
		}
	}
	return found, nil
}

// front is the next line, nil at the end.
func (l *sealedList) front(ctx context.Context) (*seal.Leaf, error) {
	for len(l.leaves) == 0 && !l.ended {
		if err := l.load(ctx); err != nil {
			return nil, err
		}
	}
	if l.ended {
		return nil, nil
	}
	return &l.leaves[0], nil
}

func (l *sealedList) next() {
	if l.last.Compare(&l.leaves[0]) > 0 {
		l.broken = true
	}
	l.last = l.leaves[0]
	l.leaves = l.leaves[1:]
}

func (l *sealedList) load(ctx context.Context) error {
	var chunk []byte
	err := l.tx.QueryRow(ctx, sql.SealLeavesChunk, l.sequence, l.chunk).Scan(&chunk)
	if errors.Is(err, pgx.ErrNoRows) {
		l.ended = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the list of seal %d: %w", l.sequence, err)
	}
	l.chunk++
	l.sum.Write(chunk)
	if l.leaves, err = seal.ParseLeaves(chunk); err != nil {
		l.broken, l.ended = true, true
	}
	return nil
}
