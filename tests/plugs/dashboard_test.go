package plugs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	trailDashboard    = "examples/grafana/activity-trail.json"
	pipelineDashboard = "examples/grafana/activity-pipeline.json"
	// dataSource is the template variable that each panel and target takes its data from.
	dataSource = "${datasource}"
)

// dashboard is what matters here of Grafana's JSON.
type dashboard struct {
	UID           string   `json:"uid"`
	SchemaVersion int      `json:"schemaVersion"`
	Tags          []string `json:"tags"`
	Templating    struct {
		List []variable `json:"list"`
	} `json:"templating"`
	Panels []panel `json:"panels"`
}

type variable struct {
	Name  string          `json:"name"`
	Type  string          `json:"type"`
	Query json.RawMessage `json:"query"`
}

type panel struct {
	ID          int      `json:"id"`
	Type        string   `json:"type"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Source      source   `json:"datasource"`
	Place       place    `json:"gridPos"`
	Targets     []target `json:"targets"`
}

type source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type place struct{ H, W, X, Y int }

type target struct {
	RefID  string `json:"refId"`
	Source source `json:"datasource"`
	Expr   string `json:"expr"`
	RawSQL string `json:"rawSql"`
	Format string `json:"format"`
}

// query is a target with the panel that shows what it answers.
type query struct {
	panel  panel
	target target
}

func readDashboard(t *testing.T, name string) dashboard {
	t.Helper()
	var d dashboard
	require.NoError(t, json.Unmarshal([]byte(read(t, name)), &d), name)
	return d
}

// queries are those of all panels, by the names that their tests have.
func (d dashboard) queries() map[string]query {
	all := make(map[string]query)
	for _, p := range d.Panels {
		for _, t := range p.Targets {
			all[strings.ReplaceAll(fmt.Sprintf("%d %s/%s", p.ID, p.Title, t.RefID), " ", "_")] = query{p, t}
		}
	}
	return all
}

func TestDashboardsAreWhole(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{
		trailDashboard:    "grafana-postgresql-datasource",
		pipelineDashboard: "prometheus",
	} {
		d := readDashboard(t, name)
		require.NotEmpty(t, d.UID, "links to it need an address that stays")
		require.GreaterOrEqual(t, d.SchemaVersion, 41)
		require.Contains(t, d.Tags, "otel-activity", "the dashboards find each other by it")
		require.Equal(t, "datasource", d.Templating.List[0].Type)
		require.Equal(t, dataSource, "${"+d.Templating.List[0].Name+"}")
		ids := make(map[int]string)
		taken := make(map[[2]int]string)
		for _, p := range d.Panels {
			require.NotContains(t, ids, p.ID, "%s and %s have one id", p.Title, ids[p.ID])
			ids[p.ID] = p.Title
			require.LessOrEqual(t, p.Place.X+p.Place.W, 24, p.Title)
			for x := range p.Place.W {
				for y := range p.Place.H {
					cell := [2]int{p.Place.X + x, p.Place.Y + y}
					require.NotContains(t, taken, cell, "%s covers %s", p.Title, taken[cell])
					taken[cell] = p.Title
				}
			}
			if p.Type == "row" {
				continue
			}
			require.NotEmpty(t, p.Targets, p.Title)
			require.NotEmpty(t, p.Description, p.Title)
			require.Equal(t, source{kind, dataSource}, p.Source, p.Title)
			for _, q := range p.Targets {
				require.Equal(t, source{kind, dataSource}, q.Source, p.Title)
			}
		}
	}
}
