"""The agent's tests: they pass on its code, and on the code as it was, one of them fails."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def passes(code):
    with tempfile.TemporaryDirectory() as folder:
        for test in Path().glob("test*.py"):
            shutil.copyfile(test, Path(folder, test.name))
        shutil.copyfile(code, Path(folder, "paginate.py"))
        command = [sys.executable, "-m", "unittest", "-v"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=30)
    return ended.returncode == 0 and "... ok" in ended.stderr, ended.stderr


good, output = passes("paginate.py")
assert good, output[-300:]
found, _ = passes(Path(os.environ["CHECKS_DIR"], "before.py"))
assert not found, "no test fails on the code as it was"

print("the tests hold")
