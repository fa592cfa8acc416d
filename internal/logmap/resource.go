package logmap

import (
	"crypto/sha256"
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/semconv"
)

// origin is what the records of one Scope have in common.
type origin struct {
	service, environment string
	project              string
	projectRank          uint8
	hints                hints
	isWAL                bool

	resource model.Resource
	digest   [sha256.Size]byte // of everything the Resource and Scope consist of

	// The repairs of the Resource and, after those, of the Scope: each record
	// lists them.
	notes         []note
	resourceNotes int

	canon          []byte // of the Resource, hashed anew with each Scope
	attributesJSON []byte
	scopeJSON      []byte
}

func (o *origin) forget() {
	o.service, o.environment, o.project = "", "", ""
	o.resource = model.Resource{}
	for _, buf := range []*[]byte{&o.canon, &o.attributesJSON, &o.scopeJSON} {
		shrink(buf)
	}
}

// enterResource reads what the records of a Resource get from it.
func (m *Mapper) enterResource(rl plog.ResourceLogs) {
	o := &m.origin
	m.arena.release()
	m.notes = m.notes[:0]
	o.service, o.environment, o.project, o.hints = "", "", "", 0

	attributes := rl.Resource().Attributes()
	attributes.Range(m.onResource)
	o.resource.SchemaURL = m.fit(fieldSchemaURL, rl.SchemaUrl())
	o.resource.Attributes = m.mapDocument(&o.attributesJSON, attributes)

	m.canon.buf = m.canon.buf[:0]
	m.canon.string(rl.SchemaUrl())
	m.canon.members(attributes, 0)
	o.canon = append(o.canon[:0], m.canon.buf...)

	m.arena.keep()
	o.notes = append(o.notes[:0], m.notes...)
	o.resourceNotes = len(o.notes)
}

// resourceAttribute takes one attribute of the Resource; it always goes on.
func (m *Mapper) resourceAttribute(key string, v pcommon.Value) bool {
	o := &m.origin
	switch key {
	case string(semconv.ServiceNameKey):
		o.service = m.fit(fieldService, m.text(v))
		return true
	case string(semconv.DeploymentEnvironmentNameKey):
		o.environment = m.fit(fieldEnvironment, m.text(v))
		return true
	}
	switch f, rank := classify(key); f {
	case fieldProject:
		if text := m.text(v); text != "" && (o.project == "" || rank <= o.projectRank) {
			o.project, o.projectRank = m.fit(fieldProject, text), rank
		}
	case fieldTrigger, fieldCronJob:
		o.hints |= m.hint(f, v)
	}
	return true
}

// enterScope completes the origin. What it returns is valid until the next call.
func (m *Mapper) enterScope(sl plog.ScopeLogs) *model.Resource {
	o, scope := &m.origin, sl.Scope()
	m.arena.reset()
	m.notes = append(m.notes[:0], o.notes[:o.resourceNotes]...)
	o.isWAL = scope.Name() == walScope

	res := &o.resource
	res.ScopeName = m.fit(fieldScope, scope.Name())
	res.ScopeVersion = m.fit(fieldScope, scope.Version())
	res.ScopeSchemaURL = m.fit(fieldSchemaURL, sl.SchemaUrl())
	res.ScopeAttributes = m.mapDocument(&o.scopeJSON, scope.Attributes())

	m.canon.buf = append(m.canon.buf[:0], o.canon...)
	m.canon.string(scope.Name())
	m.canon.string(scope.Version())
	m.canon.string(sl.SchemaUrl())
	m.canon.members(scope.Attributes(), 0)
	o.digest = sha256.Sum256(m.canon.buf)
	res.ID = int64(binary.BigEndian.Uint64(o.digest[:])) //nolint:gosec // any 64 bits do

	o.notes = append(o.notes[:0], m.notes...)
	return res
}

// mapDocument writes all of a Resource's or Scope's attributes.
func (m *Mapper) mapDocument(buf *[]byte, attributes pcommon.Map) []byte {
	m.entries.reset()
	m.entries.target = &m.entries.attributes
	attributes.Range(m.onEntry)
	return m.document(buf, documentResource, m.entries.attributes)
}
