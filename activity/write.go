package activity

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/otel-activity/otel-activity/semconv"
)

// inlineAttributes is how many attributes a record takes without another
// allocation: all that an Activity can have, and a few of the caller's.
const inlineAttributes = 32

// write puts a completed activity on a record, all but the observed time, and
// returns what had to be repaired.
func (a *Activity) write(record *log.Record) repairSet {
	repairs := newRepairs()
	r := &repairs
	failure := describe(a.Err)
	if a.Status == "" {
		a.Status = failure.status()
	}

	record.SetTimestamp(a.At)
	record.SetSeverity(a.Severity.number())
	record.SetSeverityText(r.short(string(a.Severity)))
	action := r.short(a.Action)
	record.SetEventName(action)
	if action == "" {
		r.note(foundAction, "")
	}

	var buffer [inlineAttributes]attribute.KeyValue
	kvs := append(buffer[:0],
		semconv.LogRecordUIDKey.String(r.short(a.ID)),
		semconv.ActivitySourceKey.String(r.short(string(a.Source))),
		semconv.ActivityStatusKey.String(r.short(string(a.Status))),
	)
	if action != "" {
		kvs = append(kvs, semconv.ActivityActionKey.String(action))
	}
	kvs = r.appendText(kvs, semconv.ActivityEntityTypeKey, a.Entity.Type)
	kvs = r.appendText(kvs, semconv.ActivityEntityIDKey, a.Entity.ID)
	kvs = r.appendText(kvs, semconv.ActivityEntityNameKey, a.Entity.Name)
	kvs = a.Actor.append(r, kvs)
	kvs = r.appendText(kvs, semconv.ActivityOnBehalfOfIDKey, a.OnBehalfOf.ID)
	kvs = r.appendText(kvs, semconv.ActivityOnBehalfOfTypeKey, string(a.OnBehalfOf.Type))
	kvs = r.appendText(kvs, semconv.ActivityProjectIDKey, a.ProjectID)
	kvs = r.appendText(kvs, semconv.ActivityOperationIDKey, a.OperationID)
	kvs = r.appendText(kvs, semconv.ActivityReasonKey, a.Reason)
	if a.Duration != 0 {
		kvs = append(kvs, semconv.ActivityDurationKey.Float64(a.Duration.Seconds()))
	}
	if a.Details != "" {
		record.SetBody(attribute.StringValue(r.text(a.Details)))
	}
	kvs = r.appendMap(kvs, semconv.ActivityMetadataKey, a.Metadata)
	kvs = a.Changes.append(r, kvs)
	if a.Status != StatusSuccess {
		kvs = failure.append(r, kvs)
	}
	for _, kv := range a.Attributes {
		kvs = put(kvs, r.cleanAttribute(kv))
	}
	record.AddAttributes(kvs...)
	return r.found
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

func (a *Actor) append(r *repairs, kvs []attribute.KeyValue) []attribute.KeyValue {
	if a.isUser() {
		kvs = r.appendText(kvs, semconv.UserIDKey, a.ID)
	} else {
		kvs = r.appendText(kvs, semconv.ActivityActorIDKey, a.ID)
	}
	kvs = r.appendText(kvs, semconv.ActivityActorTypeKey, string(a.Type))
	kvs = r.appendText(kvs, semconv.UserNameKey, a.Name)
	kvs = r.appendText(kvs, semconv.UserEmailKey, a.Email)
	return r.appendTexts(kvs, semconv.UserRolesKey, a.Roles)
}

func (c *Changes) append(r *repairs, kvs []attribute.KeyValue) []attribute.KeyValue {
	kvs = r.appendMap(kvs, semconv.ActivityChangesBeforeKey, c.Before)
	kvs = r.appendMap(kvs, semconv.ActivityChangesAfterKey, c.After)
	return r.appendTexts(kvs, semconv.ActivityChangesFieldsKey, c.Fields)
}

func (r *repairs) appendText(kvs []attribute.KeyValue, key attribute.Key, s string) []attribute.KeyValue {
	if s == "" {
		return kvs
	}
	return append(kvs, key.String(r.short(s)))
}

func (r *repairs) appendTexts(kvs []attribute.KeyValue, key attribute.Key, list []string) []attribute.KeyValue {
	if len(list) == 0 {
		return kvs
	}
	return append(kvs, attribute.KeyValue{Key: key, Value: r.textsValue(list)})
}

func (r *repairs) appendMap(kvs []attribute.KeyValue, key attribute.Key, m map[string]any) []attribute.KeyValue {
	if len(m) == 0 {
		return kvs
	}
	return append(kvs, attribute.KeyValue{Key: key, Value: r.mapValue(m, maxDepth)})
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
