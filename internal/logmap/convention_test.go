package logmap

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// attributeName matches names; the model also lists fields and whole sentences.
var attributeName = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

// The convention's model and this package list the names of each column in the
// same order, and every group that a name of it can be nested in is known.
func TestNamesAreThoseOfTheConvention(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../semconv/activity.yaml")
	require.NoError(t, err)
	var convention struct {
		Rows []struct {
			Name    string   `yaml:"name"`
			Kind    string   `yaml:"kind"`
			Column  string   `yaml:"column"`
			Aliases []string `yaml:"aliases"`
		} `yaml:"rows"`
	}
	require.NoError(t, yaml.Unmarshal(content, &convention))
	require.NotEmpty(t, convention.Rows)

	for _, row := range convention.Rows {
		if row.Kind != "" || row.Column == "attributes" {
			continue
		}
		f, rank := classify(row.Name)
		require.NotEqual(t, fieldFree, f, row.Name)
		for _, alias := range row.Aliases {
			if !attributeName.MatchString(alias) {
				continue
			}
			aliasField, aliasRank := classify(alias)
			require.Equal(t, f, aliasField, alias)
			require.Greater(t, aliasRank, rank, alias)
			rank = aliasRank
			requireGroups(t, alias)
		}
		requireGroups(t, row.Name)
	}
}

// requireGroups requires that each beginning of a name opens a group, or a map
// that has a meaning of its own.
func requireGroups(t *testing.T, name string) {
	t.Helper()
	for i := range name {
		if name[i] != '.' {
			continue
		}
		f, _ := classify(name[:i])
		require.Contains(t, []field{fieldGroup, fieldChanges}, f, name[:i])
	}
}
