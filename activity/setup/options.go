package setup

import (
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/semconv"
)

const (
	// defaultQueueSize holds some minutes of a busy application: about 16 MB.
	defaultQueueSize = 16_384
	// defaultSpoolSize is in bytes.
	defaultSpoolSize = 256 << 20
	// defaultConfirmTimeout ends the wait of a call for its acknowledgement.
	defaultConfirmTimeout = 10 * time.Second
	// maxBatch is how many activities a request has at most.
	maxBatch = 512
	// patience is how long BestEffort tries to send a batch.
	patience = 5 * time.Minute
)

// Option changes what Start does.
type Option func(*config)

type config struct {
	tier           Tier
	endpoint       string
	protocol       string
	headers        map[string]string
	tls            *tls.Config
	resource       []attribute.KeyValue
	queueSize      int
	spoolFolder    string
	spoolSize      int64
	fsync          bool
	confirmTimeout time.Duration
	onDrop         func(count int, reason error)
	local          bool
}

// WithTier chooses how safe an activity is when its call has returned; BestEffort, or
// what OTEL_ACTIVITY_TIER says, unless it is given.
func WithTier(tier Tier) Option { return func(c *config) { c.tier = tier } }

// WithEndpoint names the Collector: "collector:4317" without TLS, or a URL. Unless it is
// given, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT does, else it is
// localhost:4317.
func WithEndpoint(endpoint string) Option { return func(c *config) { c.endpoint = endpoint } }

// WithHTTP sends OTLP over HTTP instead of gRPC. So do OTEL_EXPORTER_OTLP_LOGS_PROTOCOL
// and OTEL_EXPORTER_OTLP_PROTOCOL with http/protobuf, and an endpoint with port 4318.
func WithHTTP() Option { return func(c *config) { c.protocol = protocolHTTP } }

// WithHeaders sends headers with each request, such as an authorization, besides those
// of OTEL_EXPORTER_OTLP_HEADERS.
func WithHeaders(headers map[string]string) Option { return func(c *config) { c.headers = headers } }

// WithTLS says how to speak TLS to the endpoint, with a certificate of one's own say.
func WithTLS(t *tls.Config) Option { return func(c *config) { c.tls = t } }

// WithService names the program and its version, which may be empty.
func WithService(name, version string) Option {
	return func(c *config) {
		c.resource = append(c.resource, semconv.ServiceNameKey.String(name))
		if version != "" {
			c.resource = append(c.resource, attribute.String("service.version", version))
		}
	}
}

// WithEnvironment names the deployment: "production".
func WithEnvironment(name string) Option {
	return func(c *config) { c.resource = append(c.resource, semconv.DeploymentEnvironmentNameKey.String(name)) }
}

// WithResource adds attributes of the program to those of OTEL_RESOURCE_ATTRIBUTES.
func WithResource(attributes ...attribute.KeyValue) Option {
	return func(c *config) { c.resource = append(c.resource, attributes...) }
}

// WithQueueSize bounds how many activities wait in memory with BestEffort and Confirm;
// 16,384 unless it is given.
func WithQueueSize(activities int) Option { return func(c *config) { c.queueSize = activities } }

// WithSpool names the folder in which activities wait with Durable. Several processes may
// share it. It must outlive the container. OTEL_ACTIVITY_SPOOL names it too; unless one
// does it is otel-activity/spool in the user's folder for caches.
func WithSpool(folder string) Option { return func(c *config) { c.spoolFolder = folder } }

// WithSpoolSize bounds the spool, in bytes; 256 MiB unless it is given.
func WithSpoolSize(bytes int64) Option { return func(c *config) { c.spoolSize = bytes } }

// WithFsync makes a call with Durable wait for the disk itself, so that its activity
// survives the end of the machine and not only that of the process.
func WithFsync() Option { return func(c *config) { c.fsync = true } }

// WithConfirmTimeout bounds the wait of a call with Confirm; 10 seconds unless it is given.
func WithConfirmTimeout(d time.Duration) Option { return func(c *config) { c.confirmTimeout = d } }

// OnDrop sets a function that is told how many activities were lost and why, at most once
// a second for each reason; the sum of the counts is exact. With a count of 0 the reason is
// what keeps everything from being sent, such as wrong credentials, while nothing is lost.
// It may be called by several goroutines. Unless it is given, otel.Handle is told.
func OnDrop(fn func(count int, reason error)) Option { return func(c *config) { c.onDrop = fn } }

// WithoutGlobal leaves the global LoggerProvider as it is.
func WithoutGlobal() Option { return func(c *config) { c.local = true } }

func newConfig(opts []Option) (*config, error) {
	c := &config{
		queueSize: defaultQueueSize, spoolSize: defaultSpoolSize, confirmTimeout: defaultConfirmTimeout,
		spoolFolder: os.Getenv("OTEL_ACTIVITY_SPOOL"),
	}
	for _, opt := range opts {
		opt(c)
	}
	if c.tier == "" {
		c.tier = Tier(os.Getenv("OTEL_ACTIVITY_TIER"))
	}
	var err error
	if c.tier, err = ParseTier(string(c.tier)); err != nil {
		return nil, err
	}
	if c.queueSize <= 0 || c.spoolSize < 1<<16 || c.confirmTimeout <= 0 {
		return nil, errors.New("queue size and timeout must be above 0, and a spool have 65,536 bytes or more")
	}
	if c.tier == Durable && c.spoolFolder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, errors.New("the tier durable needs a folder for its spool: use WithSpool or set OTEL_ACTIVITY_SPOOL")
		}
		c.spoolFolder = filepath.Join(cache, "otel-activity", "spool")
	}
	return c, nil
}
