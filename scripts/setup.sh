#!/bin/sh
# Make the virtual environment: with uv where it is there, with venv and pip where it is not.
set -eu
venv=${1:-.venv}
say() { printf '%s\n' "$*" >&2; }

if command -v uv >/dev/null 2>&1; then
  say "setting up $venv with uv"
  [ -x "$venv/bin/python" ] || uv venv --quiet --python '>=3.11' "$venv"
  uv pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements.lock
  uv pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
else
  python=${PYTHON:-python3}
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 or newer is needed; $python is $("$python" --version 2>&1). Set PYTHON=/path/to/python3.11."
    exit 2
  }
  say "setting up $venv with venv and pip (a minute, once)"
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
