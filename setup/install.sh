#!/bin/sh
# Put gha-router, as it stands beside this file, on the PATH of the job's later steps. Every package has its hash.
# Where root may be had, root owns it: what an agent runs as the runner's user can then not change it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
fail() { printf '::error title=gha-router::%s\n' "$*"; exit 3; }

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/pyproject.toml")
if [ "$(gha-router --version 2>/dev/null | head -n 1)" = "gha-router $version" ]; then
  echo "gha-router $version is on the PATH already"
  exit 0
fi

as_root=
target=/opt/gha-router
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then as_root="sudo -n"; else target=$RUNNER_TEMP/gha-router; fi
fi

python=$(command -v python3) || fail "Python is not installed: use actions/setup-python before this action"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "Python 3.11 or newer is needed, $python is $("$python" -V 2>&1): use actions/setup-python before this action"

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
pip="-m pip --quiet --disable-pip-version-check --no-input install"
echo "::group::installing gha-router $version into $target"
"$python" -m venv "$build/venv"
# shellcheck disable=SC2086  several words, by intent
"$build/venv/bin/python" $pip --require-hashes -r "$here/requirements-build.lock"
(cd "$here" && "$build/venv/bin/hatchling" build -t wheel -d "$build/dist")
# The registry is asked as this user, by whose settings it is found; root only owns what came of it.
[ -z "$as_root" ] || { $as_root rm -rf "$target"; $as_root install -d -o "$(id -u)" "$target"; }
"$python" -m venv --clear "$target"
# shellcheck disable=SC2086
"$target/bin/python" $pip --require-hashes -r "$here/requirements-runtime.lock"
# shellcheck disable=SC2086
"$target/bin/python" $pip --no-index --no-deps "$build"/dist/*.whl
[ -z "$as_root" ] || { $as_root chown -R 0:0 "$target"; $as_root chmod -R go-w "$target"; }
echo "::endgroup::"
printf '%s\n' "$target/bin" >> "$GITHUB_PATH"
"$target/bin/gha-router" --version
