#!/bin/sh
# Holds each row of the report's table against the number that the untouched workspace has.
# Usage: table.sh report.md. Prints a line for each row that differs and then ends with 1. Needs sh, awk and grep.

report=$1
bad=0

# The value beside a measure; a row that stands there twice gives "5 and 6", which is no number.
value() {
    awk -F'|' -v name="$1" '
        { cell = $2; gsub(/^[ \t]+|[ \t]+$/, "", cell) }
        cell == name { number = $3; gsub(/[ \t]/, "", number); printf "%s%s", joiner, number; joiner = " and " }
    ' "$report"
}

row() {
    found=$(value "$1")
    if [ "$found" != "$2" ]; then
        echo "$1: ${found:-no such row}, expected $2"
        bad=1
    fi
}

if [ ! -f "$report" ]; then
    echo "$report is missing"
    exit 1
fi

row 'Lines in README.md' 354
row 'Occurrences of "Claude Code" in README.md' 12
row 'Files in src' 6
row 'Files in docs' 5
row 'Steps in ci.yml' 13

lines=$(grep -c '^|' "$report")
if [ "$lines" -ne 7 ]; then
    echo "the table has $lines lines, expected 7: a head, a rule and five rows"
    bad=1
fi

[ "$bad" -eq 0 ] && echo "all five rows hold"
exit "$bad"
