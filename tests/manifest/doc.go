// Package manifest has only a test: it holds builder-config.yaml, go.mod, the
// factories of our components and otelcol-config.yaml against each other.
package manifest
