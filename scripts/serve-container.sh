#!/bin/sh
# The gateway as a service container, which gets no arguments: `options: --entrypoint /opt/gha-router/bin/gateway`.
# GHA_ROUTER_CONFIG is the configuration itself; what it reads stands in the environment beside it.
set -eu
umask 077
mkdir -p /run/gha-router
[ -n "${GHA_ROUTER_CONFIG:-}" ] || { echo "GHA_ROUTER_CONFIG is empty: it is to hold the configuration" >&2; exit 2; }
printf '%s\n' "$GHA_ROUTER_CONFIG" > /run/gha-router/config.yml
set -- --config /run/gha-router/config.yml --actions /run/gha-router
[ -z "${GHA_ROUTER_PIPELINE:-}" ] || set -- "$@" --pipeline "$GHA_ROUTER_PIPELINE"
exec /opt/gha-router/bin/gha-router serve --host 0.0.0.0 --port "${GHA_ROUTER_PORT:-4000}" \
  --info-file /run/gha-router/info.json --ledger /run/gha-router/ledger.jsonl "$@"
