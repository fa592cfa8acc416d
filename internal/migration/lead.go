package migration

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed lead.sql
var leadSQL string

// lead takes the lock of this database and works for as long as it holds it. The lock is
// the session's: it ends with the connection, and with the process.
func (r *Runner) lead(ctx context.Context) error {
	database := r.Database()
	if database == "" {
		return nil
	}
	// Not from the pool, whose connections have to go back to it.
	conn, err := pgx.ConnectConfig(ctx, r.Trail.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connect to the trail's database: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var leads bool
	if err := conn.QueryRow(ctx, leadSQL, database).Scan(&leads); err != nil {
		return fmt.Errorf("ask for the lock of migrations: %w", err)
	}
	if !leads {
		return nil // another Collector does
	}
	return r.steps(ctx, func(ctx context.Context) error {
		if err := conn.Ping(ctx); err != nil {
			return fmt.Errorf("hold the lock of migrations: %w", err)
		}
		return nil
	})
}
