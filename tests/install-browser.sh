#!/usr/bin/env bash
# Chromium and a Chinese font for the browser tests: from the system's packages, else Playwright's own build.
set -eu
have_font() { command -v fc-list >/dev/null && fc-list :lang=zh | grep -q .; }
have_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
if have_browser && have_font; then exit 0; fi
if command -v apt-get >/dev/null; then
  run=""; [ "$(id -u)" = 0 ] || run="sudo -n"
  $run apt-get update -qq || true
  DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null || true
fi
have_browser || .venv/bin/python -m playwright install chromium || echo "No browser could be installed; the browser tests will say so."
