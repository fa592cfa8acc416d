package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var _ pgx.QueryTracer = (*sent)(nil)

// sent keeps the statements that a connection was sent, while it keeps any.
type sent struct {
	keeps      bool
	statements []statement
}

type statement struct {
	sql  string
	args []any // without pgx's options
	// planned says that the session keeps a plan for the statement.
	planned bool
}

func (s *sent) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if !s.keeps {
		return ctx
	}
	one := statement{sql: data.SQL, args: data.Args}
	if len(data.Args) > 0 {
		if mode, ok := data.Args[0].(pgx.QueryExecMode); ok {
			one.args, one.planned = data.Args[1:], mode == pgx.QueryExecModeCacheStatement
		}
	}
	s.statements = append(s.statements, one)
	return ctx
}

func (*sent) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// plannings asks the questions once more and has Postgres tell how long it planned the
// statements of each, all of them together, on one session.
func plannings(ctx context.Context, dsn string, runs int, questions func(*pgxpool.Pool) []question) (map[string]durations, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	var s sent
	config.MaxConns, config.ConnConfig.Tracer = 1, &s
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	took := make(map[string]durations)
	for _, q := range questions(pool) {
		for i := range runs {
			s.statements, s.keeps = nil, true
			err := q.ask(ctx, i)
			s.keeps = false
			if err != nil {
				return nil, fmt.Errorf("%s: %w", q.name, err)
			}
			planned, err := explain(ctx, pool, s.statements)
			if err != nil {
				return nil, fmt.Errorf("plan %s: %w", q.name, err)
			}
			took[q.name] = append(took[q.name], planned)
		}
		slices.Sort(took[q.name])
	}
	return took, nil
}

// explain repeats a transaction, its statements as EXPLAIN.
func explain(ctx context.Context, pool *pgxpool.Pool, statements []statement) (took time.Duration, err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	for _, s := range statements {
		if !reads(s.sql) {
			if _, err := conn.Exec(ctx, s.sql, s.args...); err != nil { // begins or ends it, or sets something
				return 0, err
			}
			continue
		}
		one, err := planningTime(ctx, conn.Conn(), s)
		if err != nil {
			return 0, err
		}
		took += one
	}
	return took, nil
}

func reads(sql string) bool {
	for strings.HasPrefix(sql, "--") {
		_, sql, _ = strings.Cut(sql, "\n")
	}
	sql = strings.TrimSpace(sql)
	return strings.HasPrefix(sql, "SELECT") || strings.HasPrefix(sql, "WITH")
}

func planningTime(ctx context.Context, conn *pgx.Conn, s statement) (time.Duration, error) {
	what, args := s.sql, append([]any{pgx.QueryExecModeCacheDescribe}, s.args...)
	if s.planned {
		prepared, err := conn.Prepare(ctx, s.sql, s.sql)
		if err != nil {
			return 0, err
		}
		what, args = "EXECUTE "+pgx.Identifier{prepared.Name}.Sanitize()+literals(s.args), nil
	}
	rows, err := conn.Query(ctx, "EXPLAIN (SUMMARY) "+what, args...)
	if err != nil {
		return 0, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, err
	}
	for _, line := range lines {
		if ms, ok := strings.CutPrefix(line, "Planning Time: "); ok {
			value, err := strconv.ParseFloat(strings.TrimSuffix(ms, " ms"), 64)
			return time.Duration(value * float64(time.Millisecond)), err
		}
	}
	return 0, fmt.Errorf("EXPLAIN says nothing of its planning time: %v", lines)
}

// literals are the arguments of EXECUTE, which takes no parameters.
func literals(args []any) string {
	if len(args) == 0 {
		return ""
	}
	texts := make([]string, len(args))
	for i, arg := range args {
		switch value := arg.(type) {
		case time.Time:
			texts[i] = quote(value.UTC().Format("2006-01-02 15:04:05.999999Z07:00"))
		case [16]byte:
			texts[i] = quote(hex.EncodeToString(value[:]))
		case []byte:
			texts[i] = quote(`\x` + hex.EncodeToString(value))
		default:
			texts[i] = quote(fmt.Sprint(value))
		}
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
