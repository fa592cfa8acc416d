package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/importer"
)

const importLong = `import reads NDJSON (one JSON object a line, plain or gzip, "-" for standard
input), makes activities of its lines as a map file says, and sends them over
OTLP. Importing the same file again adds nothing, so an import that was
interrupted is completed by doing it again.

A line that can't be read or has no time is reported and skipped. While the
endpoint can't take records, import waits and tries again until Ctrl-C. It exits
with 0 only when every line is with the endpoint.`

const importExample = `  activityctl import events.ndjson.gz --map examples/import/bpi-incidents.yaml
  activityctl import events.ndjson --map map.yaml --dry-run=3
  node examples/import/git-log.mjs . | activityctl import - --map examples/import/git-history.yaml`

// importFlags are the command line of import.
type importFlags struct {
	endpoint   importer.Endpoint
	settings   importer.Settings
	mapFile    string
	parameters map[string]string
	headers    []string
	dryRun     int
	quiet      bool
}

func newImportCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:     "import FILE --map MAP.yaml",
		Short:   "Import an existing history from NDJSON",
		Long:    importLong,
		Example: importExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{fmt.Errorf("import takes one file, or - for standard input, not %d", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.register(cmd)
	return cmd
}

func (f *importFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.mapFile, "map", "", "the `file` that says how lines become activities (docs/reference/import-map.md)")
	flags.StringToStringVar(&f.parameters, "param", nil, "`name=value` of a parameter that the map declares; can be repeated")
	flags.StringVar(&f.endpoint.Address, "endpoint", "", "OTLP endpoint: host:port for gRPC, http(s)://host:port for HTTP [$OTEL_EXPORTER_OTLP_ENDPOINT, else "+importer.DefaultEndpoint+"]")
	flags.StringVar(&f.endpoint.Protocol, "protocol", "", "grpc or http/protobuf, where the endpoint doesn't tell [$OTEL_EXPORTER_OTLP_PROTOCOL]")
	flags.BoolVar(&f.endpoint.Insecure, "insecure", false, "send to host:port without TLS; to this machine it is always without")
	flags.StringVar(&f.endpoint.CAFile, "ca-file", "", "`file` with the certificates to trust, in PEM [$OTEL_EXPORTER_OTLP_CERTIFICATE, else the system's]")
	flags.StringArrayVar(&f.headers, "header", nil, "`name=value` to send with every request; can be repeated [$OTEL_EXPORTER_OTLP_HEADERS]")
	flags.StringVar(&f.endpoint.Compression, "compression", "none", "none or gzip")
	flags.IntVar(&f.settings.Concurrency, "concurrency", importer.DefaultConcurrency, "requests under way at once")
	flags.IntVar(&f.settings.BatchRecords, "batch-size", importer.DefaultBatchRecords, "records a request")
	flags.DurationVar(&f.settings.Patience, "timeout", 0, "give up when a request goes unaccepted for so long; 0 means never")
	flags.BoolVar(&f.settings.Strict, "strict", false, "stop at the first line that can't be mapped")
	flags.IntVar(&f.dryRun, "dry-run", 0, "send nothing: map the whole input and print the first `N` records as JSON; 10 when N isn't given")
	flags.Lookup("dry-run").NoOptDefVal = "10"
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress")
}

func (f *importFlags) run(cmd *cobra.Command, file string) error {
	if err := f.complete(cmd); err != nil {
		return &usageError{err}
	}
	if err := f.loadMap(); err != nil {
		return err
	}
	input, err := importer.OpenInput(file, cmd.InOrStdin())
	if err != nil {
		return fmt.Errorf("open the input: %w", err)
	}
	defer input.Close()
	f.settings.Input = input
	f.settings.Progress = importer.NewProgress(input)
	if cmd.Flags().Changed("dry-run") {
		return f.preview(cmd)
	}
	return f.send(cmd)
}

// complete takes from the environment what the command line doesn't say.
func (f *importFlags) complete(cmd *cobra.Command) error {
	if f.mapFile == "" {
		return errors.New("--map is missing: the file that says how lines become activities")
	}
	e := &f.endpoint
	for _, setting := range []struct {
		value    *string
		variable string
	}{
		{&e.Address, "OTEL_EXPORTER_OTLP_ENDPOINT"},
		{&e.Protocol, "OTEL_EXPORTER_OTLP_PROTOCOL"},
		{&e.CAFile, "OTEL_EXPORTER_OTLP_CERTIFICATE"},
	} {
		if *setting.value == "" {
			*setting.value = os.Getenv(setting.variable)
		}
	}
	if e.Address == "" {
		e.Address = importer.DefaultEndpoint
	}
	for flag, n := range map[string]int{"concurrency": f.settings.Concurrency, "batch-size": f.settings.BatchRecords} {
		if n < 1 {
			return fmt.Errorf("--%s must be at least 1", flag)
		}
	}
	if f.dryRun < 0 || f.settings.Patience < 0 {
		return errors.New("--dry-run and --timeout can't be negative")
	}
	return f.completeHeaders(cmd)
}

func (f *importFlags) completeHeaders(cmd *cobra.Command) error {
	headers, decode := f.headers, func(value string) (string, error) { return value, nil }
	if !cmd.Flags().Changed("header") {
		// In the environment, they are percent-encoded.
		headers, decode = strings.FieldsFunc(os.Getenv("OTEL_EXPORTER_OTLP_HEADERS"), func(r rune) bool { return r == ',' }), url.PathUnescape
	}
	f.endpoint.Headers = map[string]string{}
	for _, header := range headers {
		name, value, ok := strings.Cut(header, "=")
		value, err := decode(strings.TrimSpace(value))
		if name = strings.ToLower(strings.TrimSpace(name)); !ok || name == "" || err != nil {
			// The value may be a secret, so it isn't repeated.
			return errors.New("a header must be written name=value")
		}
		f.endpoint.Headers[name] = value
	}
	return nil
}

func (f *importFlags) loadMap() error {
	text, err := os.ReadFile(f.mapFile)
	if err != nil {
		return fmt.Errorf("open the map: %w", err)
	}
	f.settings.Map, err = importer.LoadMap(text, f.parameters)
	if err != nil {
		return fmt.Errorf("the map %s is at fault:\n%w", f.mapFile, err)
	}
	return nil
}

func (f *importFlags) send(cmd *cobra.Command) error {
	sender, err := f.endpoint.Connect()
	if err != nil {
		return &usageError{err}
	}
	defer sender.Close()
	f.settings.Sender = sender
	stop := func() {}
	if !f.quiet {
		stop = watchProgress(cmd.ErrOrStderr(), func(limit int) string { return f.settings.Progress.Line(time.Now(), limit) })
	}
	result, err := importer.Run(cmd.Context(), f.settings)
	stop()
	printResult(cmd.OutOrStdout(), result)
	printFindings(cmd.ErrOrStderr(), result)
	return importError(cmd.Context(), result, err)
}

func importError(ctx context.Context, result importer.Result, err error) error {
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted; import the same input again to complete it, nothing is doubled")
	case err != nil:
		return fmt.Errorf("import ended early: %w", err)
	case !result.Complete():
		return fmt.Errorf("%d of %d lines were not imported", result.Refused+result.Skipped, result.Read)
	}
	return nil
}
