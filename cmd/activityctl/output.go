package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/store"
)

// printer writes activities to standard output. What it was given is written
// when flush returns, at the latest.
type printer interface {
	print(r *store.Record) error
	flush() error
}

// output is a flag: the form that activities are printed in.
type output string

const (
	outputTable  output = "table"
	outputNDJSON output = "ndjson"
)

func (o *output) register(flags *pflag.FlagSet) {
	*o = outputTable
	flags.VarP(o, "output", "o", "table for people, ndjson (a JSON object a line) for programs")
}

func (o *output) String() string { return string(*o) }
func (o *output) Type() string   { return "form" }

func (o *output) Set(s string) error {
	switch output(s) {
	case outputTable, outputNDJSON:
		*o = output(s)
		return nil
	default:
		return fmt.Errorf("%q is neither table nor ndjson", s)
	}
}

func (o *output) printer(w io.Writer) printer {
	if *o == outputNDJSON {
		return newNDJSON(w)
	}
	return newTable(w)
}

// writeJSON writes one value for people and programs.
func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
