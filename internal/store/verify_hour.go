package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

const verifyPage = 1024

// hourCheck holds one hour against its seals: rows and lists go by in the order of
// the keys, both once.
type hourCheck struct {
	tx     pgx.Tx
	result *Verification
	hour   model.Micros
	lists  *sealedLists
	hasher seal.Hasher
	checks []sealCheck // one for each seal

	// What retention took out of the time around, nil for nothing.
	retired *retired
	rows    int64 // that are there

	// Rows that no seal has, and those of them without a hash; the first of each.
	unlisted, unhashed           int64
	firstUnlisted, firstUnhashed key
}

// sealCheck is what was seen of one seal.
type sealCheck struct {
	seal seal.Seal
	tree seal.Tree
	bad  bool // a row of it was found to be wrong
}

func (v *Verifier) checkHour(ctx context.Context, hour model.Micros, seals []seal.Seal, retired retirements, result *Verification) (err error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, v.pool, options, func(tx pgx.Tx) error {
		c := &hourCheck{tx: tx, result: result, hour: hour, lists: &sealedLists{}}
		for i := range seals {
			c.checks = append(c.checks, sealCheck{seal: seals[i]})
			c.lists.all = append(c.lists.all, newSealedList(tx, seals[i].Sequence))
		}
		if c.retired, err = retired.of(ctx, tx, hour); err != nil {
			return err
		}
		err := eachPage(hour, verifyPage, func(args []any) (key, int, error) { return c.page(ctx, args) })
		if err != nil {
			return err
		}
		if err := c.restOfLists(ctx); err != nil {
			return err
		}
		c.checkSeals()
		return c.checkUnlisted(ctx)
	})
}

func (c *hourCheck) page(ctx context.Context, args []any) (last key, n int, err error) {
	rows, err := c.tx.Query(ctx, compose(sql.VerifyRows, contentColumns, ""), args...)
	if err != nil {
		return last, 0, fmt.Errorf("read rows: %w", err)
	}
	page, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (storedContent, error) {
		return readContent(row.RawValues()), nil
	})
	if err != nil || len(page) == 0 {
		return last, 0, err
	}
	c.rows += int64(len(page))
	for i := range page {
		if err := c.row(ctx, &page[i]); err != nil {
			return last, 0, err
		}
	}
	return page[len(page)-1].key, len(page), nil
}

// row checks one row.
func (c *hourCheck) row(ctx context.Context, row *storedContent) error {
	sum, readable := row.sum(&c.hasher)
	leaf := row.leaf(sum)
	list, err := c.lists.find(ctx, &leaf, c.removed)
	if err != nil {
		return err
	}
	if list == nil {
		c.unsealed(row, readable && sum.Same(row.hash))
		return nil
	}
	front := list.leaves[0]
	list.next()
	check := c.of(list)
	check.tree.Add(sum)
	c.result.Rows++
	if row.digests.Identity != nil || row.digests.Documents != nil {
		c.result.Erased++
	}
	if !readable || front.Fingerprint != leaf.Fingerprint || !sum.Same(row.hash) {
		check.bad = true
		c.found(FindingChanged, check.seal.Sequence, row.key, "its content doesn't have the hash that was sealed")
	}
	return nil
}

// unsealed counts a row that no seal has.
func (c *hourCheck) unsealed(row *storedContent, intact bool) {
	if row.hash == nil {
		if c.unhashed++; c.unhashed == 1 {
			c.firstUnhashed = row.key
		}
		return
	}
	if c.unlisted++; c.unlisted == 1 {
		c.firstUnlisted = row.key
	}
	if !intact {
		c.found(FindingChanged, 0, row.key, "its content doesn't have the hash that was written with it; it isn't sealed yet")
	}
}

func (c *hourCheck) removed(list *sealedList, leaf *seal.Leaf) error {
	check := c.of(list)
	check.bad = true
	if c.retired != nil {
		c.retired.missing++
		return nil
	}
	c.found(FindingRemoved, check.seal.Sequence, key{at: leaf.At, id: leaf.ID}, "it was sealed and isn't there")
	return nil
}

func (c *hourCheck) restOfLists(ctx context.Context) error {
	end := seal.Leaf{At: c.hour + microsPerHour}
	_, err := c.lists.find(ctx, &end, c.removed)
	return err
}

func (c *hourCheck) of(list *sealedList) *sealCheck {
	for i := range c.checks {
		if c.checks[i].seal.Sequence == list.sequence {
			return &c.checks[i]
		}
	}
	panic("a list of no seal")
}

// checkSeals holds lists and roots against what was signed.
func (c *hourCheck) checkSeals() {
	for i := range c.checks {
		check, list := &c.checks[i], c.lists.all[i]
		s := &check.seal
		switch {
		case list.broken, string(list.sum.Sum(nil)) != string(s.Leaves[:]):
			c.found(FindingSeal, s.Sequence, key{}, "its list of rows was changed: a row that it should name may not be named")
		case !check.bad && (check.tree.Root() != s.Root || check.tree.Size() != s.Rows):
			c.found(FindingSeal, s.Sequence, key{}, "the root over its rows is another, and no single row shows why")
		}
	}
}

// checkUnlisted says whether the rows under no seal are those that came since: each
// row that the writer brings is counted. What nobody counted was put in by hand.
func (c *hourCheck) checkUnlisted(ctx context.Context) error {
	var counted int64
	if err := c.tx.QueryRow(ctx, sql.SealCounted, c.hour.Time()).Scan(&counted); err != nil {
		return fmt.Errorf("read the counts: %w", err)
	}
	c.result.Unhashed += c.unhashed
	c.result.Late += c.unlisted
	if c.retired != nil {
		c.checkRest(counted)
		return nil
	}
	last := &c.checks[len(c.checks)-1].seal
	late := counted - int64(last.Counted)                  //nolint:gosec // a count of rows
	came := c.unlisted + c.unhashed - int64(last.Unhashed) //nolint:gosec // as above
	first := c.firstUnlisted
	if c.unlisted == 0 {
		first = c.firstUnhashed
	}
	switch {
	case came > late:
		c.found(FindingAdded, 0, first, fmt.Sprintf("%d rows came since the last seal, and %d were counted", came, late))
	case came < late:
		c.found(FindingRemoved, 0, key{}, fmt.Sprintf("%d rows were counted since the last seal, and %d are there", late, came))
	}
	return nil
}

// checkRest is for an hour of which retention has removed rows: what was counted at the
// last seal, with or without these, says nothing any more.
func (c *hourCheck) checkRest(counted int64) {
	text := fmt.Sprintf("%d rows are left, and %d are counted", c.rows, counted)
	switch {
	case c.rows > counted:
		c.found(FindingAdded, 0, c.firstUnlisted, text)
	case c.rows < counted:
		c.found(FindingRemoved, 0, key{}, text)
	}
}

func (c *hourCheck) found(kind FindingKind, sequence uint64, row key, text string) {
	c.result.found(Finding{Kind: kind, Sequence: sequence, Hour: c.hour, At: row.at, ID: row.id, Text: text})
}
