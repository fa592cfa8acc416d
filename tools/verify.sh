#!/usr/bin/env bash
# Regenerates everything that is generated and fails when that changes a file.
set -euo pipefail
cd "$(dirname "$0")/.."

state() { git ls-files -z --cached --others --exclude-standard | sort -z | xargs -0 sha256sum 2>/dev/null; }

before=$(state)
go generate ./...
npm --prefix js run --silent types
npm --prefix js run --silent build >/dev/null
go mod tidy
after=$(state)
if [ "$before" != "$after" ]; then
  echo "verify: these files differ from what their sources generate; commit what 'make generate' and 'go mod tidy' make:" >&2
  diff <(printf '%s\n' "$before") <(printf '%s\n' "$after") | awk '/^>/ {print "  " $3}' >&2
  exit 1
fi
go mod verify >/dev/null
echo "verify: all generated files are up to date"
