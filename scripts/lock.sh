#!/bin/sh
# Write the lock files: every package with its hashes, no index, no host name. requirements.lock holds all; what the image
# installs (requirements-runtime.lock) and is built with (requirements-build.lock) are parts of it, at the same versions.
set -eu
bin=.venv/bin
[ -x "$bin/uv" ] || "$bin/python" -m pip install --quiet uv
compile() {
  "$bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --custom-compile-command "make lock" "$@"
}
compile --extra redis --extra embeddings --extra otel --group dev --group build pyproject.toml -o requirements.lock
compile --constraints requirements.lock --extra redis --extra embeddings --extra otel pyproject.toml -o requirements-runtime.lock
compile --constraints requirements.lock --group build -o requirements-build.lock
compile --group docs -o requirements-docs.lock
compile tests/e2e/containers/tools.in -o tests/e2e/containers/tools.lock
printf '%s\n' "install what is pinned now, and write docs/licences.md again: python scripts/licences.py"
