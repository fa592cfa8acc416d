package activity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// printer stands for the exporter that an application sets up. It prints the
// attributes that an example names.
type printer struct {
	sdklog.Processor

	keys []attribute.Key
}

func (printer) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

func (p printer) OnEmit(_ context.Context, record *sdklog.Record) error {
	values := map[attribute.Key]string{}
	record.WalkAttributes(func(kv attribute.KeyValue) bool {
		values[kv.Key] = kv.Value.String()
		return true
	})
	line := []string{record.EventName(), values[semconv.ActivityStatusKey]}
	for _, key := range p.keys {
		line = append(line, values[key])
	}
	fmt.Println(strings.Join(line, " "))
	return nil
}

func printing(keys ...attribute.Key) log.LoggerProvider {
	return sdklog.NewLoggerProvider(sdklog.WithProcessor(printer{keys: keys}))
}

// Somebody did something to something.
func ExampleRecord() {
	otel.SetLoggerProvider(printing(semconv.ActivitySourceKey, semconv.UserIDKey, semconv.ActivityEntityIDKey))
	ctx := context.Background()

	activity.Record(ctx, activity.Activity{
		Action:  "order.refund",
		Actor:   activity.Actor{ID: "u-42"},
		Entity:  activity.Entity{Type: "order", ID: "4711"},
		Details: "Refunded 12.50 EUR",
		Reason:  "damaged in transit",
	})
	// Output:
	// order.refund success user u-42 4711
}

// Whoever knows who is asking, such as the middleware that authenticates, says
// so once; everything below only says what happened.
func ExampleWithActor() {
	recorder := activity.New(printing(semconv.UserIDKey, semconv.ActivityProjectIDKey))
	handle := func(ctx context.Context) {
		recorder.Record(ctx, activity.Activity{Action: "order.view"})
		recorder.Record(ctx, activity.Activity{Action: "order.refund"})
	}

	ctx := activity.WithActor(context.Background(), activity.Actor{ID: "u-42"})
	ctx = activity.WithProject(ctx, "acme")
	handle(ctx)
	// Output:
	// order.view success u-42 acme
	// order.refund success u-42 acme
}

// An administrator acts as a user: both are named.
func ExampleWithOnBehalfOf() {
	recorder := activity.New(printing(semconv.UserIDKey, semconv.ActivityOnBehalfOfIDKey))

	ctx := activity.WithActor(context.Background(), activity.Actor{ID: "admin-1"})
	ctx = activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: "u-42", Type: activity.ActorUser})
	recorder.Record(ctx, activity.Activity{Action: "address.update"})
	// Output:
	// address.update success admin-1 u-42
}

// Do records how a function went, and how long it took.
func ExampleRecorder_Do() {
	recorder := activity.New(printing(semconv.ActivityEntityIDKey, semconv.ExceptionMessageKey))
	ctx := context.Background()
	charge := func(context.Context) error { return errors.New("card declined") }

	err := recorder.Do(ctx, "payment.charge", charge,
		activity.With(activity.Activity{Entity: activity.Entity{Type: "order", ID: "4711"}}))
	fmt.Println("returned:", err)
	// Output:
	// payment.charge failure 4711 card declined
	// returned: card declined
}

// What takes long is announced, so that it can be seen while it is going on.
// Both records have the same operation.
func ExamplePending() {
	recorder := activity.New(printing(semconv.ActivityOperationIDKey))
	ctx := activity.WithOperation(context.Background(), "nightly-2026-03-01")
	rebuild := func(context.Context) error { return nil }

	_ = recorder.Do(ctx, "index.rebuild", rebuild, activity.Pending())
	// Output:
	// index.rebuild pending nightly-2026-03-01
	// index.rebuild success nightly-2026-03-01
}

// Some things are known only when the function has returned.
func ExampleFinish() {
	recorder := activity.New(printing(semconv.ActivityEntityIDKey))
	ctx := context.Background()
	var orderID string
	place := func(context.Context) error {
		orderID = "4711"
		return nil
	}

	_ = recorder.Do(ctx, "order.place", place, activity.Finish(func(a *activity.Activity) {
		a.Entity = activity.Entity{Type: "order", ID: orderID}
	}))
	// Output:
	// order.place success 4711
}

// An import brings many activities at once. They get one operation in common.
func ExampleRecordAll() {
	recorder := activity.New(printing(semconv.ActivityEntityIDKey))
	ctx := context.Background()

	recorder.RecordAll(ctx, []activity.Activity{
		{Action: "product.import", Entity: activity.Entity{Type: "product", ID: "p-1"}},
		{Action: "product.import", Entity: activity.Entity{Type: "product", ID: "p-2"}, Err: errors.New("no price")},
	})
	// Output:
	// product.import success p-1
	// product.import failure p-2
}

// What changed, and whatever else is worth keeping.
func ExampleChanges() {
	recorder := activity.New(printing(semconv.ActivityChangesBeforeKey, semconv.ActivityChangesAfterKey, semconv.ActivityMetadataKey))
	ctx := context.Background()

	recorder.Record(ctx, activity.Activity{
		Action: "order.update",
		Entity: activity.Entity{Type: "order", ID: "4711"},
		Changes: activity.Changes{
			Before: map[string]any{"status": "open"},
			After:  map[string]any{"status": "paid"},
		},
		Metadata: map[string]any{"amount": 12.5, "currency": "EUR"},
	})
	// Output:
	// order.update success {"status":"open"} {"status":"paid"} {"amount":12.5,"currency":"EUR"}
}

// A job has no user. Its recorder says so for all of its activities.
func ExampleNew() {
	recorder := activity.New(printing(semconv.ActivitySourceKey, semconv.ActivityActorIDKey),
		activity.DefaultSource(activity.SourceScheduled),
		activity.DefaultActor(activity.Actor{ID: "nightly-report", Type: activity.ActorService}))
	ctx := context.Background()

	recorder.Record(ctx, activity.Activity{Action: "report.send", Severity: activity.SeverityNotice})
	// Output:
	// report.send success scheduled nightly-report
}

// Inside a span, an activity carries its trace and span.
func ExampleRecorder_Record() {
	records := &capture{}
	recorder := activity.New(sdklog.NewLoggerProvider(sdklog.WithProcessor(records)))
	tracer := sdktrace.NewTracerProvider().Tracer("shop")

	ctx, span := tracer.Start(context.Background(), "checkout")
	recorder.Record(ctx, activity.Activity{Action: "order.place"})
	span.End()

	fmt.Println(records.records[0].TraceID() == span.SpanContext().TraceID())
	fmt.Println(records.records[0].SpanID() == span.SpanContext().SpanID())
	// Output:
	// true
	// true
}

// A page of the application shows the trail of one project: the backend makes a
// token for whom it lets see that, and the page sends it to the query API.
func ExampleEmbedToken() {
	key := []byte("a key of 32 bytes or more, shared with the API")
	token, err := activity.EmbedToken(key, activity.EmbedClaims{Project: "shop", Subject: "alice"})
	if err != nil {
		panic(err)
	}
	fmt.Println(strings.Count(token, "."))
	// Output: 2
}

// The four kinds name the source in the call.
func ExampleRecorder_UserAction() {
	recorder := activity.New(printing(semconv.ActivitySourceKey))
	ctx := context.Background()

	recorder.UserAction(ctx, "order.refund", activity.Activity{Entity: activity.Entity{Type: "order", ID: "4711"}})
	recorder.SystemEvent(ctx, "stock.low", activity.Activity{Severity: activity.SeverityWarning})
	recorder.Integration(ctx, "parcel.delivered", activity.Activity{Actor: activity.Actor{ID: "parcels", Type: activity.ActorService}})
	recorder.Scheduled(ctx, "report.build", activity.Activity{})
	// Output:
	// order.refund success user
	// stock.low success system
	// parcel.delivered success integration
	// report.build success scheduled
}

// What the application does already is wrapped: a write to the database, a call of
// another system, a batch.
func ExampleRecorder_DoDatabase() {
	recorder := activity.New(printing(semconv.ActivityEntityIDKey))
	ctx := context.Background()
	insert := func(context.Context) error { return nil }
	post := func(context.Context) (int, error) { return 502, nil }
	importUsers := func(context.Context, *activity.Batch) error { return nil }

	_ = recorder.DoDatabase(ctx, "insert", "users", "u-42", insert)
	_ = recorder.DoAPI(ctx, "POST", "https://api.example/users", post)
	_ = recorder.DoBatch(ctx, "user.import", 250, importUsers)
	// Output:
	// users.insert success u-42
	// api.post failure /users
	// user.import success
}

// What ends elsewhere is begun and ended by hand.
func ExampleRecorder_Begin() {
	recorder := activity.New(printing())
	ctx := context.Background()

	operation := recorder.Begin(ctx, "export.run", activity.Activity{})
	// … somewhere else, later:
	operation.End(nil)
	// Output:
	// export.run pending
	// export.run success
}

type customer struct {
	Email    string `json:"email"`
	Password string `activity:"mask" json:"password"`
	Cart     string `activity:"-"    json:"cart"`
}

// The fields that changed are found by comparison.
func ExampleDiff() {
	recorder := activity.New(printing(semconv.ActivityChangesFieldsKey, semconv.ActivityChangesAfterKey))
	ctx := context.Background()
	before := customer{Email: "a@example.org", Password: "old", Cart: "1 book"}
	after := customer{Email: "a@example.org", Password: "new", Cart: "2 books"}

	recorder.UserAction(ctx, "user.update", activity.Activity{Changes: activity.Diff(before, after)})
	// Output: user.update success ["password"] {"password":"***"}
}

// In a function that is wrapped, the comparison is made when it has returned.
func ExampleWithChanges() {
	recorder := activity.New(printing(semconv.ActivityChangesFieldsKey))
	ctx := context.Background()
	user := customer{Email: "a@example.org"}

	_ = recorder.Do(ctx, "user.update", func(context.Context) error {
		user.Email = "b@example.org"
		return nil
	}, activity.WithChanges(user, &user))
	// Output: user.update success ["email"]
}
