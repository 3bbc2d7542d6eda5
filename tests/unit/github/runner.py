"""The Actions runner's reading of a step's log and file commands, from its documented behaviour.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions and, where that is silent, the behaviour
of actions/runner: a line is a command when it begins with ``::`` after blanks, or holds the older ``##[`` anywhere.
"""

import re
from dataclasses import dataclass

KNOWN = {"add-mask", "debug", "endgroup", "error", "group", "notice", "set-output", "stop-commands", "warning"}


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands(log: str, known: frozenset[str] = frozenset()) -> list[Command]:
    """All commands that the runner obeys in a log; ``stop-commands`` holds until its own word."""
    found: list[Command] = []
    stopped: str | None = None
    for line in re.split(r"\r\n|\r|\n", log):
        command = parse(line, KNOWN | known | ({stopped} if stopped else set()))
        if command is None or (stopped and command.name != stopped):
            continue
        found.append(command)
        if stopped:
            stopped = None
        elif command.name == "stop-commands":
            stopped = command.data
    return found


def parse(line: str, known: set[str]) -> Command | None:
    return _current(line, known) or _older(line, known)


def _current(line: str, known: set[str]) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, written = line[2:end].partition(" ")
    if name not in known:
        return None
    pairs = (pair.split("=", 1) for pair in written.strip().split(",") if "=" in pair)
    properties = {key: unescape(value, "%0D %0A %3A %2C %25") for key, value in pairs}
    return Command(name, properties, unescape(line[end + 2 :], "%0D %0A %25"))


def _older(line: str, known: set[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name = line[start + 3 : end].partition(" ")[0]
    return Command(name, {}, line[end + 1 :]) if name in known else None


def unescape(text: str, codes: str) -> str:
    for code in codes.split():
        text = text.replace(code, chr(int(code[1:], 16)))
    return text


def outputs(text: str) -> dict[str, str]:
    """The outputs in an output file: ``name=value``, or ``name<<delimiter``, lines, delimiter."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, sign, rest = re.split(r"(=|<<)", line, maxsplit=1)
        if sign == "=":
            found[name] = rest
            continue
        value: list[str] = []
        for part in lines:
            if part == rest:
                break
            value.append(part)
        else:
            raise ValueError(f"Matching delimiter not found '{rest}'")
        found[name] = "\n".join(value)
    return found
