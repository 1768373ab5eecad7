#!/bin/sh
# Sees to it that the browser tests have a Chromium and Korean and emoji fonts, and says what it does.
# usage: install_chromium.sh PYTHON     the Python that has Playwright
set -eu

installed() {
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return 0
  done
  "$1" - <<'PYTHON'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = pathlib.Path(playwright.chromium.executable_path)
if not path.exists():
    sys.exit(1)
print(path)
PYTHON
}

with_apt() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install_packages() {
  echo "$1: installing $2"
  # The names are meant to be split into words.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2 >/dev/null
}

fonts="fonts-noto-cjk fonts-noto-color-emoji"
shell=chromium-headless-shell # what Debian calls Chromium without windows; Ubuntu has none
if with_apt && ! command -v $shell >/dev/null && apt-cache show $shell >/dev/null 2>&1; then
  install_packages "browser tests take half the time without windows" $shell || true
fi
if found=$(installed "$1"); then
  echo "browser tests use $found"
elif with_apt; then
  apt-get update -qq
  apt-cache show $shell >/dev/null 2>&1 || shell=chromium
  install_packages "no Chromium found" "$shell $fonts"
else
  echo "no Chromium found: downloading Playwright's own"
  "$1" -m playwright install chromium
fi
if with_apt && command -v fc-list >/dev/null && [ -z "$(fc-list :lang=ko)" ]; then
  apt-get update -qq
  install_packages "no Korean font found" "$fonts"
fi
installed "$1" >/dev/null || { echo "Chromium could not be installed" >&2; exit 1; }
