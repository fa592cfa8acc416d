package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3" //nolint:depguard // a build tool, which no application links
)

// convention is the content of activity.yaml, whose comments explain the fields.
type convention struct {
	Version  int        `yaml:"version"`
	Enums    []enum     `yaml:"enums"`
	Rows     []row      `yaml:"rows"`
	Accepted []accepted `yaml:"accepted"`
}

type enum struct {
	ID    string `yaml:"id"`
	Model string `yaml:"model"`
	Brief string `yaml:"brief"`
	Words []word `yaml:"words"`
}

type word struct {
	Word      string `yaml:"word"`
	Brief     string `yaml:"brief"`
	StoreOnly bool   `yaml:"store_only"`
	Number    int    `yaml:"number"`
	UpTo      int    `yaml:"up_to"`
}

type row struct {
	Name      string   `yaml:"name"`
	Kind      string   `yaml:"kind"`
	Type      string   `yaml:"type"`
	Enum      string   `yaml:"enum"`
	Level     string   `yaml:"level"`
	When      string   `yaml:"when"`
	Field     string   `yaml:"field"`
	Column    string   `yaml:"column"`
	StoreOnly bool     `yaml:"store_only"`
	Brief     string   `yaml:"brief"`
	Examples  []string `yaml:"examples"`
	Aliases   []string `yaml:"aliases"`
}

type accepted struct {
	Name  string `yaml:"name"`
	Type  string `yaml:"type"`
	Brief string `yaml:"brief"`
}

func load(path string) (*convention, error) {
	//nolint:gosec // the path is the repository's own file
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var c convention
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("check %s: %w", path, err)
	}
	return &c, nil
}

// validate finds what would make a generated file wrong without failing to
// compile: unknown levels and kinds, names used twice, aliases of nothing.
func (c *convention) validate() error {
	known := map[string]bool{}
	for _, name := range c.names() {
		if known[name] {
			return fmt.Errorf("%s is there twice", name)
		}
		known[name] = true
	}
	enums := map[string]bool{}
	for _, e := range c.Enums {
		if len(e.Words) == 0 {
			return fmt.Errorf("enum %s has no words", e.ID)
		}
		enums[e.ID] = true
	}
	for _, r := range c.Rows {
		if err := r.validate(known, enums); err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
	}
	return nil
}

func (c *convention) names() []string {
	names := make([]string, 0, len(c.Rows)+len(c.Accepted))
	for _, r := range c.Rows {
		names = append(names, r.Name)
	}
	for _, a := range c.Accepted {
		names = append(names, a.Name)
	}
	return names
}

func (r *row) validate(known, enums map[string]bool) error {
	switch r.Kind {
	case "", kindField, kindResource:
	default:
		return fmt.Errorf("unknown kind %q", r.Kind)
	}
	switch r.Level {
	case "required", "optional":
	case "conditional":
		if r.When == "" {
			return errors.New("conditional on what? Say it in when")
		}
	default:
		return fmt.Errorf("unknown level %q", r.Level)
	}
	if (r.Type == "enum") != enums[r.Enum] {
		return fmt.Errorf("type %q and enum %q do not go together", r.Type, r.Enum)
	}
	if r.Brief == "" {
		return errors.New("no brief")
	}
	for _, alias := range r.Aliases {
		if !known[alias] && !strings.Contains(alias, " ") {
			return fmt.Errorf("alias %s is no known name: add it to accepted", alias)
		}
	}
	return nil
}

const (
	kindField    = "field"
	kindResource = "resource"
)
