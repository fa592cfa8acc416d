#!/usr/bin/env bash
# Runs `go test` with its arguments against each Postgres of package.json, prints a row a version, and fails when one failed.
set -uo pipefail
cd "$(dirname "$0")/../.."

here=tools/pg-matrix
majors=${PG_MAJORS:-14 15 16 17 18}
logs=dist/pg-matrix

install_servers() {
  [ "$(uname -sm)" = "Linux x86_64" ] || { echo "these servers are for Linux on x86-64" >&2; return 1; }
  # npm may be told not to run a package's scripts, and these make the links that
  # the programs are linked against.
  npm --prefix "$here" ci --silent --ignore-scripts || return 1
  local package
  for package in "$here"/node_modules/pg*; do
    (cd "$package" && node scripts/hydrate-symlinks.js) || return 1
  done
  chmod -R a+rX "$here/node_modules"
}

# Root's servers run as postgres, which may not be let into this folder.
readable() { [ "$(id -u)" != 0 ] || runuser -u postgres -- "$1/postgres" --version >/dev/null 2>&1; }

servers=$PWD/$here/node_modules
install_servers || exit 1
first=${majors%% *}
if ! readable "$servers/pg$first/native/bin"; then
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp -a "$servers/." "$copy" && chmod 755 "$copy" && servers=$copy
fi

mkdir -p "$logs"
status=0
printf '%-10s %-7s %8s\n' postgres result seconds
for major in $majors; do
  bin=$servers/pg$major/native/bin
  started=$SECONDS
  if ACTIVITY_TEST_POSTGRES_BIN=$bin go test -count=1 -timeout=14m "$@" >"$logs/$major.log" 2>&1; then
    result=passed
  else
    result=failed status=1
  fi
  printf '%-10s %-7s %8d\n' "$("$bin/postgres" --version | awk '{print $3}')" "$result" $((SECONDS - started))
  [ "$result" = passed ] || grep -E '^\s*--- FAIL|^FAIL|^panic' "$logs/$major.log" | sed 's/^/  /'
done
[ "$status" = 0 ] || echo "the whole output is in $logs/" >&2
exit "$status"
