package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

const (
	// suggestedSince is how far back words to choose from are looked for, in days.
	suggestedSince = 90
	// suggestedFrom is how many of the newest activities they come from.
	suggestedFrom = 5_000
)

// Suggest returns values of a field that begin with prefix, the most frequent
// first, at most limit. The fields are those of Facets, and entity_id.
func (r *Reader) Suggest(ctx context.Context, field, prefix string, project Match, limit int) ([]string, error) {
	if err := sendable("prefix", prefix); err != nil {
		return nil, err
	}
	switch field {
	case "severity":
		return wordsWith(model.SeverityWords(), prefix, limit), nil
	case "status":
		return wordsWith(model.StatusWords(), prefix, limit), nil
	case "source":
		return wordsWith(model.SourceWords(), prefix, limit), nil
	}
	f := r.scope.within(Filter{Project: project})
	since := time.Now().AddDate(0, 0, -suggestedSince)
	var found []string
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) (err error) {
		pattern := likePrefix(prefix)
		switch field {
		case "action":
			found, err = r.texts(ctx, tx, sql.SuggestActions, &f, since, pattern, limit)
		case "project":
			found, err = r.texts(ctx, tx, sql.SuggestProjects, &f, since, pattern, limit)
		case "actor", "entity_type", "entity_id":
			newest := strings.Replace(sql.SuggestRows, "/* value */", column(Dimension(field)), 1)
			found, err = r.texts(ctx, tx, newest, &f, since, pattern, limit, suggestedFrom)
			if err == nil && field == "actor" && len(found) == 0 && prefix != "" {
				found, err = r.texts(ctx, tx, sql.SuggestActors, &f, since, prefix, prefix+lastRune, limit)
			}
		default:
			return &FilterError{Field: "field", Value: field, Reason: "want one of " + strings.Join(FacetFields(), ", ") + ", entity_id"}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("suggest values: %w", r.tooSlow(ctx, err))
	}
	return found, nil
}

// lastRune sorts behind everything that people write.
const lastRune = "\U0010FFFF"

func (r *Reader) texts(ctx context.Context, tx pgx.Tx, statement string, f *Filter, args ...any) ([]string, error) {
	statement, args, err := filtered(statement, f, args...)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, statement, r.arguments(planEach, args)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// likePrefix is the pattern of what begins with prefix.
func likePrefix(prefix string) string { return likeLiteral.Replace(prefix) + "%" }

// wordsWith are the words that begin with prefix, in any case.
func wordsWith(words []string, prefix string, limit int) []string {
	found := slices.DeleteFunc(slices.Clone(words), func(word string) bool {
		return !strings.HasPrefix(word, strings.ToLower(prefix))
	})
	return found[:min(limit, len(found))]
}
