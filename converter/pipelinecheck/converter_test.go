package pipelinecheck_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-activity/otel-activity/converter/pipelinecheck"
)

// provider serves texts by URI.
type provider struct {
	scheme string
	texts  map[string]string
}

func (p provider) Scheme() string                 { return p.scheme }
func (p provider) Shutdown(context.Context) error { return nil }

func (p provider) Retrieve(_ context.Context, uri string, _ confmap.WatcherFunc) (*confmap.Retrieved, error) {
	return confmap.NewRetrievedFromYAML([]byte(p.texts[uri]))
}

func (p provider) factory() confmap.ProviderFactory {
	return confmap.NewProviderFactory(func(confmap.ProviderSettings) confmap.Provider { return p })
}

// resolve runs the converter as the Collector does, and returns the warnings.
func resolve(t *testing.T, config string) (*confmap.Conf, []observer.LoggedEntry, error) {
	t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs: []string{"text:config"},
		ProviderFactories: []confmap.ProviderFactory{
			provider{"text", map[string]string{"text:config": config}}.factory(),
			provider{"env", map[string]string{
				"env:STORAGE": "file_storage/queue", "env:FSYNC": "true", "env:PROCESSOR": "batch",
			}}.factory(),
		},
		ConverterFactories: []confmap.ConverterFactory{pipelinecheck.NewFactory()},
		ConverterSettings:  confmap.ConverterSettings{Logger: zap.New(core)},
	})
	require.NoError(t, err)
	conf, err := resolver.Resolve(t.Context())
	require.NoError(t, resolver.Shutdown(t.Context()))
	return conf, logs.All(), err
}

const sound = `
receivers: {otlp: }
processors: {memory_limiter: {limit_mib: 512}, filter: {}}
exporters:
  activity:
    postgres: embedded_postgres
    sending_queue: {storage: "${env:STORAGE}"}
  debug:
extensions:
  embedded_postgres:
  file_storage/queue: {fsync: "${env:FSYNC}"}
service:
  extensions: [embedded_postgres, file_storage/queue]
  pipelines:
    logs: {receivers: [otlp], processors: [memory_limiter, filter], exporters: [activity, debug]}
    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}
`

func TestSoundConfigurationIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	conf, warnings, err := resolve(t, sound)
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, "file_storage/queue", conf.Get("exporters::activity::sending_queue::storage"))
	require.ElementsMatch(t, []string{"receivers", "processors", "exporters", "extensions", "service"},
		slices.Collect(maps.Keys(conf.ToStringMap())))
}

func TestMistakesNameKeyAndRemedy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ config, want string }{
		"storage is not configured": {
			`
exporters: {activity: {sending_queue: {storage: "${env:STORAGE}"}}}
service: {pipelines: {logs: {exporters: [activity]}}}`,
			"exporters::activity::sending_queue::storage names file_storage/queue, which is not configured: add file_storage/queue to extensions and to service::extensions",
		},
		"storage is not enabled": {
			`
exporters: {activity/audit: {sending_queue: {storage: file_storage}}}
extensions: {file_storage: }
service: {extensions: [other], pipelines: {logs/audit: {exporters: [debug, activity/audit]}}}`,
			"exporters::activity/audit::sending_queue::storage names file_storage, which is not enabled: add file_storage to service::extensions",
		},
		"postgres is not configured": {
			`
exporters: {activity: {postgres: embedded_postgres}}
extensions: {embedded_postgres/other: }
service: {extensions: [embedded_postgres/other], pipelines: {logs: {exporters: [activity]}}}`,
			"exporters::activity::postgres names embedded_postgres, which is not configured: add embedded_postgres to extensions and to service::extensions",
		},
		"postgres is not enabled": {
			`
exporters: {activity: {postgres: embedded_postgres}}
extensions: {embedded_postgres: {port: 0}}
service: {pipelines: {logs: {exporters: [activity]}}}`,
			"exporters::activity::postgres names embedded_postgres, which is not enabled: add embedded_postgres to service::extensions",
		},
		"signal": {
			`
exporters: {activity: {dsn: x}}
service: {pipelines: {metrics/all: {exporters: [activity]}}}`,
			"service::pipelines::metrics/all::exporters names activity, which takes logs alone: remove it there, and name it in a pipeline of logs",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := resolve(t, c.config)
			require.EqualError(t, err, "cannot convert the confmap.Conf: "+c.want)
		})
	}
}

func TestRisksAreWarnedOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ config, want, remedy string }{
		"batch": {
			`
exporters: {activity: }
service: {pipelines: {logs: {processors: [memory_limiter, "${env:PROCESSOR}"], exporters: [activity]}}}`,
			"service::pipelines::logs has the processor batch on the way to an activity exporter: it acknowledges records before the exporter's queue has them, and loses what it holds when the Collector dies",
			"remove it: the exporter batches behind its queue, see its sending_queue::batch",
		},
		"sampler": {
			`
exporters: {activity: }
service: {pipelines: {logs: {processors: [probabilistic_sampler/tenth], exporters: [activity]}}}`,
			"service::pipelines::logs has the processor probabilistic_sampler/tenth on the way to an activity exporter: it drops a share of the records",
			"remove it, or send activities through a pipeline without it",
		},
		"through connectors": {
			`
exporters: {activity: , debug: }
connectors: {forward: , routing: }
service:
  pipelines:
    logs/far: {receivers: [otlp], processors: [batch/far], exporters: [routing]}
    logs/in: {receivers: [routing], exporters: [debug, forward]}
    logs/out: {receivers: [forward], exporters: [activity]}
    logs/apart: {receivers: [routing], processors: [batch], exporters: [debug]}`,
			"service::pipelines::logs/far has the processor batch/far on the way to an activity exporter: it acknowledges records before the exporter's queue has them, and loses what it holds when the Collector dies",
			"remove it: the exporter batches behind its queue, see its sending_queue::batch",
		},
		"storage without fsync": {
			`
exporters: {activity: {sending_queue: {storage: file_storage}}}
extensions: {file_storage: {directory: /tmp}}
service: {extensions: [file_storage], pipelines: {logs: {exporters: [activity]}}}`,
			"extensions::file_storage, which keeps the queue of the exporter activity, has fsync off: a power cut loses what was acknowledged last",
			"set extensions::file_storage::fsync to true",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, warnings, err := resolve(t, c.config)
			require.NoError(t, err)
			require.Len(t, warnings, 1)
			require.Equal(t, zap.WarnLevel, warnings[0].Level)
			require.Equal(t, "This configuration can lose activities: "+c.want, warnings[0].Message)
			require.Equal(t, map[string]any{"remedy": c.remedy}, warnings[0].ContextMap())
		})
	}
}

// What is written wrongly is for the Collector to say, and what isn't used does
// no harm.
func TestTheRestIsLeftToTheCollector(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"empty":            "",
		"wrong shapes":     "exporters: [activity]\nservice: {extensions: one, pipelines: {logs: 7, traces: {exporters: {activity: 1}}}}",
		"wrong names":      "exporters: {activity/: {sending_queue: {storage: 7}}}\nservice: {extensions: [8, '//'], pipelines: {logs: {exporters: [activity/, 9]}}}",
		"not used":         "exporters: {activity: {postgres: missing}}\nservice: {pipelines: {logs: {exporters: [debug]}}}",
		"not configured":   "service: {pipelines: {logs: {processors: [batch], exporters: [activity]}}}",
		"queue is off":     "exporters: {activity: {sending_queue: {enabled: false, storage: missing}}}\nservice: {pipelines: {logs: {exporters: [activity]}}}",
		"connectors' ring": "exporters: {debug: }\nconnectors: {a: , b: }\nservice: {pipelines: {logs/1: {receivers: [a], exporters: [b]}, logs/2: {receivers: [b], exporters: [a]}}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, warnings, err := resolve(t, config)
			require.NoError(t, err)
			require.Empty(t, warnings)
		})
	}
}
