"""What the real API refuses, refused in its words; a test holds the names against the Python SDK."""

from typing import Any

from gha_router.sim.openai_api.shape import FUNCTION_NAME
from gha_router.sim.refusal import Refusal
from gha_router.sim.responses_api.wire import LEAST_OUTPUT, is_genuine
from gha_router.sim.wire import Json

PARAMETERS = {
    "background",
    "context_management",
    "conversation",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "moderation",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
}
# The keys of an item, by its type.
KEYS = {
    "message": {"type", "id", "role", "content", "status", "phase"},
    "function_call": {"type", "id", "call_id", "name", "arguments", "status"},
    "function_call_output": {"type", "id", "call_id", "output", "status", "name"},
    "reasoning": {"type", "id", "summary", "content", "encrypted_content", "status"},
}
# The types of a message's parts, by role; an output has a user's.
PARTS = {
    "user": {"input_text", "input_image", "input_file"},
    "system": {"input_text"},
    "developer": {"input_text"},
    "assistant": {"output_text", "refusal"},
}
FUNCTION_KEYS = {"type", "name", "description", "parameters", "strict"}


def check(body: Json) -> None:
    """Raise ``Refusal`` for a body that the API would not take."""
    if not isinstance(body.get("model"), str):
        raise _missing("model")
    _require_known(body, PARAMETERS, "")
    limit = body.get("max_output_tokens")
    if isinstance(limit, int) and limit < LEAST_OUTPUT:
        words = f"integer below minimum value. Expected a value >= {LEAST_OUTPUT}, but got {limit} instead."
        raise _invalid("max_output_tokens", words, "integer_below_min_value")
    items = body.get("input")
    if isinstance(items, str):
        return
    if not isinstance(items, list) or not items:
        raise _missing("input")
    for index, item in enumerate(items):
        _check_item(item, f"input[{index}]")
    _check_pairs(items)
    _check_thoughts(items)
    for index, tool in enumerate(body.get("tools") or []):
        _check_tool(tool, f"tools[{index}]")


def _check_item(item: Any, where: str) -> None:
    if not isinstance(item, dict):
        raise _invalid(where, "expected an object.", "invalid_type")
    kind = item.get("type", "message")
    if kind not in KEYS:
        raise _invalid(f"{where}.type", f"'{kind}' is not simulated.", "invalid_value")
    _require_known(item, KEYS[kind], where)
    match kind:
        case "message":
            _check_parts(item.get("content"), PARTS.get(item.get("role", ""), set()), f"{where}.content")
        case "function_call_output":
            _check_parts(item.get("output"), PARTS["user"], f"{where}.output")
        case "function_call":
            for name in ("call_id", "name", "arguments"):
                if not isinstance(item.get(name), str):
                    raise _missing(f"{where}.{name}")


def _check_parts(content: Any, kinds: set[str], where: str) -> None:
    if isinstance(content, str):
        return
    if not isinstance(content, list) or not content:
        raise _missing(where)
    for index, part in enumerate(content):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in kinds:
            supported = ", ".join(f"'{name}'" for name in sorted(kinds))
            words = f"Invalid value: '{kind}'. Supported values are: {supported}."
            raise Refusal(400, words, param=f"{where}[{index}].type", code="invalid_value")


def _check_pairs(items: list[Json]) -> None:
    calls: set[str] = set()
    for item in items:
        match item.get("type"):
            case "function_call":
                calls.add(item["call_id"])
            case "function_call_output":
                if item.get("call_id") not in calls:
                    words = f"No tool call found for function call output with call_id {item.get('call_id')}."
                    raise Refusal(400, words, param="input")
    answered = {item.get("call_id") for item in items if item.get("type") == "function_call_output"}
    for call in sorted(calls - answered):
        raise Refusal(400, f"No tool output found for function call {call}.", param="input")


def _check_thoughts(items: list[Json]) -> None:
    for item, following in zip(items, [*items[1:], {}], strict=True):
        if item.get("type") != "reasoning":
            continue
        name = item.get("id")
        if not is_genuine(item):
            words = f"The encrypted content for item {name} could not be verified."
            raise Refusal(400, words, code="invalid_encrypted_content")
        if following.get("type") not in ("reasoning", "function_call") and following.get("role") != "assistant":
            words = f"Item '{name}' of type 'reasoning' was provided without its required following item."
            raise Refusal(400, words, param="input")


def _check_tool(tool: Any, where: str) -> None:
    if not isinstance(tool, dict) or tool.get("type") != "function":
        raise _invalid(f"{where}.type", "only functions are simulated.", "invalid_value")
    _require_known(tool, FUNCTION_KEYS, where)
    name = tool.get("name")
    if not (isinstance(name, str) and FUNCTION_NAME.fullmatch(name)):
        raise _invalid(f"{where}.name", "expected a string that matches '^[a-zA-Z0-9_-]{1,64}$'.", "invalid_value")


def _require_known(value: Json, known: set[str], where: str) -> None:
    for name in sorted(set(value) - known):
        at = f"{where}.{name}".removeprefix(".")
        raise Refusal(400, f"Unknown parameter: '{at}'.", param=at, code="unknown_parameter")


def _missing(where: str) -> Refusal:
    return Refusal(400, f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")


def _invalid(where: str, words: str, code: str) -> Refusal:
    return Refusal(400, f"Invalid '{where}': {words}", param=where, code=code)
