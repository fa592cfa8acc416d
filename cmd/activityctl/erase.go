package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/semconv"
)

// eraseAction is the action of the activity that says that somebody was erased.
const eraseAction = "actor.erase"

func newEraseCommand() *cobra.Command {
	e := &erasure{}
	cmd := &cobra.Command{
		Use:   "erase",
		Short: "Take a person out of the trail, and leave its seals whole",
		Long: `erase takes a person out of all activities that name them as the actor or as the one
on whose behalf: their id and name, the other one's with it, and the client's
address. What happened, to what and when, stays. With --documents it takes texts and
documents of these activities too (entity_name, details, reason, metadata, changes,
attributes), which may name the person. Dead letters in which the id stands go as a
whole. It can't be undone.

The seals hold on: what is erased is under them as salted digests, and the salt is
erased with it. That it was done is recorded as an activity, ` + eraseAction + `, which doesn't
say whom.

It doesn't look into entity_id, which is how other activities are found.`,
		Example: `  activityctl erase --actor user-4711 --by ann --reason "request of 2026-03-01"
  activityctl erase --actor user-4711 --documents --yes`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd) },
	}
	e.db.register(cmd.Flags())
	cmd.Flags().StringVar(&e.request.Actor, "actor", "", "the id of the person")
	cmd.Flags().BoolVar(&e.request.Documents, "documents", false, "erase texts and documents of their activities too")
	cmd.Flags().StringVar(&e.by, "by", "", "who erases, for the record")
	cmd.Flags().StringVar(&e.reason, "reason", "", "why, for the record; don't name the person")
	cmd.Flags().BoolVar(&e.yes, "yes", false, "really do it")
	return cmd
}

// erasure is one call of the command erase.
type erasure struct {
	db         database
	request    store.EraseRequest
	by, reason string
	yes        bool
}

func (e *erasure) run(cmd *cobra.Command) error {
	switch {
	case e.request.Actor == "":
		return &usageError{errors.New("name the person's id with --actor")}
	case !e.yes:
		return &usageError{errors.New("this can't be undone: add --yes to do it")}
	}
	pool, err := e.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	return explain(e.erase(cmd, pool))
}

// erase records that it begins, and how it ended: an erasure that broke off shows.
func (e *erasure) erase(cmd *cobra.Command, pool *pgxpool.Pool) error {
	operation := uuid.Must(uuid.NewV7()).String()
	if err := e.record(cmd.Context(), pool, operation, model.StatusPending, store.Erased{}); err != nil {
		return fmt.Errorf("record that it begins: %w", err)
	}
	var count atomic.Int64
	e.request.Progress = count.Store
	stop := watchProgress(cmd.ErrOrStderr(), func(int) string { return fmt.Sprintf("erased %d activities", count.Load()) })
	erased, err := store.NewEraser(pool).Run(cmd.Context(), e.request)
	stop()
	status := model.StatusSuccess
	if err != nil {
		status = model.StatusFailure
	}
	// Also when the user broke it off.
	recorded := e.record(context.WithoutCancel(cmd.Context()), pool, operation, status, erased)
	fmt.Fprintf(cmd.OutOrStdout(), "erased %d activities and %d dead letters\n", erased.Activities, erased.DeadLetters)
	if recorded != nil {
		recorded = fmt.Errorf("record how it ended: %w", recorded)
	}
	return errors.Join(err, recorded)
}

// record writes an activity about the erasure. It doesn't say who was erased.
func (e *erasure) record(ctx context.Context, pool *pgxpool.Pool, operation string, status model.Status, erased store.Erased) error {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr(string(semconv.ServiceNameKey), "activityctl")
	record := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	now := time.Now()
	record.SetEventName(eraseAction)
	record.SetTimestamp(pcommon.NewTimestampFromTime(now))
	attributes := record.Attributes()
	attributes.PutStr(string(semconv.LogRecordUIDKey), uuid.Must(uuid.NewV7()).String())
	attributes.PutStr(string(semconv.ActivityStatusKey), status.String())
	attributes.PutStr(string(semconv.ActivitySourceKey), model.SourceUser.String())
	attributes.PutStr(string(semconv.ActivityOperationIDKey), operation)
	attributes.PutStr(string(semconv.ActivityEntityTypeKey), "actor")
	if e.by != "" {
		attributes.PutStr(string(semconv.UserIDKey), e.by)
	}
	if e.reason != "" {
		attributes.PutStr(string(semconv.ActivityReasonKey), e.reason)
	}
	metadata := attributes.PutEmptyMap(string(semconv.ActivityMetadataKey))
	metadata.PutBool("documents", e.request.Documents)
	if status != model.StatusPending {
		metadata.PutInt("activities", erased.Activities)
		metadata.PutInt("dead_letters", erased.DeadLetters)
	}
	var batch store.Batch
	logmap.New(logmap.DefaultLimits(), time.Now).MapLogs(logs, now, batch.AddResource,
		func(_ logmap.Ref, a *model.Activity) { batch.Append(a) })
	_, err := store.NewWriter(pool).Write(ctx, &batch, nil)
	return err
}
