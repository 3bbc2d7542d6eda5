"""``gha-router`` in a process of its own, forked from one that has loaded it: what most of its start is spent on.

A line on standard input, ``{"argv", "cwd", "env", "stdin", "stdout", "stderr"}`` with the last three as files, is one
run; a line on standard output is its exit code. It ends with its standard input.
"""

import importlib
import json
import os
import sys
import traceback
from typing import Any

LOADED = ("app", "run", "route", "estimate", "doctor", "imports", "experiment", "learning", "serve")


def command(asked: dict[str, Any]) -> int:
    """Become the command, in a forked process."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_WRONLY), (2, "stderr", os.O_WRONLY)):
        os.dup2(os.open(asked[name], flags), number)
    sys.stdin, sys.stdout, sys.stderr = open(0, encoding="utf-8"), open(1, "w"), open(2, "w")  # noqa: SIM115
    main = importlib.import_module("gha_router.__main__")
    sys.argv = [str(main.__file__), *asked["argv"]]
    try:
        return int(main.main() or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  as the interpreter does
        traceback.print_exc()
        return 1


def forked(asked: dict[str, Any]) -> int:
    """Return the exit code of a run."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        code = command(asked)
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


if __name__ == "__main__":
    for room in LOADED:
        importlib.import_module(f"gha_router.cli.{room}")
    for line in sys.stdin:
        sys.stdout.write(f"{forked(json.loads(line))}\n")
        sys.stdout.flush()
