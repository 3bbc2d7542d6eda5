"""The check that the transcript holds a tool call that a claim needs: trace."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from gha_router.checks import shell
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.patterns import Backtracks, Watch, mistake_in
from gha_router.checks.say import counted, plain, quoted
from gha_router.checks.spec import Params, nearest
from gha_router.claims.meters import transcript
from gha_router.claims.shell import runs_tests
from gha_router.records import Evidence, ToolCall

SHELL = "Bash"
WRITERS = ("Write", "Edit", "MultiEdit", "NotebookEdit")
QUIET = frozenset({"cd", "set", "export", "tee"})
FILTERS = frozenset({"tail", "head", "cat"})  # without a file of their own
LONGEST_TEXT = 20_000  # characters of an input that are searched
MOST_CALLS = 2_000  # that are looked at, the last ones

# What each kind of claim needs, in words, and the tools that can be it.
_NEEDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "tests_passed": ("a test command that ended well", (SHELL,)),
    "command_run": (f"a {SHELL} call that ended well", (SHELL,)),
    "file_written": (f"a call of {', '.join(WRITERS)} or {SHELL} that ended well", (*WRITERS, SHELL)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace(PureCheck):
    """The agent made such a call, it came back, and it was no error.

    Of a Bash call each command is looked at by itself. It counts where the call's exit 0 proves that it ended well:
    not in `pytest || true`, `pytest; true` or `pytest &`, nor in quotes, comments and here-documents. Of tests that are
    piped into `tail` and the like, and of nothing else in that line, the output has to show that they passed.
    """

    kind: ClassVar = "trace"
    summary: ClassVar = "the transcript holds a tool call that ended well: one as described, or that a claim needs"
    parameters: ClassVar = {
        "tool": f"the tool's name, such as {SHELL}, Write or mcp__server__tool",
        "matches": f"a regular expression, found in a command of a {SHELL} call, or in a text of another tool's input",
        "claim": f"instead of both: what a claim of this kind needs: {', '.join(_NEEDS)}",
    }
    example: ClassVar = "trace: {tool: Bash, matches: '^pytest\\b'}"

    tool: str | None
    pattern: str | None
    claim: str | None

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this call, or of what this claim needs."""
        claim, tool, pattern = (params.maybe_text(key) for key in ("claim", "tool", "matches"))
        if (claim is None) == (tool is None and pattern is None):
            raise params.wrong("either `claim`, or `tool` and `matches` or one of them")
        if claim is not None and claim not in _NEEDS:
            raise params.wrong(f"`claim` {quoted(claim)} needs no tool call; {nearest(claim, [*_NEEDS])}")
        if pattern and (mistake := mistake_in(pattern)):
            raise params.wrong(f"`matches` {mistake}")
        return cls(**params.common, tool=tool, pattern=pattern, claim=claim)

    @property
    def expected(self) -> str:
        """The call."""
        if self.claim is not None:
            return f"the transcript holds {_NEEDS[self.claim][0]}"
        what = f" with /{self.pattern}/" if self.pattern else ""
        return f"the transcript holds a call of {self.tool or 'any tool'}{what} that ended well"

    @property
    def where(self) -> None:
        """No file."""
        return

    def look(self, evidence: Evidence) -> Sight:
        """Search the calls from the last one on; the reason why the last of them does not count is told."""
        calls = [call for call in evidence.tool_calls[-MOST_CALLS:] if self._is_of_tool(call)]
        why, watch = "", Watch()
        try:
            for call in reversed(calls):
                obstacle = self._obstacle(call, watch)
                if obstacle is None:
                    return sight(holds=True, found=_shown(call))
                why = why or (f"{_shown(call)}: {obstacle}" if obstacle else "")
        except Backtracks as mistake:
            return sight(holds=False, found=str(mistake))
        return sight(holds=False, found=why or f"none in {counted(len(evidence.tool_calls), 'tool call')}")

    def _is_of_tool(self, call: ToolCall) -> bool:
        tools = _NEEDS[self.claim][1] if self.claim else self.tool and (self.tool,)
        return not tools or call.name in tools

    def _obstacle(self, call: ToolCall, watch: Watch) -> str | None:
        """Return why this is not the call: empty when it is another one altogether, ``None`` when it is the one."""
        proven = True
        if call.name == SHELL:
            commands = [command for line in _texts(call) for command in shell.commands_in(line)]
            chosen = [command for command in commands if self._is_meant(command, watch)]
            proven = any(command.proven for command in chosen) or (
                any(command.ran for command in chosen) and self.claim == "tests_passed" and _shows_tests(call)
            )
            found = bool(chosen)
        else:
            found = self.pattern is None or any(watch.search(self.pattern, text) for text in _texts(call))
        obstacles = (
            (not found, ""),
            (call.output is None, "it never came back"),
            (call.is_error, "it ended in an error"),
            (call.input.get("run_in_background") is True, "it ran in the background, and nobody saw its end"),
            (not proven, "its exit code may be that of another command"),
        )
        return next((why for stands, why in obstacles if stands), None)

    def _is_meant(self, command: shell.Command, watch: Watch) -> bool:
        if self.claim == "tests_passed":
            return runs_tests(shlex.join(command.words))
        return self.pattern is None or watch.search(self.pattern, command.text) is not None


def _shows_tests(call: ToolCall) -> bool:
    """Return whether what a call printed is that of its tests alone, and says that all passed."""
    alone = all(_is_quiet(command) for line in _texts(call) for command in shell.commands_in(line))
    return alone and transcript.shows_all_passed(call.output or "")


def _is_quiet(command: shell.Command) -> bool:
    """Return whether a command prints nothing, what it is given, or what its tests print."""
    name, *rest = command.words
    if name in FILTERS:
        return all(word.startswith("-") or word.isdecimal() for word in rest)
    return name in QUIET or runs_tests(shlex.join(command.words))


def _texts(call: ToolCall) -> Iterator[str]:
    """Yield the command of a shell, or the texts at the top of an input and in its lists."""
    if call.name == SHELL:
        command = call.input.get("command")
        if isinstance(command, str):
            yield command
        return
    values: list[Any] = [
        part for value in call.input.values() for part in (value if isinstance(value, list) else [value])
    ]
    yield from (value[:LONGEST_TEXT] for value in values if isinstance(value, str))


def _shown(call: ToolCall) -> str:
    subject = next(_texts(call), "")
    return f"{plain(call.name, 60)} {quoted(subject)}" if subject else plain(call.name, 60)
