#!/bin/sh
# Plays one act: `work` and ends, `wait` until it is asked to end, or `stubborn`ly goes on.
echo "playing $1 on $GITHUB_EVENT_NAME in $PWD as $(id -u)"
echo "the key is $INPUT_API_KEY"
left() {
  printf 'verdict<<END\n%s\nlast line\nEND\n' "$1" >> "$GITHUB_OUTPUT"
  echo "# $1" >> "$GITHUB_STEP_SUMMARY"
}
case $1 in
  wait)
    trap 'left cancelled; exit 130' INT TERM
    echo waiting
    while :; do sleep 0.05; done
    ;;
  stubborn)
    trap '' INT TERM
    echo waiting
    while :; do sleep 0.05; done
    ;;
  *)
    echo "::add-mask::hush"
    echo "::warning file=a.txt,line=3::careful%0Awith hush"
    echo "COLOUR=red" >> "$GITHUB_ENV"
    echo "/opt/tools" >> "$GITHUB_PATH"
    echo written > carried.txt
    left "played $1"
    ;;
esac
