#!/bin/sh
# Write requirements.lock: every package with its hashes, no index, no host name.
set -eu
bin=.venv/bin
[ -x "$bin/uv" ] || "$bin/python" -m pip install --quiet uv
"$bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --custom-compile-command "make lock" --group dev --group build pyproject.toml -o requirements.lock
