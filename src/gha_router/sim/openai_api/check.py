"""What the real API refuses, refused in its words, so that a translation that leaks another dialect does not pass.

The words are those that people have met; for some of the rarer ones they are ours.
"""

from collections.abc import Iterable
from typing import Any

from gha_router.sim.openai_api.shape import (
    FUNCTION_KEYS,
    FUNCTION_NAME,
    KEYS,
    LONGEST_CALL_ID,
    PARAMETERS,
    PART_KEYS,
    PARTS,
)
from gha_router.sim.refusal import Refusal
from gha_router.sim.wire import Json


def check(body: Json) -> None:
    """Raise ``Refusal`` for a body that the API would not take."""
    if not isinstance(body.get("model"), str):
        raise Refusal(400, "you must provide a model parameter")
    _require_known(body, PARAMETERS, "")
    if body.get("stream_options") is not None:
        _require_object(body["stream_options"], "stream_options")
        if body.get("stream") is not True:
            words = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise Refusal(400, words, param="stream_options")
    if body.get("n") not in (None, 1):
        raise Refusal(400, "sim: one choice is all that is simulated.", param="n")
    messages = body.get("messages")
    if messages is None:
        raise _missing("messages")
    for index, message in enumerate(_list(messages, "messages", least=1)):
        _check_message(message, f"messages[{index}]")
    _check_calls_are_answered(messages)
    for index, tool in enumerate(_list(body.get("tools"), "tools")):
        _check_tool(tool, f"tools[{index}]")


def _check_message(message: Any, where: str) -> None:
    _require_object(message, where)
    role = message.get("role")
    _require_one_of(role, KEYS, f"{where}.role")
    _require_known(message, KEYS[role], where)
    calls = message.get("tool_calls")
    _check_content(message.get("content"), role, f"{where}.content", may_lack=role == "assistant" and bool(calls))
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise _missing(f"{where}.tool_call_id")
    if calls is not None:
        for index, call in enumerate(_list(calls, f"{where}.tool_calls", least=1)):
            _check_call(call, f"{where}.tool_calls[{index}]")


def _check_content(content: Any, role: str, where: str, *, may_lack: bool) -> None:
    if isinstance(content, str) or (content is None and may_lack):
        return
    if content is None:
        raise _wrong_type(where, "a string", content)
    for index, part in enumerate(_list(content, where, least=1)):
        at = f"{where}[{index}]"
        _require_object(part, at)
        _require_one_of(part.get("type"), PARTS[role], f"{at}.type")
        _require_known(part, PART_KEYS[part["type"]], at)
        _check_part(part, at)


def _check_part(part: Json, where: str) -> None:
    kind = part["type"]
    at = f"{where}.{kind}"
    if kind not in part:
        raise _missing(at)
    if kind not in {"text", "refusal"}:
        _require_object(part[kind], at)
    elif not isinstance(part[kind], str):
        raise _wrong_type(at, "a string", part[kind])


def _check_call(call: Any, where: str) -> None:
    _require_object(call, where)
    _require_known(call, {"id", "type", "function"}, where)
    _require_one_of(call.get("type"), {"function"}, f"{where}.type")
    function = call.get("function")
    _require_object(function, f"{where}.function")
    _require_known(function, {"name", "arguments"}, f"{where}.function")
    for value, at in (
        (call.get("id"), f"{where}.id"),
        (function.get("name"), f"{where}.function.name"),
        (function.get("arguments"), f"{where}.function.arguments"),
    ):
        if not isinstance(value, str):
            raise _wrong_type(at, "a string", value)
    if len(call["id"]) > LONGEST_CALL_ID:
        words = f"Invalid '{where}.id': string too long. Expected a string with maximum length {LONGEST_CALL_ID}."
        raise Refusal(400, words, param=f"{where}.id", code="string_above_max_length")


def _check_calls_are_answered(messages: list[Json]) -> None:
    """Require the answers to a message's tool calls right after it, and no answer to anything else."""
    open_calls: list[str] = []
    for index, message in enumerate([*messages, {"role": "end"}]):
        where = f"messages.[{index}].role"
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                words = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                raise Refusal(400, f"Invalid parameter: {words}", param=where)
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            words = (
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(open_calls)}"
            )
            raise Refusal(400, words, param=where)
        open_calls = [call["id"] for call in message.get("tool_calls") or []]


def _check_tool(tool: Any, where: str) -> None:
    _require_object(tool, where)
    _require_one_of(tool.get("type"), {"function"}, f"{where}.type")
    _require_known(tool, {"type", "function"}, where)
    function = tool.get("function")
    _require_object(function, f"{where}.function")
    _require_known(function, FUNCTION_KEYS, f"{where}.function")
    name = function.get("name")
    if not (isinstance(name, str) and FUNCTION_NAME.fullmatch(name)):
        words = f"Invalid '{where}.function.name': expected a string that matches '^[a-zA-Z0-9_-]{{1,64}}$'."
        raise Refusal(400, words, param=f"{where}.function.name", code="invalid_value")


def _list(value: Any, where: str, *, least: int = 0) -> list[Any]:
    if value is None and not least:
        return []
    if not isinstance(value, list):
        raise _wrong_type(where, "an array", value)
    if len(value) < least:
        words = f"Invalid '{where}': empty array. Expected an array with minimum length {least}."
        raise Refusal(400, words, param=where, code="empty_array")
    return value


def _require_object(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise _wrong_type(where, "an object", value)


def _require_known(value: Json, known: Iterable[str], where: str) -> None:
    for name in sorted(set(value) - set(known)):
        at = f"{where}.{name}".removeprefix(".")
        raise Refusal(400, f"Unknown parameter: '{at}'.", param=at, code="unknown_parameter")


def _require_one_of(value: Any, valid: Iterable[str], where: str) -> None:
    names = sorted(valid)
    if value is None:
        raise _missing(where)
    if value not in names:
        supported = ", ".join(f"'{name}'" for name in names)
        words = f"Invalid value: '{value}'. Supported values are: {supported}."
        raise Refusal(400, words, param=where, code="invalid_value")


def _missing(where: str) -> Refusal:
    return Refusal(400, f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")


def _wrong_type(where: str, expected: str, value: Any) -> Refusal:
    kinds = {str: "a string", list: "an array", dict: "an object", type(None): "null", bool: "a boolean"}
    words = f"Invalid type for '{where}': expected {expected}, but got {kinds.get(type(value), 'a number')} instead."
    return Refusal(400, words, param=where, code="invalid_type")
