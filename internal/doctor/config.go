package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-activity/otel-activity/converter/pipelinecheck"
	"github.com/otel-activity/otel-activity/exporter/activityexporter"
	"github.com/otel-activity/otel-activity/internal/finding"
)

// The checks of a configuration that are made here; the others are those of
// activityexporter and pipelinecheck.
const (
	checkConfigExporter    = "config.exporter"
	checkConfigValid       = "config.valid"
	checkConfigEnvironment = "config.environment"
	checkMaintenanceOff    = "maintenance.off"
)

// Config checks a configuration that is made of the files, or other addresses that
// the Collector's --config takes. The error is of what can't be read.
func Config(ctx context.Context, uris []string) ([]finding.Finding, error) {
	conf, unset, err := resolve(ctx, uris)
	if err != nil {
		return nil, err
	}
	exporters := pipelinecheck.ActivityExporters(conf)
	if len(exporters) == 0 {
		return []finding.Finding{{
			Check: checkConfigExporter, Severity: finding.Error,
			What:   "no pipeline ends in an activity exporter: nothing is stored",
			Remedy: "configure `exporters: {activity: …}` and name activity in the exporters of a pipeline of logs",
		}}, nil
	}
	found := pipelinecheck.Check(conf)
	for _, id := range exporters {
		found = append(found, checkExporter(conf, id.String(), unset)...)
	}
	found = append(found, unsetVariables(unset)...)
	return append(found, passed(found)...), nil
}

func unsetVariables(names []string) []finding.Finding {
	if len(names) == 0 {
		return nil
	}
	return []finding.Finding{{
		Check: checkConfigEnvironment, Severity: finding.Info,
		What:   fmt.Sprintf("the configuration takes %s from the environment, which has no such variable here: it counts as empty", strings.Join(names, ", ")),
		Remedy: "set what the Collector has set, so that the checks see what it sees",
	}}
}

// checkExporter checks the section of one exporter.
func checkExporter(conf *confmap.Conf, id string, unset []string) []finding.Finding {
	key := "exporters" + confmap.KeyDelimiter + id
	config, err := exporterConfig(conf, key, unset)
	if err != nil {
		return []finding.Finding{{
			Check: checkConfigValid, Severity: finding.Error,
			What:   key + ": " + oneLine(err),
			Remedy: "correct " + key + ": the Collector does not start with it",
		}}
	}
	found := config.Risks()
	found = append(found, queueKept(config, found)...)
	if config.MaintenanceInterval == 0 {
		found = append(found, finding.Finding{
			Check: checkMaintenanceOff, Severity: finding.Info,
			What:   "maintenance_interval is 0: partitions and counts are left to another Collector",
			Remedy: "make sure that another one runs with a maintenance_interval, or remove it here",
		})
	}
	for i := range found {
		found[i].What = key + ": " + found[i].What
	}
	return found
}

func exporterConfig(conf *confmap.Conf, key string, unset []string) (*activityexporter.Config, error) {
	config := activityexporter.NewFactory().CreateDefaultConfig().(*activityexporter.Config)
	section, err := conf.Sub(key)
	if err != nil {
		return nil, err
	}
	if err := section.Unmarshal(config); err != nil {
		return nil, err
	}
	if len(unset) > 0 && section.IsSet("dsn") && config.DSN == "" && config.Postgres == nil {
		config.DSN = "host=unset" // a secret that only the Collector has
	}
	return config, confmap.Validate(config)
}

// queueKept says why a queue loses nothing, in place of the generic words.
func queueKept(config *activityexporter.Config, risks []finding.Finding) []finding.Finding {
	risky := func(f finding.Finding) bool {
		return f.Check == activityexporter.CheckQueueMemory || f.Check == activityexporter.CheckQueueOff
	}
	if slices.ContainsFunc(risks, risky) {
		return nil
	}
	queue := config.QueueConfig.Get()
	if queue.WaitForResult {
		return []finding.Finding{fine(activityexporter.CheckQueueMemory, "sending_queue waits for the result: what is acknowledged is written, without a storage too")}
	}
	return []finding.Finding{fine(activityexporter.CheckQueueMemory, "sending_queue is kept by %s", queue.StorageID)}
}

// passed lists the checks of a configuration that found nothing.
func passed(found []finding.Finding) []finding.Finding {
	has := func(check string) bool {
		return slices.ContainsFunc(found, func(f finding.Finding) bool { return f.Check == check })
	}
	looked := pipelinesPass
	if !has(checkConfigValid) { // what is not valid was not looked at any further
		looked = slices.Concat(pipelinesPass, exportersPass)
	}
	return slices.DeleteFunc(slices.Clone(looked), func(f finding.Finding) bool { return has(f.Check) })
}

var pipelinesPass = []finding.Finding{
	fine(checkConfigExporter, "a pipeline ends in an activity exporter"),
	fine(checkConfigEnvironment, "each variable of the environment is set"),
	fine(pipelinecheck.CheckExtension, "each extension that an activity exporter names is there"),
	fine(pipelinecheck.CheckSignal, "activity exporters are in pipelines of logs alone"),
	fine(pipelinecheck.CheckBatch, "no batch processor is on the way to an activity exporter"),
	fine(pipelinecheck.CheckSampling, "nothing samples on the way to an activity exporter"),
	fine(pipelinecheck.CheckDeduplication, "nothing merges records on the way to an activity exporter"),
	fine(pipelinecheck.CheckFilter, "nothing filters on the way to an activity exporter"),
	fine(pipelinecheck.CheckFsync, "no queue is on a disk without fsync"),
}

var exportersPass = []finding.Finding{
	fine(checkConfigValid, "each activity exporter is configured correctly"),
	fine(activityexporter.CheckQueueOff, "each queue is on"),
	fine(activityexporter.CheckQueueOverflow, "a full queue makes senders wait"),
	fine(activityexporter.CheckRetryOff, "what was acknowledged is tried again"),
	fine(activityexporter.CheckRetryBounded, "what was acknowledged is never given up"),
	fine(checkMaintenanceOff, "maintenance is on"),
}

func fine(check, what string, args ...any) finding.Finding {
	return finding.Finding{Check: check, Severity: finding.OK, What: fmt.Sprintf(what, args...)}
}

// oneLine writes an error that has several lines in one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
