package migration

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// unhurriedConnections are for a chunk and for noting it.
const unhurriedConnections = 2

// unhurried makes a pool whose commits don't wait for the disk. Where trail and application
// share a server, each wait of a chunk is one of the application's commits too: its p99 was
// twice as long. Nothing is at stake: after a crash of the trail's database a chunk is
// missing together with the note that it was written, which comes behind it.
func unhurried(trail *pgxpool.Pool) (*pgxpool.Pool, error) {
	config := trail.Config()
	config.MaxConns = unhurriedConnections
	connected := config.AfterConnect
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if connected != nil {
			if err := connected(ctx, conn); err != nil {
				return err
			}
		}
		_, err := conn.Exec(ctx, "SET synchronous_commit = off")
		return err
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, fmt.Errorf("make a pool of connections: %w", err)
	}
	return pool, nil
}
