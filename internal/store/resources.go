package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// maxCachedResources bounds a cache that clients fill: each restart of an
// application brings a Resource of its own.
const maxCachedResources = 100_000

// resourceCache knows which resources the table has.
type resourceCache struct {
	mu    sync.Mutex
	known map[int64]struct{}
}

// store inserts the resources that aren't known, in a transaction before that of
// the rows: an entry too many does no harm, and a batch that is rolled back
// neither takes its resources with it nor has others wait for them.
func (c *resourceCache) store(ctx context.Context, conn *pgx.Conn, all []model.Resource) error {
	fresh := c.unknown(all)
	if len(fresh) == 0 {
		return nil
	}
	// One order for all writers, or they deadlock.
	slices.SortFunc(fresh, func(a, b *model.Resource) int { return cmp.Compare(a.ID, b.ID) })
	err := insertResources(ctx, conn, fresh)
	if Classify(err) == ClassRecord {
		err = insertEachResource(ctx, conn, fresh)
	}
	if err != nil {
		return fmt.Errorf("store %d resources: %w", len(fresh), err)
	}
	c.add(fresh)
	return nil
}

func (c *resourceCache) unknown(all []model.Resource) []*model.Resource {
	c.mu.Lock()
	defer c.mu.Unlock()
	var fresh []*model.Resource
	for i := range all {
		if _, ok := c.known[all[i].ID]; !ok {
			fresh = append(fresh, &all[i])
		}
	}
	return fresh
}

func (c *resourceCache) add(stored []*model.Resource) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known)+len(stored) > maxCachedResources {
		c.known = map[int64]struct{}{}
	}
	for _, r := range stored {
		c.known[r.ID] = struct{}{}
	}
}

// forget is for after an error: the database may be another one since, or an
// older one.
func (c *resourceCache) forget() {
	c.mu.Lock()
	c.known = nil
	c.mu.Unlock()
}

// insertEachResource keeps a resource that Postgres refuses from holding up its
// records: its id is stored alone.
func insertEachResource(ctx context.Context, conn *pgx.Conn, resources []*model.Resource) error {
	for _, r := range resources {
		err := insertResources(ctx, conn, []*model.Resource{r})
		if Classify(err) == ClassRecord {
			err = insertResources(ctx, conn, []*model.Resource{{ID: r.ID}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func insertResources(ctx context.Context, conn *pgx.Conn, resources []*model.Resource) error {
	n := len(resources)
	ids := make([]int64, n)
	schemas, scopes := make([]*string, n), make([]*string, n)
	versions, scopeSchemas := make([]*string, n), make([]*string, n)
	attributes, scopeAttributes := make([]*string, n), make([]*string, n)
	for i, r := range resources {
		ids[i] = r.ID
		schemas[i], scopes[i] = optional(r.SchemaURL), optional(r.ScopeName)
		versions[i], scopeSchemas[i] = optional(r.ScopeVersion), optional(r.ScopeSchemaURL)
		attributes[i], scopeAttributes[i] = optional(string(r.Attributes)), optional(string(r.ScopeAttributes))
	}
	_, err := conn.Exec(ctx, sql.WriteResources, ids, schemas, scopes, versions, scopeSchemas, attributes, scopeAttributes)
	return err
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
