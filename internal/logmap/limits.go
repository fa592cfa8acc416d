package logmap

// Limits are the greatest sizes in bytes; what is longer is cut and marked. A
// field that is 0 or less means its default.
//
// A b-tree entry of Postgres holds 2,704 bytes. The widest keys are (project_id,
// action, occurred_at, id) and (entity_type, entity_id, occurred_at): Project +
// Action and EntityType + EntityID must stay below 2,600 together.
type Limits struct {
	// Project bounds project_id; default 256.
	Project int
	// Action bounds action; default 512.
	Action int
	// EntityType bounds entity_type; default 256.
	EntityType int
	// EntityID bounds entity_id; default 1,024.
	EntityID int
	// Key bounds every other column that is searched by equality: actor_id,
	// on_behalf_of, operation_id, service_name, environment; default 512.
	Key int
	// Name bounds what is only displayed: entity_name, actor_name,
	// client_address, and the Scope's name and version; default 1,024.
	Name int
	// Reason bounds reason; default 16 KiB.
	Reason int
	// Details bounds details; default 256 KiB.
	Details int
	// Document bounds each of metadata, changes and attributes, and the
	// attributes of the Resource and the Scope, as JSON; default 1 MiB. What the
	// mapper itself notes in attributes comes on top.
	Document int
	// Depth is how many maps and lists may be nested in a document; default 64.
	Depth int
}

// DefaultLimits returns the limits that hold where none are set.
func DefaultLimits() Limits {
	return Limits{
		Project:    256,
		Action:     512,
		EntityType: 256,
		EntityID:   1024,
		Key:        512,
		Name:       1024,
		Reason:     16 << 10,
		Details:    256 << 10,
		Document:   1 << 20,
		Depth:      64,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ set, def *int }{
		{&l.Project, &d.Project},
		{&l.Action, &d.Action},
		{&l.EntityType, &d.EntityType},
		{&l.EntityID, &d.EntityID},
		{&l.Key, &d.Key},
		{&l.Name, &d.Name},
		{&l.Reason, &d.Reason},
		{&l.Details, &d.Details},
		{&l.Document, &d.Document},
		{&l.Depth, &d.Depth},
	} {
		if *f.set <= 0 {
			*f.set = *f.def
		}
	}
	return l
}

// ofField returns the limit of each text column.
func (l Limits) ofField() (limits [numFields]int) {
	for f := range limits {
		limits[f] = l.Key
	}
	limits[fieldProject] = l.Project
	limits[fieldAction] = l.Action
	limits[fieldEntityType] = l.EntityType
	limits[fieldEntityID] = l.EntityID
	limits[fieldEntityName] = l.Name
	limits[fieldActorName] = l.Name
	limits[fieldClientAddress] = l.Name
	limits[fieldScope] = l.Name
	limits[fieldSchemaURL] = l.Name
	limits[fieldReason] = l.Reason
	limits[fieldDetails] = l.Details
	return limits
}
