package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/otel-activity/otel-activity/activity"
)

var (
	errPassword = errors.New("wrong password")
	errDeclined = errors.New("card declined")
	errNoPrice  = errors.New("price is missing")
)

// logIn is the plainest activity: somebody did something, and it can fail.
func (s *shop) logIn(ctx context.Context) {
	login := activity.Activity{Action: "user.login", Attributes: s.client()}
	if s.happens(0.04) {
		login.Err = errPassword
		login.Severity = activity.SeverityNotice
	}
	s.recorder.Record(ctx, login)
}

// signUp has no user yet when it begins; the actor is known with the entity.
func (s *shop) signUp(ctx context.Context) {
	id := fmt.Sprintf("u-%d", numCustomers+s.visits)
	s.recorder.Record(ctx, activity.Activity{
		Action: "user.signup",
		Source: activity.SourceUser,
		Actor:  activity.Actor{ID: id},
		Entity: activity.Entity{Type: "user", ID: id},
	})
}

// buy places an order and pays for it. The payment is announced first, so that
// one that hangs can be seen.
func (s *shop) buy(ctx context.Context, customer, project string) {
	s.placed++
	o := order{id: fmt.Sprintf("%s-%d", project, s.placed), customer: customer, project: project, cents: 500 + s.rand.IntN(20_000)}
	entity := activity.Entity{Type: "order", ID: o.id, Name: "Order " + o.id}
	s.recorder.Record(ctx, activity.Activity{
		Action:   "order.place",
		Entity:   entity,
		Details:  "Ordered for " + euros(o.cents),
		Metadata: map[string]any{"items": 1 + s.rand.IntN(5), "cents": o.cents, "currency": "EUR"},
	})
	err := s.recorder.Do(ctx, "payment.charge", s.charge,
		activity.With(activity.Activity{Entity: entity, Metadata: map[string]any{"cents": o.cents}}),
		activity.Pending(),
		activity.Finish(func(a *activity.Activity) {
			a.Duration = s.takes(200 * time.Millisecond)
			if a.Err != nil {
				a.Severity = activity.SeverityWarning
			}
		}))
	if err == nil {
		s.remember(o)
	}
}

func (s *shop) charge(context.Context) error {
	if s.happens(0.04) {
		return fmt.Errorf("charge: %w", errDeclined)
	}
	return nil
}

// abandon is a purchase that the customer breaks off: its context is canceled.
func (s *shop) abandon(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	_ = s.recorder.Do(ctx, "cart.checkout", func(ctx context.Context) error {
		cancel()
		return ctx.Err()
	})
}

// move changes an entity and tells what changed.
func (s *shop) move(ctx context.Context, customer string) {
	s.recorder.Record(ctx, activity.Activity{
		Action: "address.update",
		Entity: activity.Entity{Type: "user", ID: customer},
		Changes: activity.Changes{
			Before: map[string]any{"city": "Bern"},
			After:  map[string]any{"city": "Turin"},
		},
	})
}

// parcel is another system that calls in.
func (s *shop) parcel(ctx context.Context) {
	delivered := activity.Activity{
		Action: "parcel.deliver",
		Source: activity.SourceIntegration,
		Actor:  activity.Actor{ID: "parcel-service", Type: activity.ActorService},
	}
	if o, ok := s.recall(); ok {
		delivered.ProjectID = o.project
		delivered.Entity = activity.Entity{Type: "order", ID: o.id}
	}
	if s.happens(0.02) {
		delivered.Status = activity.StatusFailure
		delivered.Reason = "nobody at home"
	}
	s.recorder.Record(ctx, delivered)
}

// refund is done by support for a customer.
func (s *shop) refund(ctx context.Context) {
	o, ok := s.recall()
	if !ok {
		return
	}
	ctx = asUser(ctx, fmt.Sprintf("support-%d", 1+s.rand.IntN(3)))
	ctx = activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: o.customer, Type: activity.ActorUser})
	ctx = activity.WithProject(ctx, o.project)
	s.recorder.Record(ctx, activity.Activity{
		Action:   "order.refund",
		Severity: activity.SeverityNotice,
		Entity:   activity.Entity{Type: "order", ID: o.id, Name: "Order " + o.id},
		Details:  "Refunded " + euros(o.cents),
		Reason:   "damaged in transit",
		Metadata: map[string]any{"cents": o.cents, "currency": "EUR"},
	})
}

// grant is rare and deserves attention.
func (s *shop) grant(ctx context.Context, customer string) {
	s.recorder.Record(ctx, activity.Activity{
		Action:     "role.grant",
		Severity:   activity.SeverityCritical,
		Entity:     activity.Entity{Type: "user", ID: customer},
		Details:    "Granted the role editor",
		Changes:    activity.Changes{Fields: []string{"roles"}},
		Attributes: s.client(),
	})
}

// night is a job: it has no user, and many activities belong to one operation.
func (s *shop) night(ctx context.Context) {
	ctx = activity.WithActor(ctx, activity.Actor{ID: "price-import", Type: activity.ActorService})
	ctx = activity.WithOperation(ctx, fmt.Sprintf("prices-%d", s.visits/jobEvery))
	_ = s.recorder.Do(ctx, "price.import", func(ctx context.Context) error {
		prices := make([]activity.Activity, 20)
		for i := range prices {
			prices[i] = activity.Activity{
				Action: "product.reprice",
				Source: activity.SourceScheduled,
				Entity: activity.Entity{Type: "product", ID: fmt.Sprintf("p-%d", i+1)},
			}
			if s.happens(0.05) {
				prices[i].Err = errNoPrice
			}
		}
		s.recorder.RecordAll(ctx, prices)
		return nil
	}, activity.With(activity.Activity{Source: activity.SourceScheduled}), activity.Pending())
}

func (s *shop) remember(o order) {
	s.orders = append(s.orders, o)
	if len(s.orders) > memory {
		s.orders = s.orders[1:]
	}
}

// recall returns one of the orders that were paid for.
func (s *shop) recall() (order, bool) {
	if len(s.orders) == 0 {
		return order{}, false
	}
	return s.orders[s.rand.IntN(len(s.orders))], true
}

// takes draws a duration around median with the long tail that services have.
func (s *shop) takes(median time.Duration) time.Duration {
	return time.Duration(float64(median) * math.Exp(0.6*s.rand.NormFloat64()))
}

func euros(cents int) string { return fmt.Sprintf("%d.%02d EUR", cents/100, cents%100) }
