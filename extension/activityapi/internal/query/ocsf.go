package query

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// An activity is an API Activity of the Open Cybersecurity Schema Framework, as
// docs/reference/convention.md lays down.
const (
	ocsfVersion  = "1.6.0"
	ocsfClass    = 6003 // API Activity
	ocsfCategory = 6    // Application Activity
	ocsfOther    = 99
)

type ocsfEvent struct {
	ClassUID     int            `json:"class_uid"`
	CategoryUID  int            `json:"category_uid"`
	ActivityID   int            `json:"activity_id"`
	TypeUID      int            `json:"type_uid"`
	Time         int64          `json:"time"` // milliseconds
	SeverityID   int            `json:"severity_id"`
	StatusID     int            `json:"status_id"`
	Status       string         `json:"status"`
	StatusDetail string         `json:"status_detail,omitempty"`
	Message      string         `json:"message,omitempty"`
	Duration     *int64         `json:"duration,omitempty"` // milliseconds
	API          ocsfAPI        `json:"api"`
	Actor        ocsfActor      `json:"actor"`
	Source       *ocsfEndpoint  `json:"src_endpoint,omitempty"`
	Entity       *ocsfEntity    `json:"managed_entity,omitempty"`
	Metadata     ocsfMetadata   `json:"metadata"`
	Unmapped     map[string]any `json:"unmapped,omitempty"`
}

type ocsfAPI struct {
	Operation string       `json:"operation"`
	Service   *ocsfService `json:"service,omitempty"`
}

type ocsfService struct {
	Name string `json:"name"`
}

type ocsfActor struct {
	User ocsfUser `json:"user"`
}

type ocsfUser struct {
	UID  string `json:"uid,omitempty"`
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
}

type ocsfEndpoint struct {
	IP string `json:"ip"`
}

type ocsfEntity struct {
	UID  string `json:"uid,omitempty"`
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
}

type ocsfMetadata struct {
	Version        string      `json:"version"`
	UID            string      `json:"uid"`
	CorrelationUID string      `json:"correlation_uid,omitempty"`
	TenantUID      string      `json:"tenant_uid,omitempty"`
	LoggedTime     int64       `json:"logged_time,omitempty"`
	Product        ocsfProduct `json:"product"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
}

func ocsfOf(r *store.Record) ocsfEvent {
	kind := ocsfActivity(r.Action)
	e := ocsfEvent{
		ClassUID: ocsfClass, CategoryUID: ocsfCategory, ActivityID: kind, TypeUID: ocsfClass*100 + kind,
		Time:       r.OccurredAt.Time().UnixMilli(),
		SeverityID: ocsfSeverity(r.Severity),
		StatusID:   ocsfStatus(r.Status), Status: r.Status.String(), StatusDetail: r.Reason,
		Message: r.Details,
		API:     ocsfAPI{Operation: r.Action},
		Actor:   ocsfActor{User: ocsfUser{UID: r.ActorID, Name: r.ActorName, Type: r.ActorType}},
		Metadata: ocsfMetadata{
			Version: ocsfVersion, UID: r.ID.String(), CorrelationUID: r.OperationID, TenantUID: r.ProjectID,
			LoggedTime: r.IngestedAt.Time().UnixMilli(),
			Product:    ocsfProduct{Name: "otel-activity", VendorName: "otel-activity"},
		},
		Unmapped: ocsfUnmapped(r),
	}
	if r.ServiceName != "" {
		e.API.Service = &ocsfService{r.ServiceName}
	}
	if r.ClientAddress != "" {
		e.Source = &ocsfEndpoint{r.ClientAddress}
	}
	if r.EntityType != "" || r.EntityID != "" {
		e.Entity = &ocsfEntity{UID: r.EntityID, Name: r.EntityName, Type: r.EntityType}
	}
	if r.HasDuration {
		ms := int64(math.Round(r.Duration * 1000))
		e.Duration = &ms
	}
	return e
}

// ocsfActivity goes by the last word of the action: order.create is a create.
func ocsfActivity(action string) int {
	verb := action[strings.LastIndexAny(action, "._-/: ")+1:]
	switch strings.ToLower(verb) {
	case "create", "created", "add", "added", "insert", "inserted":
		return 1
	case "read", "get", "list", "view", "viewed", "export", "exported":
		return 2
	case "update", "updated", "change", "changed", "edit", "edited", "set":
		return 3
	case "delete", "deleted", "remove", "removed":
		return 4
	}
	return ocsfOther
}

func ocsfSeverity(s model.Severity) int {
	switch s {
	case model.SeverityInfo:
		return 1
	case model.SeverityNotice:
		return 2
	case model.SeverityWarning:
		return 3
	case model.SeverityCritical:
		return 5
	}
	return ocsfOther
}

func ocsfStatus(s model.Status) int {
	switch s { //nolint:exhaustive // the framework knows these two
	case model.StatusSuccess:
		return 1
	case model.StatusFailure:
		return 2
	}
	return ocsfOther
}

// ocsfUnmapped is what the framework has no place for.
func ocsfUnmapped(r *store.Record) map[string]any {
	unmapped := map[string]any{"source": r.Source.String()}
	for name, text := range map[string]string{"on_behalf_of": r.OnBehalfOf, "environment": r.Environment} {
		if text != "" {
			unmapped[name] = text
		}
	}
	if !r.TraceID.IsZero() {
		unmapped["trace_id"] = hex.EncodeToString(r.TraceID[:])
	}
	if !r.SpanID.IsZero() {
		unmapped["span_id"] = hex.EncodeToString(r.SpanID[:])
	}
	for name, document := range map[string][]byte{"metadata": r.Metadata, "changes": r.Changes, "attributes": r.Attributes} {
		if document != nil {
			unmapped[name] = json.RawMessage(document)
		}
	}
	return unmapped
}
