package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const applicationName = "otel-activity"

// sessionSettings end what a lost client would leave behind, and waits that mean
// that something is wrong. They are set by a statement because a connection
// pooler in between refuses them as parameters of the start.
const sessionSettings = "SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'"

var errDSN = errors.New("not a connection string of Postgres: write a URL, postgres://user:password@host:5432/database with special characters of the password percent-encoded, or pairs such as host=localhost user=activity dbname=activity")

// CheckDSN says whether dsn can be a connection string. Its error quotes nothing
// of it.
func CheckDSN(dsn string) error {
	if dsn == "" {
		return errDSN
	}
	_, err := ParseDSN(dsn)
	return err
}

// ParseDSN reads a connection string; an empty one is what libpq's variables of the
// environment say. Its error quotes nothing of dsn: a string that can't be parsed may
// show its password anywhere.
func ParseDSN(dsn string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(dsn)
	switch {
	case err != nil && dsn == "":
		return nil, fmt.Errorf("read the environment: %w", err)
	case err != nil, strings.Contains(config.ConnConfig.Database, "@"):
		// With a slash in it, a password becomes the name of a database.
		return nil, errDSN
	}
	return config, nil
}

// Open makes a pool of at most maxConnections connections. It doesn't connect:
// a database that is away is no reason not to start.
func Open(dsn string, maxConnections int) (*pgxpool.Pool, error) {
	if err := CheckDSN(dsn); err != nil {
		return nil, err
	}
	config, err := ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(min(max(maxConnections, 1), 1000))
	parameters := config.ConnConfig.RuntimeParams
	if parameters["application_name"] == "" {
		parameters["application_name"] = applicationName
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, sessionSettings)
		return err
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, fmt.Errorf("make a pool of connections: %w", err)
	}
	return pool, nil
}
