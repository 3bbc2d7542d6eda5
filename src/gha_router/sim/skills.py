"""Fall-back scripts for four plain kinds of prompt: a simulated model without a task folder.

- ``Create a file NAME containing TEXT`` writes it; TEXT stands in quotes, or is the rest of the line.
- ``Run COMMAND`` runs it; COMMAND stands in backticks, or is the rest of the line.
- ``Count the lines of FILE`` counts them and says the number, also as a structured answer: ``lines``, and ``claims``.
- ``Answer JSON`` says it, and gives it as the structured answer that is asked for; JSON is the rest of the line.

This is pattern matching on the prompt's first line, and nothing more.
"""

import json
import re
import shlex
from collections.abc import Callable

from gha_router.sim.script import Script, Step

QUOTED = re.compile(r"""(["'`「])(.*?)(["'`」])""")


def improvise(prompt: str) -> Script | None:
    """Return a script for a prompt of one of these kinds, ``None`` for any other."""
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
    claims = [
        {"kind": "count", "value": "${lines}", "unit": "lines", "subject": file},
        {"kind": "done", "value": True},
    ]
    return Script(
        prompt=prompt,
        steps=(count,),
        final=f"{file} has ${{lines}} lines.\n\nDone.",
        structured={"lines": "${lines}", "claims": claims},
    )


def _answer(prompt: str, answer: str) -> Script | None:
    try:
        structured = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(structured, dict):
        return None
    return Script(prompt=prompt, steps=(), final=f"My answer is {answer}\n\nDone.", structured=structured)


SKILLS: tuple[tuple[re.Pattern[str], Callable[..., Script | None]], ...] = (
    (re.compile(r"Create a file (\S+) containing (.+)", re.IGNORECASE), _create),
    (re.compile(r"Run (.+)", re.IGNORECASE), _run),
    (re.compile(r"Answer (\{.+\})", re.IGNORECASE), _answer),
    (re.compile(r"Count the lines of (\S+?)[.?]?(?:\s|$)", re.IGNORECASE), _count),
)
