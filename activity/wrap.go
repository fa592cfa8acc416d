package activity

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/otel-activity/otel-activity/semconv"
)

// DoDatabase is Do for an operation on a database: "insert" into "orders" of the
// row "4711". The action is "orders.insert", the source SourceDatabase, the entity
// the row.
func (r *Recorder) DoDatabase(ctx context.Context, operation, collection, entityID string, fn func(context.Context) error, opts ...DoOption) error {
	d := r.prepare(opts)
	d.describe(&Activity{
		Action: collection + "." + strings.ToLower(operation),
		Source: SourceDatabase,
		Entity: Entity{Type: collection, ID: entityID},
	})
	d.attribute(semconv.DBOperationNameKey.String(operation), semconv.DBCollectionNameKey.String(collection))
	return d.run(ctx, fn)
}

// DoAPI is Do for a call of another system's API: the method and the path or the
// URL. Fn returns the status code of the response, 0 without one; 400 and more is a
// failure, also without an error. The action is "api.post", the source
// SourceIntegration, the entity an endpoint whose id is the path.
func (r *Recorder) DoAPI(ctx context.Context, method, target string, fn func(context.Context) (status int, err error), opts ...DoOption) error {
	d := r.prepare(opts)
	host, path := splitTarget(target)
	d.describe(&Activity{
		Action: "api." + strings.ToLower(method),
		Source: SourceIntegration,
		Entity: Entity{Type: "endpoint", ID: path},
	})
	d.attribute(semconv.HTTPRequestMethodKey.String(strings.ToUpper(method)), semconv.URLPathKey.String(path))
	if host != "" {
		d.attribute(semconv.ServerAddressKey.String(host))
	}
	var status int
	d.before(func(a *Activity) {
		if status == 0 {
			return
		}
		a.Attributes = append(slices.Clip(a.Attributes), semconv.HTTPResponseStatusCodeKey.Int(status))
		if a.Err == nil && status >= http.StatusBadRequest {
			a.Err = classed(strconv.Itoa(status))
		}
	})
	return d.run(ctx, func(ctx context.Context) (err error) {
		status, err = fn(ctx)
		return err
	})
}

// splitTarget returns the host and the path of a URL, or of a path alone, without
// user, port, query and fragment.
func splitTarget(target string) (host, path string) {
	path = target
	if _, rest, absolute := strings.Cut(target, "://"); absolute {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		host, path = rest[:end], rest[end:]
		host = host[strings.LastIndexByte(host, '@')+1:]
		if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexByte(host, ']') {
			host = host[:colon]
		}
	}
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	if path == "" {
		path = "/"
	}
	return host, path
}

// Batch counts what went wrong within a batch. It is safe for concurrent use.
type Batch struct{ failed atomic.Int64 }

// Fail counts n more items as failed.
func (b *Batch) Fail(n int) { b.failed.Add(int64(n)) }

// DoBatch is Do for many items at once, size of them. What fn records through the
// context that it is given has the operation of the batch, so that the items are
// found with it. A batch of which all items failed is a failure, one of which some
// did has SeverityWarning.
func (r *Recorder) DoBatch(ctx context.Context, name string, size int, fn func(context.Context, *Batch) error, opts ...DoOption) error {
	d := r.prepare(opts)
	d.describe(&Activity{Action: name})
	ctx = d.operate(ctx)
	var batch Batch
	d.before(func(a *Activity) {
		failed := int(batch.failed.Load())
		a.Attributes = append(slices.Clip(a.Attributes),
			semconv.ActivityBatchSizeKey.Int(size), semconv.ActivityBatchFailedKey.Int(failed))
		switch {
		case a.Err != nil || failed == 0:
		case failed >= size:
			a.Err = classed("batch")
		case a.Severity == "":
			a.Severity = SeverityWarning
		}
	})
	return d.run(ctx, func(ctx context.Context) error { return fn(ctx, &batch) })
}

// before finishes the activity before the caller's own functions do.
func (d *doing) before(complete func(*Activity)) {
	d.finish = append([]func(*Activity){complete}, d.finish...)
}

// classed is a failure that has a class and no message.
type classed string

func (classed) Error() string { return "" }

// ErrorType names the class for the attribute error.type.
func (c classed) ErrorType() string { return string(c) }
