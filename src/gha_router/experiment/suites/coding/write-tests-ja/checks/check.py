"""Runs the agent's tests on the code and on broken versions of it; each of those has to make a test fail."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CODE = Path(os.environ["CHECKS_DIR"], "versions.py").read_text(encoding="utf-8")
BROKEN = {
    "numbers are compared as texts": ("(int(major), int(minor), int(patch or 0),", "(major, minor, patch or '0',"),
    "1.4 is no version": (r"(?:\.(\d+))?(?:-rc", r"\.(\d+)(?:-rc"),
    "the patch does not count": ("int(patch or 0), candidate", "0, candidate"),
    "a candidate is newer than its release": ("candidate is None, int", "candidate is not None, int"),
    "candidates are all alike": ("int(candidate or 0))", "0)"),
    "blanks matter": ("text.strip()", "text"),
    "a leading v matters": ('r"v?(', 'r"('),
    "something behind a version is passed over": ("fullmatch", "match"),
    "no ValueError": ('raise ValueError(f"{text!r} is no version")', "return (0, 0, 0, False, 0)"),
    "candidates always count": ("if candidates or parse(text)[3]", ""),
    "candidates never count": ("if candidates or parse", "if parse"),
    "of equal versions the last": ("max(kept,", "max(reversed(kept),"),
    "none is an error": (", default=None", ""),
    "the oldest": ("max(kept", "min(kept"),
}


def passes(code):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile("test_versions.py", Path(folder, "test_versions.py"))
        Path(folder, "versions.py").write_text(code, encoding="utf-8")
        command = [sys.executable, "-m", "unittest", "-v", "test_versions"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=30)
    return ended.returncode == 0 and "... ok" in ended.stderr, ended.stderr


good, output = passes(CODE)
assert good, f"the tests do not pass on the code as it is: {output[-300:]}"
for name, (old, new) in BROKEN.items():
    assert CODE.count(old) == 1, name
    found, _ = passes(CODE.replace(old, new))
    assert not found, f"no test notices: {name}"

print("every broken version was found")
