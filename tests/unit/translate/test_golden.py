"""Whole conversations, as they go over the wire: read the difference when one of these files changes."""

import orjson
import pytest

from gha_router.gateway.translate import quirks_of
from gha_router.gateway.translate.reading import dump
from tests.golden import check_golden
from tests.unit.translate.chat import (
    BASH,
    CALLED,
    IMAGE,
    READ,
    USAGE,
    asked,
    assistant,
    body,
    call,
    calls,
    chunk,
    events_of,
    result,
    use,
    user,
)

# As Claude Code 2.1 asks: environment in a system message, deferred tools, thinking that comes back.
CONVERSATION = body(
    user("<system-reminder>As you answer ...</system-reminder>", "Fix the failing test."),
    {"role": "system", "content": [{"type": "text", "text": "# Environment\n - Platform: linux"}]},
    assistant(
        {"type": "thinking", "thinking": "I look first.", "signature": "EqQBCgIYAhIM"},
        "I look.",
        use("Read", "toolu_1", path="test_a.py"),
        use("ToolSearch", "toolu_2", query="select:NotebookEdit"),
    ),
    user(
        result({"type": "text", "text": "assert 1 == 2"}, IMAGE, call="toolu_1"),
        result({"type": "tool_reference", "tool_name": "NotebookEdit"}, call="toolu_2"),
        "<system-reminder>Be careful.</system-reminder>",
    ),
    system=[
        {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.329; cch=00000;"},
        {"type": "text", "text": "You are Claude Code.", "cache_control": {"type": "ephemeral"}},
    ],
    tools=[
        READ,
        BASH,
        {**READ, "name": "ToolSearch"},
        {**READ, "name": "NotebookEdit", "defer_loading": True},
        {**READ, "name": "WebFetch", "defer_loading": True},
        {**READ, "name": "DeferredToolPlaceholder", "defer_loading": True},
    ],
    thinking={"type": "adaptive"},
    output_config={"effort": "high"},
    context_management={"edits": []},
    metadata={"user_id": "u"},
    stream=True,
)


def pretty(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"


@pytest.mark.parametrize("provider", ["openai", "gemini", "deepseek", "mistral"])
def test_a_request_of_claude_code(provider: str) -> None:
    made = asked(CONVERSATION, quirks_of(provider), model="gpt-5.1", max_output=64_000, context=400_000)
    check_golden(f"translate/request-{provider}.json", pretty({"body": made.body, "notes": made.notes}))


def test_a_stream_with_reasoning_text_and_interleaved_calls() -> None:
    chunks = [
        chunk({"role": "assistant", "content": ""}),
        chunk({"reasoning_content": "Both "}),
        chunk({"reasoning_content": "at once."}),
        chunk({"content": "I read "}),
        chunk({"content": "and run."}),
        calls(call(0, id="call_a", name="Read", arguments="")),
        calls(call(1, id="call_b", name="Bash", arguments="")),
        calls(call(0, arguments='{"path":')),
        calls(call(1, arguments='{"command":"ls"}')),
        calls(call(0, arguments='"a.py"}')),
        CALLED,
        USAGE,
    ]
    check_golden("translate/stream.jsonl", "".join(dump(event) + "\n" for event in events_of(*chunks)))
