#!/usr/bin/env bash
# Sees to it that a program that the project's commands need is there: installs
# it from the system's packages when it may, else says what to install.
set -euo pipefail

have_postgres() {
  command -v postgres >/dev/null 2>&1 && command -v initdb >/dev/null 2>&1 && return 0
  local found=(/usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres
    /opt/homebrew/opt/postgresql@*/bin/postgres /usr/local/opt/postgresql@*/bin/postgres)
  local candidate
  for candidate in "${found[@]}"; do
    [ -x "$candidate" ] && return 0
  done
  return 1
}

have_node() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }

have_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }

have_pgbouncer() { command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ]; }

have_promtool() { command -v promtool >/dev/null 2>&1; }

# newest_server: the major version of the newest server in Debian's place, whose extensions
# come in packages of their own
newest_server() {
  local found
  found=$(ls /usr/lib/postgresql 2>/dev/null | grep -E '^[0-9]+$' | sort -n | tail -n 1)
  echo "${found:-15}"
}

have_tablelog() {
  local folder
  for folder in "/usr/share/postgresql/$(newest_server)" /usr/share/pgsql /usr/pgsql-*/share \
    /opt/homebrew/share/postgresql@* /usr/local/share/postgresql@*; do
    [ -e "$folder/extension/table_log.control" ] && return 0
  done
  return 1
}

have_pgcron() {
  local folder
  for folder in "/usr/share/postgresql/$(newest_server)" /usr/share/pgsql /usr/pgsql-*/share \
    /opt/homebrew/share/postgresql@* /usr/local/share/postgresql@*; do
    [ -e "$folder/extension/pg_cron.control" ] && return 0
  done
  return 1
}

# install DEBIAN FEDORA HOMEBREW: package names there
install() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing $1 from the system's packages"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null
  elif [ "$(id -u)" = 0 ] && command -v dnf >/dev/null 2>&1; then
    echo "installing $2 from the system's packages"
    dnf install -y -q $2
  else
    cat >&2 <<EOF
$what is missing. Install it and run the command again:
  Debian, Ubuntu   sudo apt-get install $1
  Fedora           sudo dnf install $2
  macOS            brew install $3
EOF
    exit 1
  fi
}

what=$1
case $what in
  postgres) have_postgres || install postgresql postgresql-server postgresql@17 ;;
  node) have_node || install "nodejs npm" "nodejs npm" node ;;
  chromium) have_chromium || install chromium chromium chromium ;;
  pgbouncer) have_pgbouncer || install pgbouncer pgbouncer pgbouncer ;;
  promtool) have_promtool || install prometheus golang-github-prometheus prometheus ;;
  tablelog) have_tablelog || install "postgresql-$(newest_server)-tablelog" table_log table_log ;;
  pgcron) have_pgcron || install "postgresql-$(newest_server)-cron" pg_cron pg_cron ;;
  *) echo "usage: $0 postgres|node|chromium|pgbouncer|promtool|tablelog|pgcron" >&2; exit 2 ;;
esac
"have_$what" || { echo "$what was installed but can't be found" >&2; exit 1; }
