#!/bin/sh
# End a gateway in good order: it closes its ledger and writes the bill. What it had served is kept whatever happens.
set -eu
LIMIT_S=40
warn() { printf '::warning title=gha-router::%s\n' "$*"; }

case $GATEWAY in
  container:*)
    container=${GATEWAY#container:}
    get() { docker cp "$container:/run/gha-router/$1" - 2>/dev/null | tar -xO 2>/dev/null; }
    end() { docker kill --signal TERM "$container" > /dev/null; }
    alive() { [ "$(docker inspect --format '{{.State.Running}}' "$container" 2>/dev/null)" = true ]; }
    ;;
  folder:*)
    folder=${GATEWAY#folder:}
    as_root=
    [ "$(id -u)" -eq 0 ] || { sudo -n true 2>/dev/null && as_root="sudo -n"; }
    get() { $as_root cat "$folder/$1" 2>/dev/null; }
    pid=$(get info.json | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
    end() { $as_root sh -c 'kill -s TERM "$1"' sh "$pid"; } # not every machine has a program `kill`
    alive() { [ -n "$pid" ] && [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status"; }
    ;;
  *)
    echo "no gateway was started"
    exit 0
    ;;
esac

if alive; then end || true; else warn "the gateway had ended before: its receipts are those until then"; fi
waited=0
while alive && [ "$waited" -lt $((LIMIT_S * 5)) ]; do
  waited=$((waited + 1))
  sleep 0.2
done
if [ -n "$LEDGER" ]; then
  mkdir -p "$(dirname "$LEDGER")"
  get ledger.jsonl > "$LEDGER" || warn "there are no receipts"
  get ledger.jsonl.head > "$LEDGER.head" || rm -f "$LEDGER.head"
fi
if get summary.md > /dev/null; then
  get end-outputs >> "$GITHUB_OUTPUT"
  get summary.md | tee -a "$GITHUB_STEP_SUMMARY"
else
  warn "the gateway did not end in good order: there is no head for its receipts"
fi
[ "${GATEWAY%%:*}" = container ] || $as_root rm -rf "$folder"
