#!/usr/bin/env bash
# What the hub tests start: JupyterHub with Examdesk in build/hub/venv, on a Python that every OS user can run, and its proxy.
set -eu
cd "$(dirname "$0")/.."
hub=build/hub
give_up() { echo "$1; the hub tests will say so."; exit 0; }
system_package() {
  command -v apt-get >/dev/null || return 0
  run=""; [ "$(id -u)" = 0 ] || run="sudo -n"
  $run apt-get update -qq || true
  DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends "$@" >/dev/null || true
}
for_everybody() { # the first Python that also runs for somebody who is not root
  for python in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3 /usr/local/bin/python3; do
    [ -x "$python" ] && "$python" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null &&
      { echo "$python"; return; }
  done
}
[ -n "$(for_everybody)" ] || system_package python3 python3-venv
[ -n "$(for_everybody)" ] || give_up "No Python 3.11, 3.12 or 3.13 in /usr/bin or /usr/local/bin"
[ -x $hub/venv/bin/pip ] || "$(for_everybody)" -m venv $hub/venv
pip="$hub/venv/bin/python -m pip --disable-pip-version-check -q"
$pip install "pip>=25.1"
$pip install ".[hub]"
$pip install --force-reinstall --no-deps . # as it is now, under the same version
[ -e $hub/node_modules/.bin/configurable-http-proxy ] && exit 0
command -v npm >/dev/null || system_package nodejs npm
command -v npm >/dev/null || give_up "Node and npm could not be installed"
npm install --silent --no-audit --no-fund --no-save --prefix $hub configurable-http-proxy@5.3.0 ||
  give_up "The hub's proxy could not be installed"
