"""Fall-back scripts for three plain kinds of prompt: a simulated model without a task folder.

- ``Create a file NAME containing TEXT`` writes it; TEXT stands in quotes, or is the rest of the line.
- ``Run COMMAND`` runs it; COMMAND stands in backticks, or is the rest of the line.
- ``Count the lines of FILE`` counts them and says the number.

This is pattern matching on the prompt's first line, and nothing more.
"""

import re
import shlex
from collections.abc import Callable

from gha_router.sim.script import Script, Step

QUOTED = re.compile(r"""(["'`「])(.*?)(["'`」])""")


def improvise(prompt: str) -> Script | None:
    """Return a script for a prompt of one of the three kinds, ``None`` for any other."""
    line = prompt.strip().partition("\n")[0]
    for pattern, make in SKILLS:
        if found := pattern.match(line):
            return make(prompt, *(unquoted(part) for part in found.groups()))
    return None


def unquoted(text: str) -> str:
    """Return what stands in quotes at the start of ``text``, else all of it."""
    found = QUOTED.match(text)
    return found[2] if found else text.strip()


def _create(prompt: str, name: str, text: str) -> Script:
    write = Step(tool="Write", input={"file_path": f"${{cwd}}/{name}", "content": f"{text}\n"})
    return Script(prompt=prompt, steps=(write,), final=f"Created `{name}`.\n\nDone.")


def _run(prompt: str, command: str) -> Script:
    run = Step(tool="Bash", input={"command": command, "description": "Run the given command"}, save="output")
    return Script(prompt=prompt, steps=(run,), final=f"Ran `{command}`:\n\n${{output}}\n\nDone.")


def _count(prompt: str, file: str) -> Script:
    command = f"wc -l < {shlex.quote(file)}"
    count = Step(tool="Bash", input={"command": command, "description": "Count the lines"}, save="lines")
    return Script(prompt=prompt, steps=(count,), final=f"{file} has ${{lines}} lines.\n\nDone.")


SKILLS: tuple[tuple[re.Pattern[str], Callable[..., Script]], ...] = (
    (re.compile(r"Create a file (\S+) containing (.+)", re.IGNORECASE), _create),
    (re.compile(r"Run (.+)", re.IGNORECASE), _run),
    (re.compile(r"Count the lines of (\S+?)[.?]?(?:\s|$)", re.IGNORECASE), _count),
)
