#!/usr/bin/env bash
# Every measurement of the project, one after the other: they share the machine,
# so never at the same time. Each figure is on a line of its own that begins with
# RESULT.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$1"; }

step "Go benchmarks"
go test -run='^$' -bench=. -benchmem -benchtime=1s ./activity/... ./internal/...

step "the Go SDK against a bare Emit"
go run ./bench/sdk -gone=20s

step "mapping and encoding, without a database"
go run ./bench/mapping

step "the writer against COPY"
go run ./bench/write

step "OTLP to committed rows against COPY"
go run ./bench/e2e

step "the backfill of a migration against the writer"
go run ./bench/backfill
