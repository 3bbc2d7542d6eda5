"""Runs the report on files of its own, on machines of several time zones."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

OWN = "2025-03-29\t2\n2025-03-30\t4\n2025-03-31\t1\n2025-04-01\t0\n2025-04-02\t0\n2025-04-03\t1\n"
CASES = {
    Path("logins.csv").read_text(encoding="utf-8"): OWN,
    "user,at\n": "",
    "user,at\na,2024-12-31T15:00:00+00:00\nb,2025-01-01T23:59:59+09:00\n": "2025-01-01\t2\n",
    "user,at\na,2024-02-28T15:00:00Z\na,2024-03-01T00:00:00+09:00\n": "2024-02-29\t1\n2024-03-01\t1\n",
    "user,at\na,2025-06-01T00:00:00+14:00\nb,2025-06-01T23:00:00-12:00\n": "2025-05-31\t1\n2025-06-01\t0\n2025-06-02\t1\n",
    "user,at\na,\nb,soon\n,\n": "",
    "at,user\n2025-06-01T14:59:59.999999Z,a\n2025-06-01T15:00:00.000Z,a\n": "2025-06-01\t1\n2025-06-02\t1\n",
}

with tempfile.TemporaryDirectory() as folder:
    for text, expected in CASES.items():
        Path(folder, "logins.csv").write_text(text, encoding="utf-8")
        for zone in ("UTC", "XXX-14", "YYY12"):
            command = [sys.executable, "report.py", str(Path(folder, "logins.csv"))]
            environment = {**os.environ, "TZ": zone}
            ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=20)
            assert ended.returncode == 0, ended.stderr[-300:]
            assert ended.stdout == expected, f"TZ={zone}, {text!r}: {ended.stdout!r}, expected {expected!r}"

print("every day holds")
