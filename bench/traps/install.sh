#!/bin/sh
# The peers, from the registries that pip and npm are set to, into bench/.peers; once. One that cannot be installed is
# said, and left out of the table. litellm 1.82.7 and 1.82.8 were compromised. With TARGETS only what these need.
set -u

needed() { # is one of these among what was asked for
  [ -z "${TARGETS:-}" ] && return 0
  for target in $TARGETS; do
    for one in "$@"; do [ "$target" = "$one" ] && return 0; done
  done
  return 1
}

peers="$(dirname "$0")/../.peers"
mkdir -p "$peers"

if needed litellm-proxy litellm-library any-llm-library bare-starlette && [ ! -e "$peers/python/.ready" ]; then
  echo "installing litellm and any-llm into bench/.peers (minutes, once)" >&2
  if python3 -m venv "$peers/python" &&
    "$peers/python/bin/pip" install --quiet --disable-pip-version-check \
      'litellm[proxy]!=1.82.7,!=1.82.8' any-llm-sdk aiohttp httpx starlette uvicorn >"$peers/pip.log" 2>&1; then
    touch "$peers/python/.ready"
  else
    echo "litellm and any-llm could not be installed; see bench/.peers/pip.log" >&2
  fi
fi

if needed claude-code-router && [ ! -e "$peers/node/.ready" ]; then
  echo "installing claude-code-router into bench/.peers" >&2
  if npm install --silent --no-fund --no-audit --prefix "$peers/node" \
    '@musistudio/claude-code-router@2.0.0' >"$peers/npm.log" 2>&1; then
    touch "$peers/node/.ready"
  else
    echo "claude-code-router could not be installed; see bench/.peers/npm.log" >&2
  fi
fi

if needed portkey && [ ! -e "$peers/portkey/.ready" ]; then
  echo "installing Portkey's gateway into bench/.peers" >&2
  if npm install --silent --no-fund --no-audit --prefix "$peers/portkey" \
    '@portkey-ai/gateway' >"$peers/portkey.log" 2>&1; then
    touch "$peers/portkey/.ready"
  else
    echo "Portkey's gateway could not be installed; see bench/.peers/portkey.log" >&2
  fi
fi
