package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// shop is the application: several shops of several owners in one program, each
// of them a project.
type shop struct {
	*telemetry

	rand      *rand.Rand
	customers *rand.Zipf
	projects  *rand.Zipf
	visits    int
	// orders are those that were paid for, the newest last.
	orders []order
	placed int
}

type order struct {
	id, customer, project string
	cents                 int
}

const (
	numCustomers = 500
	// jobEvery is how many visits make a night.
	jobEvery = 200
	// memory is how many orders can still be refunded.
	memory = 1000
)

var projects = [...]string{"books", "garden", "kitchen", "records"}

func newShop(t *telemetry, random *rand.Rand) *shop {
	return &shop{
		telemetry: t,
		rand:      random,
		// A few customers and shops make most of the traffic, as everywhere.
		customers: rand.NewZipf(random, 1.6, 4, numCustomers-1),
		projects:  rand.NewZipf(random, 1.4, 2, uint64(len(projects)-1)),
	}
}

// visit acts out one request, or a night's job.
func (s *shop) visit(ctx context.Context) {
	s.visits++
	project := projects[s.projects.Uint64()]
	ctx = activity.WithProject(ctx, project)
	if s.visits%jobEvery == 0 {
		s.request(ctx, "nightly", s.night)
		return
	}
	customer := fmt.Sprintf("u-%03d", s.customers.Uint64())
	switch chance := s.rand.Float64(); {
	case chance < 0.30:
		s.request(asUser(ctx, customer), "POST /login", s.logIn)
	case chance < 0.35:
		s.request(ctx, "POST /users", s.signUp)
	case chance < 0.70:
		s.request(asUser(ctx, customer), "POST /orders", func(ctx context.Context) { s.buy(ctx, customer, project) })
	case chance < 0.78:
		s.request(asUser(ctx, customer), "DELETE /cart", s.abandon)
	case chance < 0.86:
		s.request(asUser(ctx, customer), "PUT /address", func(ctx context.Context) { s.move(ctx, customer) })
	case chance < 0.92:
		s.request(ctx, "POST /webhooks/parcels", s.parcel)
	case chance < 0.97:
		s.request(ctx, "POST /refunds", s.refund)
	default:
		s.request(asUser(ctx, "admin-1"), "PUT /roles", func(ctx context.Context) { s.grant(ctx, customer) })
	}
}

func asUser(ctx context.Context, id string) context.Context {
	return activity.WithActor(ctx, activity.Actor{ID: id})
}

// request gives what happens a span, as the middleware of a web framework would.
func (s *shop) request(ctx context.Context, name string, handle func(context.Context)) {
	ctx, span := s.tracer.Start(ctx, name)
	defer span.End()
	handle(ctx)
}

// client is where a request came from.
func (s *shop) client() []attribute.KeyValue {
	return []attribute.KeyValue{
		semconv.ClientAddressKey.String(fmt.Sprintf("198.51.100.%d", s.rand.IntN(255))),
		semconv.UserAgentOriginalKey.String("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"),
	}
}

func (s *shop) happens(probability float64) bool { return s.rand.Float64() < probability }
