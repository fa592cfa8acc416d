package importer

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/semconv"
)

// textField is a field of an activity that holds one text.
type textField int

const (
	fieldID textField = iota
	fieldAction
	fieldSource
	fieldStatus
	fieldSeverity
	fieldProject
	fieldOperation
	fieldDetails
	fieldReason
	fieldEntityType
	fieldEntityID
	fieldEntityName
	fieldActorType
	fieldActorID
	fieldActorName
	fieldActorEmail
	fieldOnBehalfOfType
	fieldOnBehalfOfID
	fieldTraceID
	fieldSpanID
	textFieldCount
)

// textFieldNames are the fields' names in a map file.
var textFieldNames = [textFieldCount]string{
	fieldID:             "id",
	fieldAction:         "action",
	fieldSource:         "source",
	fieldStatus:         "status",
	fieldSeverity:       "severity",
	fieldProject:        "project",
	fieldOperation:      "operation",
	fieldDetails:        "details",
	fieldReason:         "reason",
	fieldEntityType:     "entity.type",
	fieldEntityID:       "entity.id",
	fieldEntityName:     "entity.name",
	fieldActorType:      "actor.type",
	fieldActorID:        "actor.id",
	fieldActorName:      "actor.name",
	fieldActorEmail:     "actor.email",
	fieldOnBehalfOfType: "on_behalf_of.type",
	fieldOnBehalfOfID:   "on_behalf_of.id",
	fieldTraceID:        "trace.id",
	fieldSpanID:         "trace.span",
}

// plainFields go to the wire as an attribute and nothing else.
var plainFields = []struct {
	field textField
	key   string
}{
	{fieldSource, string(semconv.ActivitySourceKey)},
	{fieldStatus, string(semconv.ActivityStatusKey)},
	{fieldProject, string(semconv.ActivityProjectIDKey)},
	{fieldOperation, string(semconv.ActivityOperationIDKey)},
	{fieldReason, string(semconv.ActivityReasonKey)},
	{fieldEntityType, string(semconv.ActivityEntityTypeKey)},
	{fieldEntityID, string(semconv.ActivityEntityIDKey)},
	{fieldEntityName, string(semconv.ActivityEntityNameKey)},
	{fieldActorType, string(semconv.ActivityActorTypeKey)},
	{fieldActorName, string(semconv.UserNameKey)},
	{fieldActorEmail, string(semconv.UserEmailKey)},
	{fieldOnBehalfOfType, string(semconv.ActivityOnBehalfOfTypeKey)},
	{fieldOnBehalfOfID, string(semconv.ActivityOnBehalfOfIDKey)},
}

var actorTypes = []string{
	semconv.ActivityActorTypeUser,
	semconv.ActivityActorTypeService,
	semconv.ActivityActorTypeAgent,
	semconv.ActivityActorTypeSystem,
	semconv.ActivityActorTypeAnonymous,
}

// words are the words that a field may hold, nil when it may hold any text.
func (f textField) words() []string { return fieldWords[f] }

var fieldWords = [textFieldCount][]string{
	fieldSource:         model.SourceWords(),
	fieldStatus:         statusWords,
	fieldSeverity:       model.SeverityWords(),
	fieldActorType:      actorTypes,
	fieldOnBehalfOfType: actorTypes,
}

// statusWords are those that a record may claim: unknown is what the store
// writes for a record that claims nothing.
var statusWords = []string{
	semconv.ActivityStatusSuccess,
	semconv.ActivityStatusFailure,
	semconv.ActivityStatusPending,
	semconv.ActivityStatusCanceled,
}

// enumWords are the words of each field that has such, looked up once.
var enumWords = func() (words [textFieldCount]map[string]bool) {
	for f := range textFieldCount {
		for _, w := range f.words() {
			if words[f] == nil {
				words[f] = map[string]bool{}
			}
			words[f][w] = true
		}
	}
	return words
}()

// fields say where each part of an activity comes from. What a map file doesn't
// name is nil.
type fields struct {
	texts      [textFieldCount]expr
	time       timeExpr
	duration   *durationExpr
	before     objectExpr
	after      objectExpr
	changed    expr
	metadata   metadataExpr
	attributes []namedExpr
}

type namedExpr struct {
	name string
	expr expr
}

// withNamed returns list with its entry of that name replaced or, when there is
// none, appended; list itself, which a case shares with others, stays as it is.
func withNamed(list []namedExpr, name string, e expr) []namedExpr {
	merged := make([]namedExpr, 0, len(list)+1)
	replaced := false
	for _, n := range list {
		if n.name == name {
			n.expr, replaced = e, true
		}
		merged = append(merged, n)
	}
	if !replaced {
		merged = append(merged, namedExpr{name, e})
	}
	return merged
}

// text evaluates a text field; the empty string means that there is none.
func (f *fields) text(r *record, field textField) string {
	e := f.texts[field]
	if e == nil {
		return ""
	}
	v, path := e.eval(r)
	text := textOf(v)
	if text == "" {
		return ""
	}
	if words := enumWords[field]; words != nil && !words[text] {
		lower := strings.ToLower(text)
		if !words[lower] {
			// Sent all the same: the mapper of the store keeps a word that it doesn't
			// know and infers the value.
			r.notes.add(textFieldNames[field], noteUnknownWord, text)
			return text
		}
		return lower
	}
	r.take(path)
	return text
}
