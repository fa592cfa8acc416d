package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// tampering is what somebody does by hand, and what verification has to say to it.
type tampering struct {
	what   string
	source string
	// app is where the statement runs, else it is the trail. It returns the key of the
	// audit row.
	app  bool
	sql  string
	kind string
}

const (
	missingActivity = "missing_activity"
	missingAuditRow = "missing_audit_row"
	changed         = "changed"
)

// anActivity chooses one that was made of an audit row.
const anActivity = `(SELECT id FROM activity.activity WHERE attributes ->> 'activity.migration.source' = '%s'
	ORDER BY (attributes ->> 'activity.migration.key')::bigint LIMIT 1 OFFSET %d)`

var tamperings = []tampering{
	{
		"an audit row is deleted", "audit.record_version", true,
		"DELETE FROM audit.record_version WHERE id = (SELECT id FROM audit.record_version ORDER BY id LIMIT 1 OFFSET 1000) RETURNING id", missingAuditRow,
	},
	{
		"an audit row is changed", "audit.logged_actions", true,
		`UPDATE audit.logged_actions SET row_data = row_data || 'amount=>1000000' WHERE event_id =
			(SELECT event_id FROM audit.logged_actions WHERE action = 'I' ORDER BY event_id LIMIT 1 OFFSET 100) RETURNING event_id`, changed,
	},
	{
		"an audit row is added", "public.account_log", true,
		`INSERT INTO account_log (id, version, balance, note, trigger_mode, trigger_tuple, trigger_changed, trigger_user, trigger_id)
		 SELECT 77, -77, 0, 'made up', 'INSERT', 'new', now() - interval '50 days', 'shop', 0 RETURNING trigger_id`, missingActivity,
	},
	{
		"an activity is deleted", "audit.record_version", false,
		"DELETE FROM activity.activity WHERE id = " + fmt.Sprintf(anActivity, "audit.record_version", 50) +
			" RETURNING (attributes ->> 'activity.migration.key')::bigint", missingActivity,
	},
	{
		"an activity is changed", "audit.record_version", false,
		`UPDATE activity.activity SET changes = jsonb_set(changes, '{after,name}', '"somebody else"') WHERE id = ` +
			fmt.Sprintf(anActivity, "audit.record_version", 60) + " RETURNING (attributes ->> 'activity.migration.key')::bigint", changed,
	},
	{
		"an activity is added", "audit.logged_actions", false,
		`INSERT INTO activity.activity (occurred_at, resource_id, severity_number, id, source, status, severity, action, entity_type, entity_id, attributes)
		 SELECT occurred_at, resource_id, severity_number, gen_random_uuid(), source, status, severity, action, entity_type, entity_id,
		        attributes || '{"activity.migration.key": -5}'
		 FROM activity.activity WHERE id = ` + fmt.Sprintf(anActivity, "audit.logged_actions", 70) + " RETURNING -5::bigint", missingAuditRow,
	},
}

// sabotage tampers with both sides of what was verified, and has it verified again.
func sabotage(ctx context.Context, r *rig) error {
	l := r.startLoad(ctx)
	err := r.start(ctx)
	if err == nil {
		err = r.cutOver(ctx, phaseTime)
	}
	if err == nil {
		err = r.untilVerified(ctx)
	}
	if err = errors.Join(err, l.end()); err != nil {
		return fmt.Errorf("%w\n%s", err, r.describe(ctx))
	}
	keys, err := r.tamper(ctx)
	if err != nil {
		return err
	}
	if err := r.verifyAgain(ctx); err != nil {
		return err
	}
	return r.judgeNames(ctx, keys)
}

// tamper returns the key of each tampering's audit row.
func (r *rig) tamper(ctx context.Context) ([]int64, error) {
	keys := make([]int64, len(tamperings))
	for i, t := range tamperings {
		pool := r.trailPool
		if t.app {
			pool = r.appPool
		}
		key, err := column[int64](ctx, pool, t.sql)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.what, err)
		}
		if len(key) != 1 {
			return nil, fmt.Errorf("%s: %d rows are", t.what, len(key))
		}
		keys[i] = key[0]
	}
	return keys, nil
}

// verifyAgain waits until a new comparison has run to its end.
func (r *rig) verifyAgain(ctx context.Context) error {
	if err := r.command(ctx, store.CommandResume); err != nil {
		return err
	}
	return r.wait(ctx, phaseTime, "nothing was compared again", func(ctx context.Context) (bool, error) {
		m, err := r.migrations.Get(ctx, r.id)
		return err == nil && !m.VerifiedAt.IsZero(), err
	})
}

func (r *rig) judgeNames(ctx context.Context, keys []int64) error {
	found, err := r.migrations.Differences(ctx, r.id, 0)
	if err != nil {
		return err
	}
	for i := range found {
		d := &found[i]
		key := int64(-1)
		if d.SourceKey != nil {
			key = *d.SourceKey
		}
		progress("found: %s %s, key %d, of %s: %s", d.Source, d.Kind, key, d.OccurredAt.Format(time.RFC3339), d.Detail)
	}
	named := 0
	for i, t := range tamperings {
		if slices.ContainsFunc(found, func(d store.Difference) bool {
			return d.Source == t.source && d.Kind == t.kind && d.SourceKey != nil && *d.SourceKey == keys[i]
		}) {
			named++
		} else {
			err = errors.Join(err, fmt.Errorf("%s, key %d of %s, and nothing says so", t.what, keys[i], t.source))
		}
	}
	result("migration_sabotage_named", fmt.Sprintf("%d/%d", named, len(tamperings)), "tamperings")
	if len(found) != len(tamperings) {
		err = errors.Join(err, fmt.Errorf("%d differences were found where there are %d", len(found), len(tamperings)))
	}
	return err
}
