"""``gha-router`` in a process of its own, forked from one that has loaded it: what most of its start is spent on.

Where the command would hide secrets and start itself again, the fork is what it would have become: its secrets come to
it in a memory file, and ``/proc`` shows none of them. A line on standard input, ``{"argv", "cwd", "env", "stdin",
"stdout", "stderr"}`` with the last three as files, is one run; a line on standard output is its exit code. It ends with
its standard input.
"""

import gc
import importlib
import json
import os
import sys
import traceback
from typing import Any

from gha_router.cli import vault

OURS = ("app", "run", "route", "estimate", "doctor", "imports", "experiment", "learning", "serve")
# What those load when they first need it.
LATER = ("gha_router.routing.replay", "claude_agent_sdk", "httpcore", "anyio._backends._asyncio", "rich.table")


def command(asked: dict[str, Any]) -> int:
    """Become the command, in a forked process."""
    os.chdir(asked["cwd"])
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_WRONLY), (2, "stderr", os.O_WRONLY)):
        os.dup2(os.open(asked[name], flags), number)
    sys.stdin, sys.stdout, sys.stderr = open(0, encoding="utf-8"), open(1, "w"), open(2, "w")  # noqa: SIM115
    main = importlib.import_module("gha_router.__main__")
    sys.argv = [str(main.__file__), *asked["argv"]]
    try:
        hidden = vault.hidden_variables(asked["env"], asked["argv"])
        os.environ.clear()
        os.environ.update(vault.handed_on(hidden, asked["env"]) if hidden else asked["env"])
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
    for name in (*(f"gha_router.cli.{room}" for room in OURS), *LATER):
        importlib.import_module(name)
    gc.freeze()  # a collection in a fork would look at, and copy, all that was loaded
    for line in sys.stdin:
        sys.stdout.write(f"{forked(json.loads(line))}\n")
        sys.stdout.flush()
