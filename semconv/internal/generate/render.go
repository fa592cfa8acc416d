package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format" //nolint:depguard // a build tool, which no application links
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

type output struct {
	path    string
	content []byte
}

// render makes every generated file in memory. Paths are relative to root.
func render(root string) ([]output, error) {
	c, err := load(filepath.Join(root, "semconv", "activity.yaml"))
	if err != nil {
		return nil, err
	}
	var outputs []output
	for _, file := range []struct{ template, path string }{
		{"attributes.go.tmpl", "semconv/generated_attributes.go"},
		{"enums.go.tmpl", "internal/model/generated_enums.go"},
		{"convention.md.tmpl", "docs/reference/convention.md"},
		{"semconv.ts.tmpl", "js/sdk/src/semconv.gen.ts"},
	} {
		content, err := execute(file.template, c)
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", file.path, err)
		}
		outputs = append(outputs, output{path: file.path, content: content})
	}
	return outputs, nil
}

func execute(name string, c *convention) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"goName":  goName,
		"lower":   strings.ToLower,
		"plural":  plural,
		"tsName":  tsName,
		"upper":   strings.ToUpper,
		"aliases": aliases,
		"cell":    cell,
		"level":   level,
		"names":   wordNames,
		"wire":    wire,
	}).ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, c); err != nil {
		return nil, err
	}
	if strings.HasSuffix(name, ".go.tmpl") {
		return format.Source(b.Bytes())
	}
	return b.Bytes(), nil
}

// Attributes lists all names that are attributes, of a record or a Resource.
func (c *convention) Attributes() []accepted {
	var list []accepted
	for _, r := range c.Rows {
		if r.Kind != kindField {
			list = append(list, accepted{Name: r.Name, Type: r.Type, Brief: r.Brief})
		}
	}
	return append(list, c.Accepted...)
}

// Enum returns the enum with an id, for the page's prose.
func (c *convention) Enum(id string) (enum, error) {
	for _, e := range c.Enums {
		if e.ID == id {
			return e, nil
		}
	}
	return enum{}, fmt.Errorf("no enum %s", id)
}

// From returns the least SeverityNumber that is read as the i-th word.
func (e enum) From(i int) int {
	if i == 0 {
		return 0
	}
	return e.Words[i-1].UpTo + 1
}

// Head returns all words but the last.
func (e enum) Head() []word { return e.Words[:len(e.Words)-1] }

// Last returns the last word.
func (e enum) Last() word { return e.Words[len(e.Words)-1] }

// Numbered reports whether the words stand for severity numbers.
func (e enum) Numbered() bool { return e.Last().Number > 0 }

func wire(r row) string {
	switch r.Kind {
	case kindField:
		return r.Name + " (field of the record)"
	case kindResource:
		return "`" + r.Name + "` (Resource)"
	default:
		return "`" + r.Name + "`"
	}
}

func level(r row) string {
	switch {
	case r.StoreOnly:
		return "store only"
	case r.When != "":
		return r.Level + ": " + r.When
	default:
		return r.Level
	}
}

func aliases(r row) string {
	quoted := make([]string, len(r.Aliases))
	for i, alias := range r.Aliases {
		quoted[i] = alias
		if !strings.Contains(alias, " ") && strings.Contains(alias, ".") {
			quoted[i] = "`" + alias + "`"
		}
	}
	return cell(strings.Join(quoted, ", "))
}

func cell(s string) string {
	if s == "" {
		return "–"
	}
	return strings.ReplaceAll(s, "|", `\|`)
}

// wordNames lists an enum's words, those that only the store writes left out.
func wordNames(e enum) string {
	var names []string
	for _, w := range e.Words {
		if !w.StoreOnly {
			names = append(names, "`"+w.Word+"`")
		}
	}
	return strings.Join(names, " ")
}
