package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// Errors of Prove.
var (
	ErrNoActivity = errors.New("there is no activity of this id")
	ErrNotSealed  = errors.New("it is under no seal yet: its hour is open, or it came late and waits for the next seal")
	ErrUnhashed   = errors.New("it has no hash: it was written before there were seals")
)

// binaryColumns are those of fixedColumns that aren't text.
var binaryColumns = fixedColumns[:8]

// Prove makes the proof that an activity was under a seal. It doesn't check it:
// whoever reads it does.
func (v *Verifier) Prove(ctx context.Context, id model.ID) (*seal.Proof, error) {
	row, fields, err := v.contentOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if row.hash == nil {
		return nil, ErrUnhashed
	}
	sealed, index, err := v.sealOf(ctx, row)
	if err != nil {
		return nil, err
	}
	path, err := v.path(ctx, sealed, index)
	if err != nil {
		return nil, err
	}
	proof := seal.NewProof(sealed, index, path)
	proof.Fixed, fields = provenFields(fixedColumns, fields)
	proof.Identity, fields = provenFields(identityColumns, fields)
	proof.Texts, _ = provenFields(textColumns, fields)
	for i, column := range documentColumns {
		proof.Documents = append(proof.Documents, seal.Document{Column: column, Value: row.content.Documents[i]})
	}
	proof.Salt, proof.IdentityDigest, proof.DocumentsDigest = row.digests.Salt, row.digests.Identity, row.digests.Documents
	return proof, nil
}

func provenFields(columns []string, fields [][]byte) (proven []seal.Field, rest [][]byte) {
	for i, column := range columns {
		field := seal.Field{Column: column}
		switch {
		case fields[i] == nil:
		case slices.Contains(binaryColumns, column):
			field.Bytes = fields[i]
		default:
			text := string(fields[i])
			field.Text = &text
		}
		proven = append(proven, field)
	}
	return proven, fields[len(columns):]
}

// contentOf looks for an id where ids of its time are, and then everywhere.
func (v *Verifier) contentOf(ctx context.Context, id model.ID) (row *storedContent, fields [][]byte, err error) {
	rows, err := v.pool.Query(ctx, compose(sql.ContentOf, contentColumns, ""), binaryResults, [16]byte(id))
	if err != nil {
		return nil, nil, fmt.Errorf("look for the activity: %w", err)
	}
	found, err := pgx.CollectOneRow(rows, func(row pgx.CollectableRow) (storedContent, error) {
		for _, field := range row.RawValues() {
			fields = append(fields, slices.Clone(field))
		}
		return readContent(fields), nil
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil, ErrNoActivity
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the activity: %w", err)
	}
	return &found, fields, nil
}

// sealOf returns the seal that lists a row, and the row's place in it.
func (v *Verifier) sealOf(ctx context.Context, row *storedContent) (sealed *seal.Seal, index uint64, err error) {
	hour := floor(row.at, microsPerHour)
	seals, err := v.seals(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = pgx.BeginTxFunc(ctx, v.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		leaf := row.leaf(seal.Digest{})
		for i := range seals {
			if seals[i].Hour != hour {
				continue
			}
			at, found, err := newSealedList(tx, seals[i].Sequence).position(ctx, &leaf)
			if err != nil {
				return err
			}
			if found {
				sealed, index = &seals[i], at
				return nil
			}
		}
		return ErrNotSealed
	})
	return sealed, index, err
}

// position is the place of a leaf in the list.
func (l *sealedList) position(ctx context.Context, leaf *seal.Leaf) (index uint64, found bool, err error) {
	for ; ; index++ {
		front, err := l.front(ctx)
		if err != nil || front == nil {
			return 0, false, err
		}
		if order := front.Compare(leaf); order >= 0 {
			return index, order == 0, nil
		}
		l.next()
	}
}

// path goes through the rows of a seal. They have to be those that were sealed.
func (v *Verifier) path(ctx context.Context, s *seal.Seal, index uint64) (hashes []seal.Digest, err error) {
	path := seal.NewPath(index, s.Rows)
	var page []hashed
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, v.pool, options, func(tx pgx.Tx) error {
		list := &sealedLists{all: []*sealedList{newSealedList(tx, s.Sequence)}}
		return eachPage(s.Hour, chunkLeaves, func(args []any) (last key, n int, err error) {
			page, err = readHashes(ctx, tx, args, page)
			if err != nil || len(page) == 0 {
				return last, 0, err
			}
			for i := range page {
				leaf := page[i].leaf(seal.Digest{})
				listed, err := list.find(ctx, &leaf, nil)
				if err != nil {
					return last, 0, err
				}
				if listed != nil {
					path.Add(page[i].content)
				}
			}
			return page[len(page)-1].key, len(page), nil
		})
	})
	return path.Hashes(), err
}
