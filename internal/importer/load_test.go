package importer

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// mapText is the beginning of a map that needs nothing but fields.
const mapText = "name: test\nresource: {service.name: test}\nactivity:\n  time: /t\n  action: a\n"

func TestLoadMapNamesFaultsAndRemedies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"empty":               {"", []string{"the map is empty"}},
		"no mapping":          {"- a", []string{"line 1: a map must be a mapping"}},
		"misspelled key":      {mapText + "  sorce: user\n", []string{`line 6: activity has no "sorce"; did you mean "source"?`}},
		"unlike any key":      {"frobnicate: 1\n" + mapText, []string{`line 1: a map has no "frobnicate"; use one of activity, cases`}},
		"key twice":           {mapText + "  time: /u\n", []string{`line 6: "time" is already on line 4`}},
		"no name":             {"resource: {service.name: x}\nactivity: {time: /t, action: a}\n", []string{`the map has no "name"`}},
		"no service":          {"name: x\nactivity: {time: /t, action: a}\n", []string{`resource has no "service.name"`}},
		"resource by record":  {"name: x\nresource: {service.name: /s}\nactivity: {time: /t, action: a}\n", []string{"line 2", "must be a constant or a parameter"}},
		"no activity":         {"name: x\n", []string{`the map has no "activity"`}},
		"no time":             {"name: x\nresource: {service.name: x}\nactivity: {action: a}\n", []string{"activity has no time"}},
		"a case without":      {"name: x\nresource: {service.name: x}\nactivity: {time: /t}\ncases: [{when: {/k: 1}, activity: {action: a}}, {when: {/k: 2}, activity: {}}]\n", []string{"activity has no action"}},
		"case for all":        {mapText + "cases: [{activity: {action: b}}]\n", []string{`a case needs "when"`}},
		"unknown status":      {mapText + "  status: cancelled\n", []string{`line 6: status can't be "cancelled"; did you mean "canceled"?`}},
		"unknown by lookup":   {mapText + "  status:\n    path: /s\n    lookup:\n      Done: succes\n", []string{`line 9: status can't be "succes"; did you mean "success"?`}},
		"the store's word":    {mapText + "  status: {path: /s, lookup: {x: unknown}}\n", []string{"leave the status without a value"}},
		"unknown default":     {mapText + "  severity: {path: /s, default: bad}\n", []string{`severity can't be "bad"; use one of info, notice, warning, critical`}},
		"path without slash":  {mapText + "  project: {path: org}\n", []string{`"org" is no path: a path starts with a slash, write "/org"`}},
		"two sources":         {mapText + "  project: {path: /a, value: b}\n", []string{"exactly one of path, value", "this one has 2"}},
		"no source":           {mapText + "  project: {default: b}\n", []string{"this one has 0"}},
		"with without join":   {mapText + "  project: {path: /a, with: b}\n", []string{`"with" goes together with "join"`}},
		"bad regexp":          {mapText + "  project: {path: /a, match: '('}\n", []string{"is no regular expression"}},
		"bad case":            {mapText + "  project: {path: /a, case: camel}\n", []string{"none of lower, upper, snake"}},
		"bad keep":            {mapText + "  metadata: {keep: some}\n", []string{"none of none, rest, all"}},
		"bad unit":            {mapText + "  duration: {path: /d, unit: h}\n", []string{"none of s, ms, us, ns"}},
		"bad format":          {"name: x\nresource: {service.name: x}\nactivity: {action: a, time: {path: /t, format: rfc3339x}}\n", []string{"is no time format: use auto"}},
		"bad zone":            {"name: x\nresource: {service.name: x}\nactivity: {action: a, time: {path: /t, zone: Berlin}}\n", []string{"write it like Europe/Berlin"}},
		"bad default time":    {"name: x\nresource: {service.name: x}\nactivity: {action: a, time: {from: /t, default: now}}\n", []string{`default "now" is no time`}},
		"undeclared":          {mapText + "  project: {param: p}\n", []string{`there is no parameter "p"`}},
		"undeclared in text":  {mapText + "  project: {template: 'x${p}'}\n", []string{`there is no parameter "p"`}},
		"parameter to give":   {"parameters: {p: ~}\n" + mapText, []string{"give it one with --param p=VALUE"}},
		"unknown condition":   {mapText + "  project: {value: x, when: {/a: {equals: 1}}}\n", []string{`a condition has no "equals"; use one of exists, is, match, not`}},
		"all faults at once":  {mapText + "  status: bad\n  severity: bad\n", []string{"line 6", "line 7"}},
		"entity as text":      {mapText + "  entity: /e\n", []string{"entity must be a mapping"}},
		"member of no entity": {mapText + "  entity: {kind: x}\n", []string{`entity has no "kind"; use one of id, name, type`}},
		"broken yaml":         {"name: [", []string{"yaml: line 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadMap([]byte(test.text), nil)
			require.Error(t, err)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestLoadMapRefusesUndeclaredParameters(t *testing.T) {
	t.Parallel()
	_, err := LoadMap([]byte("parameters: {repository: x}\n"+mapText), map[string]string{"repo": "y"})
	require.ErrorContains(t, err, `the map has no parameter "repo"; use one of repository`)
}

func FuzzLoadMap(f *testing.F) {
	f.Add(mapText + "  status: {path: /s, lookup: {a: success}}\n  metadata: {keep: rest, drop: [/a]}\n")
	f.Add("cases: [{when: {/k: [a, {b: c}]}, activity: {time: {from: [/a], default: 2020}}}]")
	f.Add("activity: &a {time: *a}")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := LoadMap([]byte(text), nil)
		if err == nil {
			require.NotEmpty(t, m.Name)
		}
	})
}
