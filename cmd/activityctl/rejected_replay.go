package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// replay writes dead letters again.
type replay struct {
	letters *store.DeadLetters
	writer  *store.Writer
	mapper  *logmap.Mapper
	batch   store.Batch
	// stored counts those that were in the trail already, too.
	stored, refused int
}

func newReplay(pool *pgxpool.Pool) *replay {
	return &replay{
		letters: store.NewDeadLetters(pool), writer: store.NewWriter(pool),
		mapper: logmap.New(logmap.DefaultLimits(), time.Now),
	}
}

// replay maps and writes one letter, and drops it when it is stored. When the program
// ends between the two, the next time finds the row, and drops the letter then.
func (r *replay) replay(ctx context.Context, letter *store.Rejected) error {
	_, payload, err := r.letters.Read(ctx, letter.ID)
	if err != nil {
		return fmt.Errorf("%s: %w", letter.ID, err)
	}
	if len(payload) == 0 {
		r.refused++ // it was too great to be kept: only its reason is left
		return nil
	}
	request := plogotlp.NewExportRequest()
	if err := request.UnmarshalProto(payload); err != nil {
		return fmt.Errorf("%s: read what was sent: %w", letter.ID, err)
	}
	r.batch.Reset()
	r.mapper.MapLogs(request.Logs(), letter.RejectedAt, r.batch.AddResource,
		func(_ logmap.Ref, a *model.Activity) { r.batch.Append(a) })
	result, err := r.writer.Write(ctx, &r.batch, func(int) []byte { return payload })
	if err != nil {
		return err
	}
	if result.Rejected > 0 {
		r.refused++
		return nil
	}
	r.stored++
	return r.letters.Drop(ctx, letter)
}
