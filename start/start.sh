#!/bin/sh
# Start a gateway that outlives this step, or read what the one in a service container has to say.
# Keys go to it over standard input: they stand in no argument, no file and no environment of a process that stays.
set -eu
KEYS='(ANTHROPIC|OPENROUTER|OPENAI|GEMINI|DEEPSEEK|ZAI|MOONSHOT|MISTRAL|GROQ|AZURE)_API_KEY|CLAUDE_CODE_OAUTH_TOKEN'
LIMIT_S=60
fail() { printf '::error title=gha-router::%s\n' "$*"; exit 3; }

if [ -n "$CONTAINER" ]; then
  gateway=container:$CONTAINER
  get() { docker exec "$CONTAINER" cat "/run/gha-router/$1" 2>/dev/null; }
  alive() { [ "$(docker inspect --format '{{.State.Running}}' "$CONTAINER" 2>/dev/null)" = true ]; }
  log() { docker logs "$CONTAINER" 2>&1 | tail -n 20; }
else
  as_root=
  parent=$RUNNER_TEMP
  # Beside root's own files, since whoever owns a folder may put another in the place of what is in it.
  [ "$(id -u)" -eq 0 ] || { sudo -n true 2>/dev/null && as_root="sudo -n" && parent=/run; }
  folder=$($as_root mktemp -d "$parent/gha-router-gateway.XXXXXX")
  gateway=folder:$folder
  get() { $as_root cat "$folder/$1" 2>/dev/null; }
  alive() { [ -d "/proc/$started" ] && ! grep -q '^State:.Z' "/proc/$started/status"; } # no signal reaches a sudo
  log() { $as_root tail -n 20 "$folder/log"; }
  keys() {
    env -0 | grep -z -E "^($KEYS)=." || true
    printf '%s\n' "$VARIABLES" | grep -E '^[A-Za-z_][A-Za-z0-9_]*=' | tr '\n' '\0' || true
  }
  set -- --info-file "$folder/info.json" --ledger "$folder/ledger.jsonl" --actions "$folder" --keys-stdin
  [ -z "$CONFIG" ] || set -- "$@" --config "$CONFIG"
  [ -z "$PIPELINE" ] || set -- "$@" --pipeline "$PIPELINE"
  program=$(command -v gha-router)
  proxies=$(env | grep -E '^(https?|no|all|HTTPS?|NO|ALL)_(proxy|PROXY)=' || true)
  trap '' HUP # where steps have a terminal, the gateway outlives it
  # shellcheck disable=SC2086  variables that hold addresses, one a word
  keys | setsid $as_root env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 $proxies \
    sh -c 'log=$1; shift; exec "$@" > "$log" 2>&1' sh "$folder/log" "$program" serve "$@" &
  started=$!
fi

waited=0
until get info.json > /dev/null; do
  alive || { log; fail "the gateway did not start; its last words stand above"; }
  [ "$waited" -lt $((LIMIT_S * 5)) ] || { log; fail "the gateway did not answer within $LIMIT_S s"; }
  waited=$((waited + 1))
  sleep 0.2
done
get masks # nothing may be printed before these lines
get outputs >> "$GITHUB_OUTPUT"
printf 'gateway=%s\n' "$gateway" >> "$GITHUB_OUTPUT"
[ -n "$CONTAINER" ] || $as_root rm -f "$folder/masks" "$folder/outputs"
log
