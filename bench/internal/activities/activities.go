// Package activities makes activities for the benchmarks of writing.
package activities

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/otel-activity/otel-activity/bench/internal/zipf"
	"github.com/otel-activity/otel-activity/internal/model"
)

const (
	history  = 3 * 24 * time.Hour
	actors   = 1440
	entities = 18_000
	projects = 8
)

// Resource is what all of them have in common.
var Resource = model.Resource{
	ID: 1, ScopeName: "shop",
	Attributes: []byte(`{"service.name":"shop","service.version":"1.4.2","host.name":"shop-7f9c"}`),
}

var (
	verbs = []string{"create", "update", "approve", "cancel", "refund", "ship", "view", "export"}
	nouns = []string{"order", "invoice", "customer", "product", "payment"}
)

// Generate makes n activities of the last days in the order of their times, the
// same ones but for the day at each call.
func Generate(n int) []model.Activity {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // has to be the same at each call
	// The slopes are those of real actors and entities.
	actor, entity := zipf.New(actors, 1.55), zipf.New(entities, 0.83)
	action, project := zipf.New(len(verbs)*len(nouns), 1.1), zipf.New(projects, 0.7)
	start := time.Now().UTC().Truncate(24 * time.Hour).Add(-history)
	all := make([]model.Activity, n)
	for i := range all {
		at := start.Add(time.Duration(float64(history) * float64(i) / float64(n)))
		kind := action.Draw(r)
		noun := nouns[kind%len(nouns)]
		a := &all[i]
		*a = model.Activity{
			ID: uuid7(r, at), OccurredAt: model.MicrosOf(at), ObservedAt: model.MicrosOf(at.Add(time.Millisecond)),
			Source: source(r), Status: status(r), SeverityNumber: 9,
			Action: noun + "." + verbs[kind/len(nouns)], ProjectID: fmt.Sprintf("project-%d", project.Draw(r)),
			EntityType: noun, EntityID: fmt.Sprintf("%s-%06d", noun, entity.Draw(r)),
			ActorID: fmt.Sprintf("user-%04d", actor.Draw(r)), ActorType: "user",
			ServiceName: "shop", Environment: "production",
			ClientAddress: fmt.Sprintf("10.%d.%d.%d", r.IntN(4), r.IntN(256), r.IntN(256)),
			Details:       "The " + noun + " was changed by a member of the team in the back office.",
			Duration:      r.ExpFloat64() / 20, HasDuration: true, ResourceID: Resource.ID,
			Attributes: fmt.Appendf(nil, `{"http.route":"/api/v2/%ss/{id}","http.request.method":"POST","session.id":"%016x","user_agent.original":"Mozilla/5.0 (X11; Linux x86_64) Gecko"}`, noun, r.Uint64()),
		}
		if a.Status == model.StatusFailure {
			a.Severity, a.SeverityNumber, a.Reason = model.SeverityWarning, 13, "the card was declined"
		}
		if i%2 == 0 {
			binary.BigEndian.PutUint64(a.TraceID[:], r.Uint64())
			binary.BigEndian.PutUint64(a.TraceID[8:], r.Uint64())
			binary.BigEndian.PutUint64(a.SpanID[:], r.Uint64())
		}
		if i%4 == 0 {
			a.Changes = fmt.Appendf(nil, `{"before":{"state":"open","total":%d},"after":{"state":"paid","total":%d},"fields":["state","total"]}`, r.IntN(9999), r.IntN(9999))
		}
	}
	return all
}

func uuid7(r *rand.Rand, at time.Time) model.ID {
	var id model.ID
	binary.BigEndian.PutUint64(id[:], uint64(at.UnixMilli())<<16|0x7000|uint64(r.Uint32()&0x0fff))
	binary.BigEndian.PutUint64(id[8:], r.Uint64()&^(3<<62)|1<<63)
	return id
}

func source(r *rand.Rand) model.Source {
	if r.IntN(6) == 0 {
		return model.SourceSystem
	}
	return model.SourceUser
}

func status(r *rand.Rand) model.Status {
	if r.IntN(10) == 0 {
		return model.StatusFailure
	}
	return model.StatusSuccess
}
