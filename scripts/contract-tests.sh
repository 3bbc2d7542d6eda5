#!/bin/sh
# Run the contract tests on a built image: an archive of `docker save` or `podman save` that GHA_ROUTER_IMAGE names.
set -eu
cd "$(dirname "$0")/.."
: "${GHA_ROUTER_IMAGE:?names no archive of an image}"
if ! command -v make >/dev/null || ! command -v python3 >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends ca-certificates git make nodejs npm procps python3 python3-venv
fi
make .venv/.ready
sh scripts/e2e-setup.sh
exec .venv/bin/python -m pytest -rs tests/e2e/test_image.py tests/e2e/test_action.py
