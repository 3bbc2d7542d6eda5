"""The input ``claude_args``: what of it this version reads, leaves out, or refuses.

Arguments that cannot change what the agent may do are left out with a warning. All others are refused: who limits the
agent's tools must not be told that it worked.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from gha_router.errors import UsageError
from gha_router.github.cleaners import wrong

NAME = "claude_args"
READ = {"--model", "--max-turns"}
LEFT_OUT = {
    "--debug": 0,
    "--fallback-model": 1,
    "--include-partial-messages": 0,
    "--json-schema": 1,
    "--mcp-config": 1,
    "--output-format": 1,
    "--verbose": 0,
}  # and how many values each takes
INSTEAD = {
    "--allowed-tools": "The agent works in a copy as a user of its own; `checks` decide what is carried back.",
    "--append-system-prompt": "Put it into `prompt`.",
    "--system-prompt": "Put it into `prompt`.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudeArgs:
    """The arguments that are read; ``left_out`` are named in a warning."""

    model: str | None = None
    turn_limit: int | None = None
    left_out: tuple[str, ...] = ()


def claude_args(_name: str, value: str) -> ClaudeArgs:
    """Return the arguments. Raises ``UsageError`` for one that this version must not ignore."""
    words = iter(_words(value))
    model: str | None = None
    turns: int | None = None
    left_out: list[str] = []
    for word in words:
        flag, equals, attached = word.partition("=")
        match flag:
            case "--model":
                model = attached if equals else _value(flag, words)
            case "--max-turns":
                turns = _turns(attached if equals else _value(flag, words))
            case _ if flag in LEFT_OUT:
                left_out.append(flag)
                if LEFT_OUT[flag] and not equals:
                    _value(flag, words)
            case _:
                raise _refused(flag)
    return ClaudeArgs(model=model, turn_limit=turns, left_out=tuple(dict.fromkeys(left_out)))


def _words(value: str) -> list[str]:
    """Split as a shell does, without lines that are comments, as claude-code-action reads them."""
    kept = "\n".join(line for line in value.splitlines() if not line.lstrip().startswith("#"))
    try:
        return shlex.split(kept)
    except ValueError:
        raise wrong(NAME, "a quotation mark or a backslash at the end is left alone", "Close the quotation.") from None


def _value(flag: str, words: Iterator[str]) -> str:
    found = next(words, None)
    if not found:
        raise wrong(NAME, f"`{flag}` has no value", f"Write `{flag} VALUE`.")
    return found


def _turns(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < len(value) <= len("9999") and int(value)):
        raise wrong(NAME, "`--max-turns` takes a whole number from 1 to 9999", "For example `--max-turns 20`.")
    return int(value)


def _refused(flag: str) -> UsageError:
    if not flag.startswith("-"):
        return wrong(NAME, f"`{flag[:60]}` belongs to no argument", "Put a value with blanks into quotation marks.")
    known = ", ".join(f"`{name}`" for name in sorted(READ))
    hint = INSTEAD.get("--allowed-tools" if "tools" in flag.lower() else flag, "")
    return wrong(
        NAME,
        f"`{flag[:60]}` is not in this version, and to ignore it could let the agent do what you ruled out",
        f"Remove it. {hint} This version reads {known}.".replace("  ", " "),
    )
