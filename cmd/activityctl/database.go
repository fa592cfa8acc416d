package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/store"
)

const dsnVariable = "ACTIVITY_DSN"

// database is the --dsn flag and the connection that it leads to.
type database struct{ dsn string }

func (d *database) register(flags *pflag.FlagSet) {
	flags.StringVar(&d.dsn, "dsn", "",
		"database, as postgres://user@host/name or \"host=… dbname=…\"\n(default: $"+dsnVariable+", else libpq's PGHOST, PGDATABASE, …)")
}

// connect opens a pool and makes sure that the database answers, so that a wrong
// address ends the command at once.
func (d *database) connect(ctx context.Context) (*pgxpool.Pool, error) {
	dsn := d.dsn
	if dsn == "" {
		dsn = os.Getenv(dsnVariable)
	}
	config, err := store.ParseDSN(dsn)
	if err != nil {
		return nil, &usageError{fmt.Errorf("--dsn or $%s: %w", dsnVariable, err)}
	}
	config.MaxConns = 2
	parameters := config.ConnConfig.RuntimeParams
	if parameters["application_name"] == "" {
		parameters["application_name"] = "activityctl"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open a pool of connections: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("%s; name the database with --dsn or $%s", oneLine(err), dsnVariable)
	}
	return pool, nil
}

// oneLine writes an error that tells of several addresses in one line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// explain adds the remedy to an error of the database that has one.
func explain(err error) error {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	switch refused.Code {
	case "3F000", "42P01", "42883", "42703": // schema, table, function or column is missing
		return fmt.Errorf("%w; bring the database's schema up to date with \"activityctl schema up\"", err)
	case "42501":
		return fmt.Errorf("%w; connect as a role that has this right, or as the owner of schema activity", err)
	default:
		return err
	}
}
