package activityslog

import (
	"log/slog"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// fields are the attributes of a record by their dotted names: a group means the same
// as a dot.
type fields map[string]slog.Value

func (f fields) add(groups []string, a slog.Attr) {
	value := a.Value.Resolve()
	name := strings.Join(append(slices.Clip(groups), a.Key), ".")
	if value.Kind() != slog.KindGroup {
		if a.Key != "" {
			f[name] = value
		}
		return
	}
	if a.Key != "" {
		groups = append(slices.Clip(groups), a.Key)
	}
	for _, inner := range value.Group() {
		f.add(groups, inner)
	}
}

// activity reports whether the record says what was done.
func (f fields) activity(record slog.Record) (activity.Activity, bool) {
	action := f.take(semconv.ActivityActionKey)
	if action == "" {
		return activity.Activity{}, false
	}
	a := activity.Activity{
		Action:   action,
		Source:   activity.Source(f.take(semconv.ActivitySourceKey)),
		Status:   activity.Status(f.take(semconv.ActivityStatusKey)),
		Severity: severity(record.Level),
		Entity: activity.Entity{
			Type: f.take(semconv.ActivityEntityTypeKey), ID: f.take(semconv.ActivityEntityIDKey), Name: f.take(semconv.ActivityEntityNameKey),
		},
		Actor: f.actor(),
		OnBehalfOf: activity.OnBehalfOf{
			ID: f.take(semconv.ActivityOnBehalfOfIDKey), Type: activity.ActorType(f.take(semconv.ActivityOnBehalfOfTypeKey)),
		},
		ProjectID:   f.take(semconv.ActivityProjectIDKey),
		OperationID: f.take(semconv.ActivityOperationIDKey),
		Details:     record.Message,
		Reason:      f.take(semconv.ActivityReasonKey),
		At:          record.Time,
	}
	if own := f.take(semconv.ActivitySeverityKey); own != "" {
		a.Severity = activity.Severity(own)
	}
	f.rest(&a)
	return a, true
}

func (f fields) actor() activity.Actor {
	actor := activity.Actor{ID: f.take(semconv.UserIDKey), Type: activity.ActorType(f.take(semconv.ActivityActorTypeKey))}
	if other := f.take(semconv.ActivityActorIDKey); other != "" {
		actor.ID = other
		if actor.Type == "" {
			actor.Type = activity.ActorService
		}
	}
	return actor
}

// take removes a text; other values become one.
func (f fields) take(key attribute.Key) string {
	v, ok := f[string(key)]
	if !ok {
		return ""
	}
	delete(f, string(key))
	return v.String()
}

// rest takes what has no field: attributes of conventions stay attributes, an error is
// why it failed, all else is metadata.
func (f fields) rest(a *activity.Activity) {
	for name, v := range f {
		err, isError := v.Any().(error)
		switch {
		case isError && a.Err == nil:
			a.Err = err
		case isConventional(name):
			a.Attributes = append(a.Attributes, attribute.String(name, v.String()))
		default:
			if a.Metadata == nil {
				a.Metadata = map[string]any{}
			}
			a.Metadata[strings.TrimPrefix(name, semconv.ActivityMetadataPrefix)] = v.Any()
		}
	}
}

// isConventional is true for names that the trail, or OpenTelemetry, has a meaning for.
func isConventional(name string) bool {
	switch attribute.Key(name) {
	case semconv.ClientAddressKey, semconv.UserAgentOriginalKey, semconv.SessionIDKey,
		semconv.UserNameKey, semconv.UserEmailKey, semconv.LogRecordUIDKey:
		return true
	default:
		return false
	}
}

func severity(level slog.Level) activity.Severity {
	switch {
	case level >= slog.LevelError:
		return activity.SeverityCritical
	case level >= slog.LevelWarn:
		return activity.SeverityWarning
	case level > slog.LevelInfo:
		return activity.SeverityNotice
	default:
		return activity.SeverityInfo
	}
}
