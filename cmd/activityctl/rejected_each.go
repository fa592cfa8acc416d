package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

func withDeadLetters(ctx context.Context, db *database, work func(*pgxpool.Pool) error) error {
	pool, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer pool.Close()
	return explain(work(pool))
}

// ids takes between least and most UUIDs.
func ids(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return &usageError{errors.New(cmd.CommandPath() + " takes an id, as \"activityctl rejected list\" prints it")}
		}
		for _, arg := range args {
			if _, err := uuid.Parse(arg); err != nil {
				return &usageError{fmt.Errorf("%q is no id: want a UUID", arg)}
			}
		}
		return nil
	}
}

// idsOrAll takes ids, or the flag that stands for all of them.
func idsOrAll(all *bool) cobra.PositionalArgs {
	const many = 1 << 20
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case *all && len(args) > 0:
			return &usageError{errors.New("give ids or --all, not both")}
		case *all:
			return nil
		case len(args) == 0:
			return &usageError{errors.New("give ids, or --all")}
		default:
			return ids(1, many)(cmd, args)
		}
	}
}

// parseID reads what ids has checked.
func parseID(s string) model.ID {
	id, _ := uuid.Parse(s)
	return model.ID(id)
}

// chosenLetters visits the dead letters of ids, or all of them.
func chosenLetters(ctx context.Context, pool *pgxpool.Pool, args []string, all bool, visit func(context.Context, *store.Rejected) error) error {
	if all {
		return eachLetter(ctx, pool, "", 0, func(l *store.Rejected) error { return visit(ctx, l) })
	}
	letters := store.NewDeadLetters(pool)
	for _, arg := range args {
		letter, _, err := letters.Read(ctx, parseID(arg))
		if err != nil {
			return fmt.Errorf("%s: %w", arg, err)
		}
		if err := visit(ctx, &letter); err != nil {
			return err
		}
	}
	return nil
}

// eachLetter visits dead letters, newest first, at most limit of them, 0 for all. The
// visitor may drop them: the cursor doesn't mind.
func eachLetter(ctx context.Context, pool *pgxpool.Pool, project string, limit int, visit func(*store.Rejected) error) error {
	reader := store.NewReader(pool, store.ReaderSettings{CursorKey: cursorKey[:]})
	var match store.Match
	if project != "" {
		match.Any = []string{project}
	}
	for cursor, left := "", limit; ; {
		size := store.MaxPageSize
		if limit > 0 {
			size = min(left, size)
		}
		letters, next, err := reader.Rejected(ctx, match, cursor, size)
		if err != nil {
			return err
		}
		for i := range letters {
			if err := visit(&letters[i]); err != nil {
				return err
			}
		}
		left -= len(letters)
		if next == "" || limit > 0 && left == 0 {
			return nil
		}
		cursor = next
	}
}
