#!/bin/sh
# Take a snapshot and keep what was changed since the first one; the layout is in docs/workflows.md.
set -eu
case $STEP in *[!A-Za-z0-9_.-]* | .*) echo "::error title=gha-router::this is no step's id"; exit 2 ;; esac
mkdir -p "$FOLDER"
if [ -z "$STEP" ]; then
  digest=$(gha-router snapshot --workspace "$WORKSPACE" --out "$FOLDER/before.json")
else
  mkdir -p "$FOLDER/steps/$STEP"
  if [ -f "$EXECUTION_FILE" ]; then cp "$EXECUTION_FILE" "$FOLDER/steps/$STEP/execution.json"; fi
  digest=$(gha-router snapshot --workspace "$WORKSPACE" --out "$FOLDER/steps/$STEP/after.json" \
    --since "$FOLDER/before.json" --files "$FOLDER/files")
fi
printf 'digest=%s\n' "$digest" >> "$GITHUB_OUTPUT"
echo "the workspace's state has the digest $digest"
