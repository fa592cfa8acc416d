package main

import (
	"context"
	_ "embed"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	//go:embed bulk.sql
	bulkSQL string
	//go:embed long.sql
	longSQL string

	bulkStatements    = statements(bulkSQL)
	longOpen, longEnd = halves(longSQL)
)

// statements are the lines that aren't comments.
func statements(of string) (all []string) {
	for line := range strings.Lines(of) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			all = append(all, line)
		}
	}
	return all
}

func halves(of string) (open, end []string) {
	for _, line := range statements(of) {
		first, second, _ := strings.Cut(line, "; ")
		open, end = append(open, first), append(end, second)
	}
	return open, end
}

// bulk changes many rows at once, now and then.
func (l *load) bulk(ctx context.Context, random *rand.Rand) error {
	conn, err := pgx.Connect(ctx, l.rig.app)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for !l.stopped() {
		l.pause(random, time.Second, 3*time.Second)
		if _, err := conn.Exec(ctx, bulkStatements[random.IntN(len(bulkStatements))]); err != nil {
			return err
		}
	}
	return nil
}

// long holds transactions open, with gaps between them in which a fence can have its lock.
func (l *load) long(ctx context.Context, random *rand.Rand) error {
	conn, err := pgx.Connect(ctx, l.rig.app)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for !l.stopped() {
		if err := l.longTransaction(ctx, conn, random); err != nil {
			return err
		}
		l.pause(random, 200*time.Millisecond, time.Second)
	}
	return nil
}

func (l *load) longTransaction(ctx context.Context, conn *pgx.Conn, random *rand.Rand) error {
	which := random.IntN(len(longOpen))
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, longOpen[which]); err != nil {
		return err
	}
	l.pause(random, 500*time.Millisecond, 3*time.Second)
	if _, err := tx.Exec(ctx, longEnd[which]); err != nil {
		return err
	}
	if random.IntN(5) == 0 {
		return tx.Rollback(ctx)
	}
	return tx.Commit(ctx)
}
