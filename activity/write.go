package activity

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/otel-activity/otel-activity/semconv"
)

// inlineAttributes is how many attributes a record takes without another
// allocation: all that an Activity can have, and a few of the caller's.
const inlineAttributes = 32

// write puts a completed activity on a record, all but the observed time.
func (a *Activity) write(record *log.Record) {
	failure := describe(a.Err)
	if a.Status == "" {
		a.Status = failure.status()
	}

	record.SetTimestamp(a.At)
	record.SetSeverity(a.Severity.number())
	record.SetSeverityText(text(string(a.Severity)))
	action := text(a.Action)
	record.SetEventName(action)
	if a.Details != "" {
		record.SetBody(attribute.StringValue(text(a.Details)))
	}

	var buffer [inlineAttributes]attribute.KeyValue
	kvs := append(buffer[:0],
		semconv.LogRecordUIDKey.String(text(a.ID)),
		semconv.ActivityActionKey.String(action),
		semconv.ActivitySourceKey.String(text(string(a.Source))),
		semconv.ActivityStatusKey.String(text(string(a.Status))),
	)
	kvs = appendText(kvs, semconv.ActivityEntityTypeKey, a.Entity.Type)
	kvs = appendText(kvs, semconv.ActivityEntityIDKey, a.Entity.ID)
	kvs = appendText(kvs, semconv.ActivityEntityNameKey, a.Entity.Name)
	kvs = a.Actor.append(kvs)
	kvs = appendText(kvs, semconv.ActivityOnBehalfOfIDKey, a.OnBehalfOf.ID)
	kvs = appendText(kvs, semconv.ActivityOnBehalfOfTypeKey, string(a.OnBehalfOf.Type))
	kvs = appendText(kvs, semconv.ActivityProjectIDKey, a.ProjectID)
	kvs = appendText(kvs, semconv.ActivityOperationIDKey, a.OperationID)
	kvs = appendText(kvs, semconv.ActivityReasonKey, a.Reason)
	if a.Duration != 0 {
		kvs = append(kvs, semconv.ActivityDurationKey.Float64(a.Duration.Seconds()))
	}
	kvs = appendMap(kvs, semconv.ActivityMetadataKey, a.Metadata)
	kvs = a.Changes.append(kvs)
	if a.Status != StatusSuccess {
		kvs = failure.append(kvs)
	}
	for _, kv := range a.Attributes {
		kvs = put(kvs, cleanAttribute(kv))
	}
	record.AddAttributes(kvs...)
}

// put adds kv or replaces the attribute of the same name, so that a provider
// which skips its own search for duplicates has none to send.
func put(kvs []attribute.KeyValue, kv attribute.KeyValue) []attribute.KeyValue {
	for i := range kvs {
		if kvs[i].Key == kv.Key {
			kvs[i] = kv
			return kvs
		}
	}
	return append(kvs, kv)
}

func (a *Actor) append(kvs []attribute.KeyValue) []attribute.KeyValue {
	if a.isUser() {
		kvs = appendText(kvs, semconv.UserIDKey, a.ID)
	} else {
		kvs = appendText(kvs, semconv.ActivityActorIDKey, a.ID)
	}
	kvs = appendText(kvs, semconv.ActivityActorTypeKey, string(a.Type))
	kvs = appendText(kvs, semconv.UserNameKey, a.Name)
	kvs = appendText(kvs, semconv.UserEmailKey, a.Email)
	return appendTexts(kvs, semconv.UserRolesKey, a.Roles)
}

func (c *Changes) append(kvs []attribute.KeyValue) []attribute.KeyValue {
	kvs = appendMap(kvs, semconv.ActivityChangesBeforeKey, c.Before)
	kvs = appendMap(kvs, semconv.ActivityChangesAfterKey, c.After)
	return appendTexts(kvs, semconv.ActivityChangesFieldsKey, c.Fields)
}

func appendText(kvs []attribute.KeyValue, key attribute.Key, s string) []attribute.KeyValue {
	if s == "" {
		return kvs
	}
	return append(kvs, key.String(text(s)))
}

func appendTexts(kvs []attribute.KeyValue, key attribute.Key, list []string) []attribute.KeyValue {
	if len(list) == 0 {
		return kvs
	}
	return append(kvs, attribute.KeyValue{Key: key, Value: textsValue(list)})
}

func appendMap(kvs []attribute.KeyValue, key attribute.Key, m map[string]any) []attribute.KeyValue {
	if len(m) == 0 {
		return kvs
	}
	return append(kvs, attribute.KeyValue{Key: key, Value: mapValue(m, maxDepth)})
}

func (s Severity) number() log.Severity {
	switch s {
	case SeverityNotice:
		return semconv.ActivitySeverityNoticeNumber
	case SeverityWarning:
		return semconv.ActivitySeverityWarningNumber
	case SeverityCritical:
		return semconv.ActivitySeverityCriticalNumber
	case SeverityInfo:
		fallthrough
	default:
		return semconv.ActivitySeverityInfoNumber
	}
}
