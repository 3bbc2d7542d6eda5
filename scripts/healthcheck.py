"""Whether this container is well: its gateway answers, or it serves none (it is an action's).

The image's HEALTHCHECK. What is served is read from the command line of process 1, ``... serve --port N ...``.
"""

import sys
import urllib.error
import urllib.request
from pathlib import Path

TIMEOUT_S = 2


def port_served(command: list[str]) -> str | None:
    """Return the port that ``gha-router serve`` was told to listen on, or ``None`` when it does not serve."""
    if "serve" not in command:
        return None
    for position, word in enumerate(command):
        if word == "--port":
            return "".join(command[position + 1 : position + 2])
        if word.startswith("--port="):
            return word.removeprefix("--port=")
    return None


def healthy(port: str) -> bool:
    """Ask the gateway."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=TIMEOUT_S) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004  what it answers when it serves
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    served = port_served(Path("/proc/1/cmdline").read_text(encoding="utf-8").split("\0"))
    sys.exit(0 if served is None or healthy(served) else 1)
