#!/usr/bin/env bash
# Runs each fuzz function of the project for the time given, such as 30s.
set -euo pipefail
cd "$(dirname "$0")/.."

duration=${1:-30s}
while IFS=: read -r file _ line; do
  name=$(sed -E 's/^func (Fuzz[A-Za-z0-9_]+).*/\1/' <<<"$line")
  printf '== %s %s for %s\n' "$(dirname "$file")" "$name" "$duration"
  go test -run='^$' -fuzz="^$name\$" -fuzztime="$duration" "./$(dirname "$file")"
done < <(git grep -n '^func Fuzz' -- '*_test.go')
