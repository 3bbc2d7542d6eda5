"""Traps 4, 12, 13, 21, 22: what a conversation's messages hold that a translation must treat with care."""

import json
from collections.abc import Sequence

from bench.traps.case import FIRST, SECOND, Role, anthropic, case, openai, streamed, whole
from bench.traps.seen import Seen, Sent
from bench.traps.wire import (
    TOOLS,
    Json,
    anthropic_error,
    assistant,
    block,
    chunk,
    completed,
    message_end,
    message_start,
    request,
    said,
    text_block,
    tool,
    tool_result,
    tool_use,
    user,
    wrote,
)

THOUGHT = "First I weigh it."
SIGNATURE = "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"
THINKING = {"type": "thinking", "thinking": THOUGHT, "signature": SIGNATURE}
REDACTED = {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0L5L8rLVyIw"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
THOUGHTFUL = request(
    user("Read a.py"),
    assistant(THINKING, REDACTED, "I read it.", tool_use("toolu_1", "Read", file_path="a.py")),
    user(tool_result("toolu_1", "print(1)")),
)


def content_text(message: Json) -> str:
    """Return a chat completions message's text."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def valid_tools(messages: Sequence[Json]) -> None:
    """Check the rule of chat completions: calls are answered at once and all, and nothing else is answered."""
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            id_ = message["tool_call_id"]
            assert id_ in waiting, f"expected a tool message to answer a call right before it, found {id_!r}"
            waiting.remove(id_)
            continue
        assert not waiting, f"expected answers to the calls {waiting} before a {message['role']} message"
        waiting = [call["id"] for call in message.get("tool_calls") or []]
    assert not waiting, f"expected answers to the calls {waiting}, found the end"


def ok(seen: Seen) -> Sent:
    """Return the one request that the upstream was sent; the client must have got the reply."""
    assert seen.got.text == "fine", f"expected the reply 'fine', found {seen.got.shown}"
    return seen.sent


@case("04-thinking-kept-on-relay", anthropic(THOUGHTFUL, said("fine")))
def thinking_kept(seen: Seen) -> None:
    """A thinking block's bytes change on the way back to its own model, and its signature breaks."""
    seen.kept(ok(seen))


@case("04-thinking-dropped-on-translation", openai(THOUGHTFUL, wrote("fine")))
def thinking_dropped(seen: Seen) -> None:
    """Another model is sent thinking blocks, signatures and redacted data that it cannot read."""
    sent = ok(seen)
    for what, value in (("signature", SIGNATURE), ("redacted data", REDACTED["data"])):
        assert value.encode() not in sent.body, f"expected the {what} to be dropped, found it in the request"
    for message in sent.messages:
        assert THOUGHT not in content_text(message), f"expected no thinking in a text, found {message}"
    said_by_assistant = [content_text(one) for one in sent.messages if one["role"] == "assistant"]
    assert said_by_assistant == ["I read it."], f"expected the assistant's text alone, found {said_by_assistant}"


@case(
    "04-reasoning-is-no-text",
    openai(
        request(),
        completed(
            chunk({"reasoning_content": "I weigh"}), chunk({"reasoning_content": " it."}), chunk({"content": "fine"})
        ),
    ),
)
def reasoning(seen: Seen) -> None:
    """What the model reasons is mixed into its answer, or into a block that is not open."""
    assert seen.got.text == "fine", f"expected the answer alone as text, found {seen.got.text!r}"


_OVERLOADED = whole(anthropic_error("overloaded_error", "Overloaded"), 529)
_THOUGHT = [
    message_start(),
    *block(
        0,
        {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "thinking_delta", "thinking": THOUGHT},
        {"type": "signature_delta", "signature": SIGNATURE},
    ),
    *text_block(1, "I read it."),
    *message_end(),
]


@case(
    "04-thinking-dropped-for-the-next-deployment",
    anthropic(request(user("Read a.py")), _THOUGHT, streamed(said("no"))),
    anthropic(
        request(user("Read a.py"), assistant(THINKING, REDACTED, "I read it."), user("Go on")),
        _OVERLOADED,
        streamed(said("fine")),
    ),
    role=Role.PAIR,
)
def thinking_dropped_for_the_next(seen: Seen) -> None:
    """The next deployment, another model, is sent thinking that the first one signed, and refuses it."""
    assert seen.got.text == "fine", f"expected the second deployment's reply, found {seen.got.shown}"
    assert seen.reached == [FIRST, SECOND], f"expected both deployments to be asked in order, found {seen.reached}"
    for sent in seen.turns[-1].sent:
        held = SIGNATURE.encode() in sent.body
        wanted = sent.deployment == FIRST
        assert held == wanted, f"expected thinking for the model that signed it only, found {held} at {sent.deployment}"


ORPHAN_RESULT = (user(tool_result("toolu_gone", "old output"), "Go on"),)
ORPHAN_USE = (
    user("Read a.py"),
    assistant(tool_use("toolu_1", "Read", file_path="a.py"), tool_use("toolu_2", "Bash", command="ls")),
    user(tool_result("toolu_1", "print(1)"), "Go on"),
)


@case("12-orphan-tool-result", openai(request(*ORPHAN_RESULT), wrote("fine")))
def orphan_result(seen: Seen) -> None:
    """A result whose call was compacted away becomes a tool message that the upstream refuses."""
    sent = ok(seen)
    valid_tools(sent.messages)
    assert any("Go on" in content_text(one) for one in sent.messages), f"expected the text, found {sent.messages}"


@case("12-orphan-tool-use", openai(request(*ORPHAN_USE), wrote("fine")))
def orphan_use(seen: Seen) -> None:
    """A call that was interrupted has no result, and the upstream refuses the conversation."""
    sent = ok(seen)
    valid_tools(sent.messages)
    results = [content_text(one) for one in sent.messages if one["role"] == "tool"]
    assert "print(1)" in results, f"expected the result that there is, found {results}"


@case(
    "12-text-before-a-tool-result",
    openai(
        request(
            user("Read a.py"),
            assistant(tool_use("toolu_1", "Read", file_path="a.py"), tool_use("toolu_2", "Bash", command="ls")),
            user("By the way", tool_result("toolu_2", "a.py"), tool_result("toolu_1", [{"type": "text", "text": "1"}])),
        ),
        wrote("fine"),
    ),
)
def text_before_result(seen: Seen) -> None:
    """Text beside results comes between the calls and their answers."""
    sent = ok(seen)
    valid_tools(sent.messages)
    assert [one["role"] for one in sent.messages if one["role"] not in ("system", "developer")] == [
        *("user", "assistant", "tool", "tool", "user")
    ], f"expected results, then the text, found {sent.messages}"
    given = {one["tool_call_id"]: content_text(one) for one in sent.messages if one["role"] == "tool"}
    assert sorted(given.values()) == ["1", "a.py"], f"expected both results, found {given}"


@case("12-orphans-untouched-on-relay", anthropic(request(*ORPHAN_USE), said("fine")))
def orphans_untouched(seen: Seen) -> None:
    """A conversation is repaired on a relayed path, where the upstream itself knows what to say."""
    seen.kept(ok(seen))


@case(
    "13-image-in-a-tool-result",
    openai(
        request(
            user("Look"),
            assistant(tool_use("toolu_1", "Read", file_path="a.png"), tool_use("toolu_2", "Bash", command="ls")),
            user(
                tool_result("toolu_1", [{"type": "text", "text": "the picture"}, IMAGE]),
                tool_result("toolu_2", "a.png"),
            ),
        ),
        wrote("fine"),
    ),
)
def image_in_result(seen: Seen) -> None:
    """An image in a tool's result is lost, or stays in a tool message, which takes text only."""
    sent = ok(seen)
    valid_tools(sent.messages)
    tools = [one for one in sent.messages if one["role"] == "tool"]
    assert PNG not in json.dumps(tools), "expected text only in tool messages, found the image"
    last = sent.messages[-1]
    assert last["role"] == "user", f"expected a user message behind the tools', found {last['role']}"
    parts = last["content"] if isinstance(last["content"], list) else []
    urls = [one["image_url"]["url"] for one in parts if one.get("type") == "image_url"]
    assert urls == [f"data:image/png;base64,{PNG}"], f"expected the image in the user message, found {last}"


@case("13-image-of-the-user", openai(request(user("Look", IMAGE)), wrote("fine")))
def image_of_the_user(seen: Seen) -> None:
    """A user's image is lost."""
    assert f"data:image/png;base64,{PNG}" in json.dumps(ok(seen).messages), "expected the image, found none"


NOTE = "# Environment\nThe agents: general-purpose."


@case(
    "21-system-message-among-the-messages",
    openai(
        request(
            user("Read a.py"),
            {"role": "system", "content": [{"type": "text", "text": NOTE}]},
            assistant("I do."),
            user("Go on"),
        ),
        wrote("fine"),
    ),
)
def system_message(seen: Seen) -> None:
    """A system message inside of the conversation (environment, agents, skills) is lost without a word."""
    messages = ok(seen).messages
    places = [index for index, one in enumerate(messages) if NOTE in content_text(one)]
    assert len(places) == 1, f"expected the system message once, found it {len(places)} times"
    [place] = places
    role = messages[place]["role"]
    assert role in ("system", "developer"), f"expected a system message, found it as {role}"
    around = [content_text(messages[index]) for index in (place - 1, place + 1)]
    assert around == ["Read a.py", "I do."], f"expected it in its place, found it between {around}"


@case(
    "21-system-message-as-a-text",
    openai(request(user("Read a.py"), {"role": "system", "content": NOTE}), wrote("fine")),
)
def system_text(seen: Seen) -> None:
    """The same with a plain text as its content, as the last message."""
    last = ok(seen).messages[-1]
    assert NOTE in content_text(last), f"expected the system message last, found {last}"


PLACEHOLDER = tool("DeferredToolPlaceholder", defer_loading=True)
DEFERRED = tool("mcp__db__query", "sql", defer_loading=True)


@case("22-deferred-tools-are-not-offered", openai(request(tools=[*TOOLS, DEFERRED, PLACEHOLDER]), wrote("fine")))
def deferred_tools(seen: Seen) -> None:
    """A model that cannot load tools later is offered tools that it must not call yet."""
    sent = ok(seen)
    names = {one["function"]["name"] for one in sent.json["tools"]}
    assert names == {one["name"] for one in TOOLS}, f"expected the tools that are loaded, found {sorted(names)}"
    assert b"defer_loading" not in sent.body, "expected no defer_loading, found it"


@case(
    "22-tool-references-become-text",
    openai(
        request(
            user("Query it"),
            assistant(tool_use("toolu_1", "ToolSearch", query="db")),
            user(tool_result("toolu_1", [{"type": "tool_reference", "tool_name": "mcp__db__query"}])),
            tools=[*TOOLS, tool("ToolSearch", "query"), DEFERRED, PLACEHOLDER],
        ),
        wrote("fine"),
    ),
)
def tool_references(seen: Seen) -> None:
    """A tool_reference block in a result is passed on to a model that does not know it, or is lost."""
    sent = ok(seen)
    assert b"tool_reference" not in sent.body, "expected no tool_reference block, found one"
    results = [content_text(one) for one in sent.messages if one["role"] == "tool"]
    assert any("mcp__db__query" in one for one in results), f"expected the tool's name as text, found {results}"


@case("22-deferred-tools-kept-on-relay", anthropic(request(tools=[*TOOLS, DEFERRED, PLACEHOLDER]), said("fine")))
def deferred_kept(seen: Seen) -> None:
    """A relayed request loses the tools that its model could load."""
    seen.kept(ok(seen))
