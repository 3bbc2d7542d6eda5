#!/bin/sh
# A release as far as one machine can go: build, contract tests on the built image, its digest in a copy of action.yml, SBOM.
# What is left (arm64, pushing, signing, tags) is in docs/not-exercised.md.
set -eu
cd "$(dirname "$0")/.."
out=${1:-out/release}
say() { printf 'rehearsal: %s\n' "$*" >&2; }
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
tools=${XDG_CACHE_HOME:-/var/tmp}/gha-router-e2e/tools/bin
rm -rf "$out"
mkdir -p "$out"

say "1. every file says $version"
.venv/bin/python scripts/release.py check "$version"
say "2. building the image into $out/image.tar"
digest=$(.venv/bin/python -m tests.e2e.containers.archive "$out/image.tar")
say "3. contract tests on that image"
GHA_ROUTER_IMAGE=$(realpath "$out/image.tar") .venv/bin/python -m pytest -rs ${TESTS:-tests/e2e/test_image.py tests/e2e/test_action.py}
say "4. the digest goes into a copy of action.yml"
cp action.yml "$out/action.yml"
.venv/bin/python scripts/release.py image "ghcr.io/org/gha-router@$digest" "$out/action.yml"
"$tools/check-jsonschema" --builtin-schema vendor.github-actions "$out/action.yml"
say "5. what is in the image"
"$tools/python" scripts/release.py sbom "$out/sbom.cdx.json"
say "done: $out"
say "not done, since one machine cannot: $(uname -m) is the only platform that was built; nothing was pushed, signed, attested or tagged"
say "the whole list: docs/not-exercised.md"
