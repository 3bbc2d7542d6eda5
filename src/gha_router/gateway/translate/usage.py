"""Tokens, as each side counts them.

OpenAI's ``prompt_tokens`` include those read from and written to its cache (``prompt_tokens_details``); Anthropic's
three input counts exclude each other. ``completion_tokens`` include the reasoning, except where an upstream (Gemini,
xAI) leaves it out and only ``total_tokens`` tells.
"""

from gha_router.gateway.translate.reading import an_object, count, whole
from gha_router.records import Json


def anthropic_usage(usage: Json) -> Json:
    """Return a chat completion's usage as Anthropic's."""
    prompt = count(usage.get("prompt_tokens"))
    details = an_object(usage.get("prompt_tokens_details"))
    written = min(count(details.get("cache_write_tokens")), prompt)
    # DeepSeek and Moonshot name them beside the details, not in them.
    read = _first(details.get("cached_tokens"), usage.get("prompt_cache_hit_tokens"), usage.get("cached_tokens"))
    read = min(read, prompt - written)
    output = max(count(usage.get("completion_tokens")), count(usage.get("total_tokens")) - prompt)
    reasoning = whole(an_object(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    return told_apart(prompt, read=read, written=written, output=output, reasoning=reasoning)


def told_apart(prompt: int, *, read: int, written: int, output: int, reasoning: int | None) -> Json:
    """Return Anthropic's usage of tokens whose ``prompt`` includes what was read from and written to the cache."""
    translated: Json = {
        "input_tokens": prompt - read - written,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "output_tokens": output,
    }
    if reasoning is not None and reasoning >= 0:
        translated["output_tokens_details"] = {"thinking_tokens": min(reasoning, output)}
    return translated


def chat_usage(usage: Json) -> Json:
    """Return Anthropic's usage as a chat completion's."""
    read, written = count(usage.get("cache_read_input_tokens")), count(usage.get("cache_creation_input_tokens"))
    prompt = count(usage.get("input_tokens")) + read + written
    output = count(usage.get("output_tokens"))
    translated: Json = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
    }
    thinking = whole(an_object(usage.get("output_tokens_details")).get("thinking_tokens"))
    if thinking is not None:
        translated["completion_tokens_details"] = {"reasoning_tokens": thinking}
    return translated


def _first(*values: object) -> int:
    return next((count(value) for value in values if whole(value) is not None), 0)
