package manifest_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

// readConfig reads otelcol-config.yaml as the Collector does when none of its
// environment variables is set.
func readConfig(t *testing.T) *confmap.Conf {
	t.Helper()
	text := regexp.MustCompile(`\$\{env:\w+:-([^}]*)}`).ReplaceAllString(read(t, "otelcol-config.yaml"), "$1")
	var tree map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &tree))
	return confmap.NewFromStringMap(tree)
}

func section(t *testing.T, conf *confmap.Conf, name string) *confmap.Conf {
	t.Helper()
	sub, err := conf.Sub(name)
	require.NoError(t, err)
	return sub
}

func TestConfigUsesWhatTheManifestHas(t *testing.T) {
	t.Parallel()
	m, conf := readManifest(t), readConfig(t)
	for kind, entries := range map[string][]entry{
		"receiver":  m.Receivers,
		"processor": m.Processors,
		"exporter":  m.Exporters,
		"extension": m.Extensions,
	} {
		used := section(t, conf, kind+"s").ToStringMap()
		require.NotEmpty(t, used, kind)
		for name := range used {
			var id component.ID
			require.NoError(t, id.UnmarshalText([]byte(name)))
			require.True(t, slices.ContainsFunc(entries, func(e entry) bool { return means(e, kind, id.Type().String()) }),
				"%ss::%s is not in builder-config.yaml", kind, name)
		}
	}
}

func TestOurSectionsOfTheConfigAreValid(t *testing.T) {
	t.Parallel()
	conf := readConfig(t)
	seen := 0
	for folder, factory := range ours {
		kind, _, _ := strings.Cut(folder, "/")
		all := section(t, conf, kind+"s")
		if !all.IsSet(factory.Type().String()) {
			continue
		}
		seen++
		cfg := factory.CreateDefaultConfig()
		require.NoError(t, section(t, all, factory.Type().String()).Unmarshal(&cfg), folder)
		require.NoError(t, confmap.Validate(cfg), folder)
	}
	require.Equal(t, len(ours), seen, "the example shows each of our components")
}

func TestEachOptionOfTheConfigIsCommented(t *testing.T) {
	t.Parallel()
	option := regexp.MustCompile(`^\s*[\w/-]+: [^#\s]`)
	for i, line := range strings.Split(read(t, "otelcol-config.yaml"), "\n") {
		if option.MatchString(line) {
			require.Contains(t, line, "# ", "line %d sets an option and doesn't say what it is for", i+1)
		}
	}
}
