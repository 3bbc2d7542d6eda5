"""The conversation as Claude Code's own ``stream-json`` writes it: one JSON object a line.

The form is that of ``claude -p --output-format stream-json`` and of claude-code-action's ``execution_file``, so that
one reader serves all three. What the SDK's typed messages leave out is left out here. Transcripts of others may hold
anything: what is not understood is passed over, and nothing in one hides what else it holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gha_router.records import Json, ToolCall

DEEPEST = 100  # levels of a structured answer
ANSWER_TOOL = "StructuredOutput"  # the CLI's own: a call of it is the answer, and no work


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a transcript shows.

    ``final_message`` is prose: with a structured answer the CLI's ``result`` is that answer's JSON, and what was said
    is the last text before it. ``structured`` is the answer, a JSON value that nobody has looked at.
    """

    final_message: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    result: Json | None = field(default=None)  # the last result entry
    structured: Any | None = None
    cwd: str | None = None  # where the agent worked
    repeated: tuple[str, ...] = ()  # ids that more than one tool call has


def read(entries: Iterable[Mapping[str, Any]]) -> Reading:
    """Return what a transcript shows. Of several results the last one counts (a subagent's run ends with two)."""
    calls = _Calls()
    spoken, result, cwd = "", None, None
    for entry in entries:
        match entry:
            case {"type": "assistant", "message": {"content": [*blocks]}}:
                texts = [block["text"] for block in blocks if _is(block, "text", "text")]
                if not entry.get("parent_tool_use_id"):  # a subagent speaks to its agent, not to us
                    spoken = "\n".join(texts) or spoken
                calls.made(blocks)
            case {"type": "user", "message": {"content": [*blocks]}}:
                calls.returned(blocks)
            case {"type": "system", "subtype": "init", "cwd": str(told)}:
                cwd = told
            case {"type": "result"}:
                result = dict(entry)
    said = result.get("result") if result else None
    structured = _shallow(result.get("structured_output")) if result else None
    return Reading(
        final_message=said if isinstance(said, str) and structured is None else spoken,
        tool_calls=tuple(calls.all),
        result=result,
        structured=structured,
        cwd=cwd,
        repeated=tuple(dict.fromkeys(calls.repeated)),
    )


class _Calls:
    """The tool calls in their order. Ids should be unique; where they are not, no call hides another."""

    def __init__(self) -> None:
        self.all: list[ToolCall] = []
        self.repeated: list[str] = []
        self._latest: dict[str, int] = {}  # id -> the place of the latest call that has it

    def made(self, blocks: Iterable[object]) -> None:
        """Add the calls among the blocks of a reply."""
        for block in blocks:
            if isinstance(block, dict) and _is(block, "tool_use", "id", "name") and block["name"] != ANSWER_TOOL:
                given = block.get("input")
                self.repeated += [block["id"]] if block["id"] in self._latest else []
                self._latest[block["id"]] = len(self.all)
                self.all.append(ToolCall(name=block["name"], input=given if isinstance(given, dict) else {}))

    def returned(self, blocks: Iterable[object]) -> None:
        """Put the tools' results to their calls."""
        for block in blocks:
            if isinstance(block, dict) and _is(block, "tool_result", "tool_use_id"):
                place = self._latest.get(block["tool_use_id"])
                if place is not None:
                    output, failed = _text(block.get("content")), bool(block.get("is_error"))
                    self.all[place] = replace(self.all[place], output=output, is_error=failed)


def _shallow(answer: Any) -> Any:
    """Return a structured answer, ``None`` for one that is nested deeper than anybody who is to read it could go."""
    level = [answer]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return None if level else answer


def _is(block: object, kind: str, *texts: str) -> bool:
    """Return whether this is a block of that kind whose ``texts`` are text: transcripts of others are read too."""
    return (
        isinstance(block, dict)
        and block.get("type") == kind
        and all(isinstance(block.get(name), str) for name in texts)
    )


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""
