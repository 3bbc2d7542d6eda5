"""What of a request's body goes on to LiteLLM.

LiteLLM's functions take addresses, keys and switches beside the request's own fields, and fetch pictures by their
address. A body comes from an agent, so only the fields that are listed here pass; what is left out is named.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gha_router.gateway.longtail import schema
from gha_router.gateway.longtail.faults import LongtailError

# OpenAI's chat completions: platform.openai.com/docs/api-reference/chat/create
CHAT = frozenset(
    {
        "messages",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "stop",
        "seed",
        "user",
        "reasoning_effort",
        "response_format",
    }
)
# Anthropic's Messages: docs.claude.com/en/api/messages, and the fields that belong to a beta header
MESSAGES = frozenset(
    {
        "messages",
        "system",
        "tools",
        "tool_choice",
        "max_tokens",
        "temperature",
        "top_p",
        "top_k",
        "stop_sequences",
        "thinking",
        "metadata",
        "context_management",
        "output_config",
    }
)
_OURS = frozenset({"model", "stream", "stream_options"})  # said by the driver, so not missed
_GEMINI = frozenset({"gemini", "vertex_ai"})
# Tools that LiteLLM itself would act on ("mcp", "advisor_...") are none that a provider runs.
_ANTHROPIC_TOOLS = ("bash_", "code_execution_", "computer_", "memory_", "text_editor_", "tool_search_", "web_")
_BY_ADDRESS = "a picture or document by its address is not fetched for this provider; send its bytes as base64"


def chat(body: Mapping[str, Any], provider: str, model: str) -> tuple[dict[str, Any], list[str]]:
    """Return what is passed on of a chat completion's body, and the names of what is not. Raises ``LongtailError``."""
    for message in _needed(body, "messages"):
        for part in _parts(message):
            _check_part(part)
    passed = {name: _unmarked(value) for name, value in body.items() if name in CHAT}
    tools = [tool for tool in passed.pop("tools", None) or () if tool.get("type") == "function"]
    if tools:
        gemini = provider in _GEMINI and "claude" not in model.lower()
        passed["tools"] = [schema.for_gemini(tool) for tool in tools] if gemini else tools
    else:
        passed.pop("tool_choice", None)  # refused by providers when there is nothing to choose from
    return passed, sorted(body.keys() - CHAT - _OURS)


def messages(body: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what is passed on of a Messages body, and the names of what is not. Raises ``LongtailError``."""
    _needed(body, "max_tokens")
    for message in _needed(body, "messages"):
        for part in _parts(message):
            _check_source(part)
    passed = {name: value for name, value in body.items() if name in MESSAGES}
    if "tools" in passed:
        passed["tools"] = [tool for tool in passed["tools"] if _is_anthropic(tool)]
    if isinstance(metadata := passed.get("metadata"), dict):  # LiteLLM keeps switches of its own in it
        passed["metadata"] = {name: value for name, value in metadata.items() if name == "user_id"}
    return passed, sorted(body.keys() - MESSAGES - _OURS)


def _needed(body: Mapping[str, Any], name: str) -> Any:
    if not body.get(name):
        raise LongtailError(400, f"{name}: field required")
    return body[name]


def _is_anthropic(tool: Mapping[str, Any]) -> bool:
    kind = tool.get("type") or "custom"
    return kind == "custom" or str(kind).startswith(_ANTHROPIC_TOOLS)


def _parts(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of a message's content, those inside a tool's result too."""
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            yield part
            yield from _parts(part)


def _check_part(part: Mapping[str, Any]) -> None:
    kind = part.get("type")
    if kind == "image_url":
        picture = part.get("image_url")
        address = picture.get("url") if isinstance(picture, dict) else picture
        if not str(address).startswith("data:"):
            raise LongtailError(400, _BY_ADDRESS)
    elif kind != "text":
        raise LongtailError(400, f"content of type {str(kind)[:40]!r} is not passed on to this provider")


def _check_source(part: Mapping[str, Any]) -> None:
    source = part.get("source")
    if isinstance(source, dict) and source.get("type") not in {"base64", "text", "content"}:
        raise LongtailError(400, _BY_ADDRESS)


def _unmarked(value: Any) -> Any:
    """Return a value without cache marks: LiteLLM makes calls of its own of them for some providers."""
    match value:
        case dict() if "cache_control" in value:
            return {name: _unmarked(item) for name, item in value.items() if name != "cache_control"}
        case {"content": content}:
            return value | {"content": _unmarked(content)}
        case list():
            return [_unmarked(item) for item in value]
    return value
