"""A script's tool calls with the tools that an agent offers: scripts speak of Claude Code's, and Codex has a shell.

What comes back from Codex's shell is read as what the command printed. Its form: Codex 0.169, ``exec_command``.
"""

import json
import re
import shlex
from collections.abc import Collection, Mapping
from typing import Any

SHELL = "exec_command"  # Codex's
PATIENCE_MS = 30_000  # that Codex waits for a command at most
PATCH_END = "GHA_ROUTER_PATCH"
_TOLD = re.compile(
    r"(?:Chunk ID: .*\n)?Wall time: .*\n(?:Process exited with code (\d+)\n)?"
    r"(?:Original token count: \d+\n)?Output:(?:\n|$)"
)
_PATCHED = re.compile(r"Exit code: (\d+)\nWall time: .*\nOutput:\n")
_EDIT = """\
import json, pathlib, sys
asked = json.loads(sys.argv[1])
file = pathlib.Path(asked["file_path"])
text = file.read_text()
count = text.count(asked["old_string"])
if count == 0 or count > 1 and not asked.get("replace_all"):
    raise SystemExit(f"the text is there {count} times")
file.write_text(text.replace(asked["old_string"], asked["new_string"]))
"""


def use(tool: str, given: Mapping[str, Any], offered: Collection[str]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the name and the input of a call; ``None`` where nothing that is offered can do it."""
    if tool in offered:
        return tool, given
    command = _command(tool, given) if SHELL in offered else None
    return None if command is None else (SHELL, {"cmd": command, "yield_time_ms": PATIENCE_MS})


def printed(output: str) -> tuple[str, bool]:
    """Return what a command printed, and whether it failed, where this is how Codex tells it; else the output."""
    failed = False
    for form in (_TOLD, _PATCHED):
        if told := form.match(output):
            failed = failed or told[1] not in (None, "0")
            output = output[told.end() :]
    return output, failed


def _command(tool: str, given: Mapping[str, Any]) -> str | None:
    match tool:
        case "Bash":
            return str(given["command"])
        case "Read":
            return f"cat -- {shlex.quote(str(given['file_path']))}"
        case "Write":
            return _written(str(given["file_path"]), str(given["content"]))
        case "Edit":
            return f"python3 -c {shlex.quote(_EDIT)} {shlex.quote(json.dumps(dict(given)))}"
    return None


def _written(path: str, content: str) -> str:
    """Return a patch, which Codex applies itself; a patch cannot hold a file that does not end with a line's end."""
    if content.endswith("\n") and PATCH_END not in content:
        lines = "".join(f"+{line}\n" for line in content[:-1].split("\n"))
        patch = f"*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch\n"
        return f"apply_patch <<'{PATCH_END}'\n{patch}{PATCH_END}\n"
    target = shlex.quote(path)
    return f'mkdir -p -- "$(dirname -- {target})" && printf %s {shlex.quote(content)} > {target}'
