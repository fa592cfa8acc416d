// Package api has the types of the query API and the routes of its server, made
// from openapi.yaml.
package api

//go:generate go tool -modfile=../../../../tools/go.mod oapi-codegen -config oapi-codegen.yaml ../../openapi.yaml
