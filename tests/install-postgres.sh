#!/usr/bin/env bash
# Debian's PostgreSQL server for the database tests; each test starts one of its own from it, on loopback.
set -eu
have_server() { ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || command -v pg_ctl >/dev/null; }
if have_server; then exit 0; fi
if command -v apt-get >/dev/null; then
  run=""; [ "$(id -u)" = 0 ] || run="sudo -n"
  $run apt-get update -qq || true
  DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends postgresql >/dev/null || true
fi
have_server || echo "No PostgreSQL server could be installed; the database tests will say so."
