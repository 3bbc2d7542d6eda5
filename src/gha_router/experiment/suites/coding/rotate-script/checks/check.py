"""Runs the script on folders with all that may be in them."""

import os
import subprocess
import tempfile
from pathlib import Path

NAMES = ["new.log", "two words.log", "-rf.log", "it's.log", 'a"b.log', "*.log", "日本.log", "$HOME.log", "old.log"]


def run(*arguments):
    return subprocess.run(["sh", "rotate.sh", *arguments], capture_output=True, encoding="utf-8", timeout=20)


def furnished(folder):
    """Fill a folder; the names become older from first to last."""
    for age, name in enumerate(NAMES):
        Path(folder, name).write_text(name)
        os.utime(Path(folder, name), (1_700_000_000 - age * 60, 1_700_000_000 - age * 60))
    for name in ("keep.txt", "log", "x.log.gz"):
        Path(folder, name).write_text("")
        os.utime(Path(folder, name), (1_000_000_000, 1_000_000_000))
    Path(folder, "sub.log").mkdir()
    Path(folder, "sub.log", "inner.log").write_text("")
    Path(folder, "link.log").symlink_to("keep.txt")
    return set(os.listdir(folder))


for kept in (0, 1, 3, len(NAMES) - 1, len(NAMES), 50):
    with tempfile.TemporaryDirectory(prefix="logs of ") as folder:
        before = furnished(folder)
        ended = run(folder, str(kept))
        assert ended.returncode == 0, f"N={kept}: exit {ended.returncode}: {ended.stderr[-200:]}"
        gone = before - set(os.listdir(folder))
        assert gone == set(NAMES[kept:]), f"N={kept}: deleted {sorted(gone)}, expected {sorted(NAMES[kept:])}"
        assert sorted(ended.stdout.splitlines()) == sorted(gone), f"N={kept}: it says {ended.stdout!r}"
        assert os.listdir(Path(folder, "sub.log")) == ["inner.log"], "it went into a folder"
with tempfile.TemporaryDirectory() as folder:
    assert run(folder, "0").returncode == 0, "an empty folder is no mistake"
    for name in "abc":
        Path(folder, f"{name}.log").write_text("")
    for wrong in ("", "-1", "two", "1.5", "1 2", "0x1"):
        ended = run(folder, wrong)
        assert ended.returncode == 2 and ended.stderr.strip(), f"N={wrong!r}: exit {ended.returncode}, {ended.stderr!r}"
        assert len(os.listdir(folder)) == 3, f"N={wrong!r}: it deleted something"
    for wrong in ([], [folder], ["/nowhere/at/all", "1"], [str(Path(folder, "a.log")), "0"]):
        ended = run(*wrong)
        assert ended.returncode == 2 and ended.stderr.strip(), f"{wrong}: exit {ended.returncode}, {ended.stderr!r}"
        assert len(os.listdir(folder)) == 3, f"{wrong}: it deleted something"

print("the script holds")
