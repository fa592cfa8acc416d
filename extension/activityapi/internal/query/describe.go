package query

import (
	"bytes"
	_ "embed" // docs.html and docs.css
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	//go:embed docs.html
	docsHTML string
	//go:embed docs.css
	docsCSS []byte

	docsTemplate = template.Must(template.New("docs").Parse(docsHTML))
)

// docsPolicy lets the page load its style sheet and nothing else.
const docsPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// describe serves the contract, and a page that shows it to people.
func (s *Service) describe(mux *http.ServeMux) error {
	page, err := renderDocs(s.settings.Contract)
	if err != nil {
		return fmt.Errorf("render openapi.yaml: %w", err)
	}
	serve := func(path, mediaType string, body []byte) {
		mux.HandleFunc("GET "+Base+path, func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", mediaType)
			h.Set("Content-Security-Policy", docsPolicy)
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-cache")
			_, _ = w.Write(body) // a client that is gone is nobody to tell
		})
	}
	serve("/openapi.yaml", "application/yaml", s.settings.Contract)
	serve("/docs", "text/html; charset=utf-8", page)
	serve("/docs.css", "text/css; charset=utf-8", docsCSS)
	return nil
}

// document is what the page shows of the contract.
type document struct {
	Info struct {
		Title       string `yaml:"title"`
		Summary     string `yaml:"summary"`
		Description string `yaml:"description"`
	} `yaml:"info"`
	Paths      orderedPaths `yaml:"paths"`
	Components struct {
		Parameters map[string]parameter `yaml:"parameters"`
	} `yaml:"components"`
}

type operation struct {
	Method, Path string

	Summary     string      `yaml:"summary"`
	Description string      `yaml:"description"`
	Parameters  []parameter `yaml:"parameters"`
}

type parameter struct {
	Ref         string `yaml:"$ref"`
	Name        string `yaml:"name"`
	In          string `yaml:"in"`
	Required    bool   `yaml:"required"`
	Description string `yaml:"description"`
}

// orderedPaths keeps the order of the file, which a map would lose.
type orderedPaths []operation

// UnmarshalYAML reads the operations of all paths.
func (o *orderedPaths) UnmarshalYAML(node *yaml.Node) error {
	for path, methods := range pairs(node) {
		for method, body := range pairs(methods) {
			op := operation{Method: strings.ToUpper(method.Value), Path: path.Value}
			if err := body.Decode(&op); err != nil {
				return err
			}
			*o = append(*o, op)
		}
	}
	return nil
}

func pairs(mapping *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		for pair := range slices.Chunk(mapping.Content, 2) {
			if !yield(pair[0], pair[1]) {
				return
			}
		}
	}
}

func renderDocs(contract []byte) ([]byte, error) {
	var d document
	if err := yaml.Unmarshal(contract, &d); err != nil {
		return nil, err
	}
	for _, op := range d.Paths {
		for i, p := range op.Parameters {
			if name, isRef := strings.CutPrefix(p.Ref, "#/components/parameters/"); isRef {
				op.Parameters[i] = d.Components.Parameters[name]
			}
		}
	}
	var page bytes.Buffer
	err := docsTemplate.Execute(&page, d)
	return page.Bytes(), err
}
