package activity

import (
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/semconv"
)

// Activity is one thing that somebody or something did. Action is all that must
// be set; a field without a value is taken from the context, then from the
// Recorder's defaults, and else left out.
type Activity struct {
	// Action names what was done, dotted and without ids: "order.refund".
	Action string
	// Source is SourceUser when the actor is a user, else SourceSystem, unless
	// it is set.
	Source Source
	// Status follows from Err unless it is set: StatusSuccess without an error,
	// StatusCanceled for context.Canceled, else StatusFailure.
	Status Status
	// Severity is SeverityInfo unless it is set.
	Severity Severity

	// Entity is what was acted on.
	Entity Entity
	// Actor is who did it.
	Actor Actor
	// OnBehalfOf is for whom the actor did it, when that is somebody else.
	OnBehalfOf OnBehalfOf
	// ProjectID is the project or tenant that it belongs to.
	ProjectID string
	// OperationID is shared by the activities that belong together.
	OperationID string

	// Details is the message to display.
	Details string
	// Reason says why it was done, in the actor's words.
	Reason string
	// Duration is how long it took; zero means that nobody measured.
	Duration time.Duration
	// Metadata is whatever else there is to keep. Structs are kept in the form
	// that encoding/json gives them; errors and fmt.Stringers as their text.
	Metadata map[string]any
	// Changes is what became of the entity.
	Changes Changes
	// Err is why it failed.
	Err error
	// Attributes are put on the record as they are. One that has the name of a
	// field above wins over that field.
	Attributes []attribute.KeyValue

	// At is when it happened; the time of the call unless it is set.
	At time.Time
	// ID is a UUID that identifies the activity, a new one unless it is set. An
	// activity that is recorded twice with the same ID and the same At is stored
	// once.
	ID string
}

// Entity is a thing that an activity acts on.
type Entity struct {
	// Type is the kind of thing: "order".
	Type string
	// ID says which one.
	ID string
	// Name is what people call it.
	Name string
}

// Actor is somebody or something that acts.
type Actor struct {
	ID string
	// Type is ActorUser unless it is set.
	Type ActorType
	// Name, Email and Roles are personal data. They are recorded when they are
	// set; an ID alone is often enough.
	Name  string
	Email string
	Roles []string
}

func (a *Actor) isZero() bool {
	return a.ID == "" && a.Type == "" && a.Name == "" && a.Email == "" && len(a.Roles) == 0
}

func (a *Actor) isUser() bool {
	return a.ID != "" && a.kind() == ActorUser
}

func (a *Actor) kind() ActorType {
	if a.Type == "" {
		return ActorUser
	}
	return a.Type
}

// OnBehalfOf is for whom an actor acts: the user that an administrator
// impersonates, or that an agent works for.
type OnBehalfOf struct {
	ID   string
	Type ActorType
}

// Changes is what became of an entity.
type Changes struct {
	// Before and After are the values of the fields that changed.
	Before, After map[string]any
	// Fields are the names of the fields that changed, for when their values
	// must not be kept.
	Fields []string
}

// Source is what set an activity off.
type Source string

// The sources.
const (
	SourceSystem      Source = semconv.ActivitySourceSystem
	SourceUser        Source = semconv.ActivitySourceUser
	SourceIntegration Source = semconv.ActivitySourceIntegration
	SourceDatabase    Source = semconv.ActivitySourceDatabase
	SourceScheduled   Source = semconv.ActivitySourceScheduled
)

// Status is how an activity ended.
type Status string

// The statuses.
const (
	StatusSuccess  Status = semconv.ActivityStatusSuccess
	StatusFailure  Status = semconv.ActivityStatusFailure
	StatusPending  Status = semconv.ActivityStatusPending
	StatusCanceled Status = semconv.ActivityStatusCanceled
)

// Severity is how much attention an activity deserves.
type Severity string

// The severities.
const (
	SeverityInfo     Severity = semconv.ActivitySeverityInfo
	SeverityNotice   Severity = semconv.ActivitySeverityNotice
	SeverityWarning  Severity = semconv.ActivitySeverityWarning
	SeverityCritical Severity = semconv.ActivitySeverityCritical
)

// ActorType is the kind of an actor.
type ActorType string

// The types of actors.
const (
	ActorUser      ActorType = semconv.ActivityActorTypeUser
	ActorService   ActorType = semconv.ActivityActorTypeService
	ActorAgent     ActorType = semconv.ActivityActorTypeAgent
	ActorSystem    ActorType = semconv.ActivityActorTypeSystem
	ActorAnonymous ActorType = semconv.ActivityActorTypeAnonymous
)
