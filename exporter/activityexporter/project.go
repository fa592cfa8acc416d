package activityexporter

import (
	"context"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/semconv"
)

// nameProject gives the Resources that name no project the client's or the
// configured one. On the Resource, because there the records' own projects win;
// before the queue, because the client's metadata is gone once requests are
// merged to batches.
func (c *Config) nameProject(ctx context.Context, ld plog.Logs) {
	project := c.project(ctx)
	if project == "" {
		return
	}
	for _, resource := range ld.ResourceLogs().All() {
		if attributes := resource.Resource().Attributes(); !namesProject(attributes) {
			attributes.PutStr(string(semconv.ActivityProjectIDKey), project)
		}
	}
}

func (c *Config) project(ctx context.Context) string {
	if c.ProjectMetadataKey != "" {
		values := client.FromContext(ctx).Metadata.Get(c.ProjectMetadataKey)
		if len(values) > 0 && values[0] != "" {
			return values[0]
		}
	}
	return c.DefaultProject
}

func namesProject(attributes pcommon.Map) bool {
	for _, key := range [...]string{
		string(semconv.ActivityProjectIDKey),
		string(semconv.ActivityTenantIDKey),
		string(semconv.AuditTenantIDKey),
	} {
		if _, ok := attributes.Get(key); ok {
			return true
		}
	}
	return false
}
