package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/activityhttp"
	"github.com/otel-activity/otel-activity/activity/activitypgx"
)

//go:embed schema.sql
var schemaSQL string

var (
	errDeclined = errors.New("the bank has declined")
	errNotPaid  = errors.New("there is no such payment for this order")
)

// service is the payment service.
type service struct {
	pool *pgxpool.Pool
	db   *activitypgx.DB // tells Postgres who is writing
	bank *http.Client
	url  string // of the bank
}

func newService(pool *pgxpool.Pool, bankURL string) *service {
	// The call of the bank is recorded, and continues the trace. A bank gets no baggage.
	transport := activityhttp.Transport(otelhttp.NewTransport(http.DefaultTransport))
	return &service{pool: pool, db: activitypgx.New(pool), bank: &http.Client{Transport: transport}, url: bankURL}
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /payments", answering(s.charge))
	mux.HandleFunc("POST /payments/{order}/refund", answering(s.refund))
	mux.HandleFunc("POST /webhooks/parcels", answering(s.parcel))
	return mux
}

// payment is a row.
type payment struct {
	ID      int64  `json:"id"`
	OrderID string `json:"order_id"`
	Project string `json:"project"`
	Cents   int64  `json:"cents"`
	Status  string `json:"status"`
}

func (p *payment) entity() activity.Entity {
	return activity.Entity{Type: "payment", ID: strconv.FormatInt(p.ID, 10), Name: "Payment of order " + p.OrderID}
}

// charge announces the payment, asks the bank, and writes what came of it.
func (s *service) charge(r *http.Request) (any, error) {
	p := payment{Project: activity.ProjectFrom(r.Context())}
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil || p.Cents <= 0 || p.OrderID == "" {
		return nil, httpError{http.StatusBadRequest, "a payment needs an order_id and cents"}
	}
	order := activity.Activity{
		Entity:   activity.Entity{Type: "order", ID: p.OrderID},
		Metadata: map[string]any{"cents": p.Cents, "currency": "EUR"},
	}
	err := activity.Do(r.Context(), "payment.charge", func(ctx context.Context) error {
		declined := s.askBank(ctx, &p)
		p.Status = "captured"
		if declined != nil {
			p.Status = "declined"
		}
		if err := s.insert(ctx, &p); err != nil {
			return err
		}
		return declined
	}, activity.With(order), activity.Pending(), activity.Finish(func(a *activity.Activity) {
		if errors.Is(a.Err, errDeclined) {
			a.Severity = activity.SeverityNotice
		}
	}))
	return p, err
}

// insert writes the row, and records what changed with it.
func (s *service) insert(ctx context.Context, p *payment) error {
	return activity.DoDatabase(ctx, "insert", "payment", p.OrderID, func(ctx context.Context) error {
		return s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx,
				"INSERT INTO payments.payment (order_id, project, cents, status) VALUES ($1, $2, $3, $4) RETURNING id",
				p.OrderID, p.Project, p.Cents, p.Status).Scan(&p.ID)
		})
	}, activity.WithChanges(nil, p), activity.Finish(func(a *activity.Activity) { a.Entity = p.entity() }))
}

// refund gives back what was paid for an order.
func (s *service) refund(r *http.Request) (any, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, httpError{http.StatusBadRequest, "a refund needs a reason"}
	}
	ctx := activity.WithReason(r.Context(), body.Reason)
	p, err := s.setStatus(ctx, r.PathValue("order"), "refunded", "captured", "paid_out")
	if errors.Is(err, errNotPaid) {
		return nil, httpError{http.StatusConflict, err.Error()}
	}
	return p, err
}

// setStatus changes a payment that has one of the statuses from, and records what changed.
func (s *service) setStatus(ctx context.Context, orderID, status string, from ...string) (p payment, err error) {
	before, after := &payment{}, &payment{}
	err = activity.DoDatabase(ctx, "update", "payment", orderID, func(ctx context.Context) error {
		return s.db.BeginFunc(ctx, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "SELECT * FROM payments.payment WHERE order_id = $1 AND status = ANY($2) FOR UPDATE", orderID, from)
			if err != nil {
				return err
			}
			*before, err = pgx.CollectOneRow(rows, pgx.RowToStructByPos[payment])
			if errors.Is(err, pgx.ErrNoRows) {
				return errNotPaid
			}
			if err != nil {
				return err
			}
			*after = *before
			after.Status = status
			_, err = tx.Exec(ctx, "UPDATE payments.payment SET status = $1 WHERE id = $2", status, before.ID)
			return err
		})
	}, activity.Finish(func(a *activity.Activity) {
		if a.Err != nil {
			return // nothing has changed
		}
		a.Changes = activity.Diff(before, after)
		a.Entity = before.entity()
		a.ProjectID = before.Project
	}))
	return *after, err
}

// parcel is another system that calls in: it says who it is, and no user is asking.
func (s *service) parcel(r *http.Request) (any, error) {
	var event struct {
		OrderID string `json:"order_id"`
		Project string `json:"project"`
		Failed  bool   `json:"failed"`
	}
	if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
		return nil, httpError{http.StatusBadRequest, "this is no event of a parcel"}
	}
	delivered := activity.Activity{
		Actor:     activity.Actor{ID: "parcel-service", Type: activity.ActorService},
		Entity:    activity.Entity{Type: "order", ID: event.OrderID},
		ProjectID: event.Project,
	}
	if event.Failed {
		delivered.Status, delivered.Reason = activity.StatusFailure, "nobody at home"
	}
	activity.Integration(r.Context(), "parcel.deliver", delivered)
	return struct{}{}, nil
}

// httpError is an error that the caller may read.
type httpError struct {
	status  int
	message string
}

func (e httpError) Error() string { return e.message }

// answering answers with JSON.
func answering(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := handle(r)
		status := http.StatusOK
		var known httpError
		switch {
		case errors.As(err, &known):
			status, answer = known.status, map[string]string{"error": known.message}
		case errors.Is(err, errDeclined):
			status, answer = http.StatusPaymentRequired, map[string]string{"error": errDeclined.Error()}
		case err != nil:
			status, answer = http.StatusInternalServerError, map[string]string{"error": "this went wrong"}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // the client may be gone
	}
}
