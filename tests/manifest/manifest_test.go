package manifest_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/otel-activity/otel-activity/converter/pipelinecheck"
	"github.com/otel-activity/otel-activity/exporter/activityexporter"
	"github.com/otel-activity/otel-activity/extension/activityapi"
	"github.com/otel-activity/otel-activity/extension/embeddedpostgres"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver"
)

const (
	root      = "../.."
	ourModule = "github.com/otel-activity/otel-activity"
	core      = "go.opentelemetry.io/collector/"
	contrib   = "github.com/open-telemetry/opentelemetry-collector-contrib/"
)

// ours are the components of this repository, by the folder that the manifest
// imports.
var ours = map[string]component.Factory{
	"exporter/activityexporter":    activityexporter.NewFactory(),
	"extension/activityapi":        activityapi.NewFactory(),
	"extension/embeddedpostgres":   embeddedpostgres.NewFactory(),
	"receiver/postgreswalreceiver": postgreswalreceiver.NewFactory(),
}

// The converter has no type; that it compiles is what there is to hold.
var _ confmap.ConverterFactory = pipelinecheck.NewFactory()

type entry struct {
	GoMod  string `yaml:"gomod"`
	Import string `yaml:"import"`
	Name   string `yaml:"name"`
}

func (e entry) module() string  { module, _, _ := strings.Cut(e.GoMod, " "); return module }
func (e entry) version() string { _, version, _ := strings.Cut(e.GoMod, " "); return version }

// folder is where one of our components is; empty for the components of others.
func (e entry) folder() string {
	if e.module() != ourModule {
		return ""
	}
	return strings.TrimPrefix(e.Import, ourModule+"/")
}

// pkg is the last element of the path that the builder imports.
func (e entry) pkg() string {
	if e.Import != "" {
		return path.Base(e.Import)
	}
	return path.Base(e.module())
}

type manifest struct {
	Dist struct {
		Name       string `yaml:"name"`
		OutputPath string `yaml:"output_path"`
	} `yaml:"dist"`
	Receivers  []entry  `yaml:"receivers"`
	Processors []entry  `yaml:"processors"`
	Exporters  []entry  `yaml:"exporters"`
	Extensions []entry  `yaml:"extensions"`
	Providers  []entry  `yaml:"providers"`
	Converters []entry  `yaml:"converters"`
	Replaces   []string `yaml:"replaces"`
}

func (m manifest) all() []entry {
	return slices.Concat(m.Receivers, m.Processors, m.Exporters, m.Extensions, m.Providers, m.Converters)
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	var m manifest
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "builder-config.yaml")), &m))
	return m
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(os.DirFS(root), name)
	require.NoError(t, err)
	return string(text)
}

// requirements are the modules that a go.mod requires, with their versions.
func requirements(t *testing.T, name string) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^(?:require)?\s+(\S+) (v\S+)`).FindAllStringSubmatch(read(t, name), -1) {
		versions[match[1]] = match[2]
	}
	require.NotEmpty(t, versions)
	return versions
}

func TestUpstreamIsOneSet(t *testing.T) {
	t.Parallel()
	beta := requirements(t, "tools/go.mod")[core+"cmd/builder"]
	stable := requirements(t, "go.mod")[core+"component"]
	require.NotEmpty(t, beta)
	require.NotEmpty(t, stable)
	for _, e := range readManifest(t).all() {
		switch module := e.module(); {
		case module == ourModule:
		case strings.HasPrefix(module, core+"confmap/provider/"):
			require.Equal(t, stable, e.version(), "%s: providers are stable modules", module)
		case strings.HasPrefix(module, core), strings.HasPrefix(module, contrib):
			require.Equal(t, beta, e.version(), "%s must be of the builder's own version", module)
		default:
			require.Fail(t, "a module that is neither ours nor upstream's", module)
		}
	}
}

func TestVersionsAreThoseOfGoMod(t *testing.T) {
	t.Parallel()
	versions := requirements(t, "go.mod")
	for _, e := range readManifest(t).all() {
		if version, ok := versions[e.module()]; ok {
			require.Equal(t, version, e.version(), e.module())
		}
	}
}

func TestOurComponentsAreInTheManifest(t *testing.T) {
	t.Parallel()
	m := readManifest(t)
	var listed []string
	for _, e := range slices.Concat(m.Receivers, m.Processors, m.Exporters, m.Extensions) {
		folder := e.folder()
		if folder == "" {
			continue
		}
		listed = append(listed, folder)
		require.Equal(t, path.Base(folder), e.Name, "without a name of its own the builder calls it after the module")
		factory, ok := ours[folder]
		require.True(t, ok, "%s is in the manifest and not in this test", folder)
		kind, _, _ := strings.Cut(folder, "/")
		require.True(t, means(e, kind, factory.Type().String()), "%s has the type %s", folder, factory.Type())
	}
	require.Len(t, listed, len(ours), "each of our components belongs into the distribution")
	require.Equal(t, "converter/pipelinecheck", m.Converters[0].folder())
	require.Equal(t, []string{ourModule + " => ../"}, m.Replaces, "relative to %s", m.Dist.OutputPath)
}

// means says whether a component of this type comes from this entry of the
// manifest: file_storage from filestorage, health_check from healthcheckextension.
func means(e entry, kind, componentType string) bool {
	name := strings.ReplaceAll(componentType, "_", "")
	return e.pkg() == name || e.pkg() == name+kind
}
