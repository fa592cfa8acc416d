package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

// cursorKey is the same in every process, so that a cursor lives on from one
// call to the next. It guards against damaged cursors and mixed-up filters; there
// is nobody to guard against here: whoever runs the command has the database.
var cursorKey = sha256.Sum256([]byte("activityctl cursor"))

func newQueryCommand() *cobra.Command {
	q := &query{}
	cmd := &cobra.Command{
		Use:   "query",
		Short: "List activities, newest first",
		Long: `query lists activities, newest first.

` + filterHelp + `

When there are more, the last line on standard error is "next cursor: …". Repeat
the command with --cursor to go on from there; the filters must be the same, the
times may move. Printing stops early when a search takes too long, and says how
far back it went; --cursor goes on from there too.

With -o ndjson each line is an object whose keys are the columns of
activity.activity; absent values are left out, metadata, changes and attributes
are objects.`,
		Example: `  # What failed in the last two hours
  activityctl query --status failure --from 2h
  # The history of one order, from its beginning
  activityctl query --entity order:4711 --oldest-first
  # What ann did on one day, but for logins
  activityctl query --actor ann --action=-session.login --from 2026-03-01 --to 2026-03-02
  # Everything of a project, for another program
  activityctl query --project shop --limit 0 -o ndjson | jq -c '[.action, .metadata]'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return q.run(cmd) },
	}
	q.db.register(cmd.Flags())
	q.filter.register(cmd.Flags())
	q.output.register(cmd.Flags())
	cmd.Flags().IntVar(&q.limit, "limit", store.DefaultPageSize, "print at most so many; 0 is all")
	cmd.Flags().StringVar(&q.cursor, "cursor", "", "go on from where another query stopped")
	cmd.Flags().BoolVar(&q.oldestFirst, "oldest-first", false, "list in the order in which things happened")
	cmd.Flags().DurationVar(&q.timeout, "timeout", 30*time.Second, "how long one step of the search may take")
	return cmd
}

// query is one call of the command query.
type query struct {
	db          database
	filter      filterFlags
	output      output
	limit       int
	cursor      string
	oldestFirst bool
	timeout     time.Duration
}

func (q *query) run(cmd *cobra.Command) error {
	if q.limit < 0 {
		return &usageError{fmt.Errorf("--limit %d: want 0 for all, or a number of activities", q.limit)}
	}
	pool, err := q.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	reader := store.NewReader(pool, store.ReaderSettings{CursorKey: cursorKey[:], Timeout: q.timeout})
	out := q.output.printer(cmd.OutOrStdout())
	last, err := q.pages(cmd.Context(), reader, out)
	if err := errors.Join(asUsage(err), out.flush()); err != nil {
		return explain(err)
	}
	if !last.SearchedTo.IsZero() {
		cmd.PrintErrf("The time was up at %s; there may be more beyond.\n", stampTime(last.SearchedTo))
	}
	if last.Next != "" {
		cmd.PrintErrf("next cursor: %s\n", last.Next)
	}
	return nil
}

// pages prints up to the limit, and returns the last page that it read.
func (q *query) pages(ctx context.Context, reader *store.Reader, out printer) (store.Page, error) {
	request := store.PageRequest{Cursor: q.cursor, Documents: q.output == outputNDJSON}
	if q.oldestFirst {
		request.Order = store.OldestFirst
	}
	for remaining := q.limit; ; {
		request.Limit = store.MaxPageSize
		if q.limit > 0 {
			request.Limit = min(remaining, store.MaxPageSize)
		}
		page, err := reader.List(ctx, q.filter.filter(), request)
		if err != nil {
			return page, err
		}
		for i := range page.Records {
			if err := out.print(&page.Records[i]); err != nil {
				return page, err
			}
		}
		remaining -= len(page.Records)
		if page.Next == "" || !page.SearchedTo.IsZero() || q.limit > 0 && remaining == 0 {
			return page, nil
		}
		if err := out.flush(); err != nil {
			return page, err
		}
		request.Cursor = page.Next
	}
}

// asUsage marks what the command line is to blame for.
func asUsage(err error) error {
	_, wrong := errors.AsType[*store.FilterError](err)
	if wrong || errors.Is(err, store.ErrCursorInvalid) || errors.Is(err, store.ErrCursorFilter) {
		return &usageError{err}
	}
	return err
}
