"""Runs the program as people do, with and without the option."""

import subprocess
import sys

TEXT = "a bb ccc BB ccc ccc dddd a a a 東京 東京都 e"


def run(*options):
    return subprocess.run(
        [sys.executable, "wordfreq.py", *options], input=TEXT, capture_output=True, encoding="utf-8", timeout=20
    )


def lines(*options):
    ended = run(*options)
    assert ended.returncode == 0, f"{options}: exit {ended.returncode}: {ended.stderr}"
    return ended.stdout.splitlines()


ALL = ["4\ta", "3\tccc", "2\tbb", "1\tdddd", "1\te", "1\t東京", "1\t東京都"]
assert lines() == ALL, lines()
assert lines("--top", "2") == ALL[:2], lines("--top", "2")
for least in range(1, 6):
    kept = [line for line in ALL if len(line.split("\t")[1]) >= least]
    assert lines("--min-length", str(least)) == kept, f"--min-length {least}: {lines('--min-length', str(least))}"
both = lines("--top", "1", "--min-length", "2")
assert both == ["3\tccc"], f"--top 1 --min-length 2: {both}"
for wrong in ("0", "-1", "two", "1.5", ""):
    ended = run("--min-length", wrong)
    assert ended.returncode == 2, f"--min-length {wrong!r} ends with {ended.returncode}"
    assert not ended.stdout, f"--min-length {wrong!r} prints a result"
    assert ended.stderr.strip() and "Traceback" not in ended.stderr, f"--min-length {wrong!r}: {ended.stderr!r}"
assert "--min-length" in run("--help").stdout, "--help does not name it"

print("the option holds")
