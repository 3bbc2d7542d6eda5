"""The words of OpenAI's Responses API: items, parts, events, why a response ended, and what it counts.

Source: OpenAI's API reference, "Responses" and "Streaming events" (openai-python, ``types/responses``).
A response is a list of items. An item comes as ``response.output_item.added``, grows by deltas, and ends with
``response.output_item.done``, which holds it whole. All of them name the item by ``output_index``; a message's parts
by ``content_index``, a reasoning's by ``summary_index``. Every event has a ``sequence_number``, from 0. The last event
holds the whole response with its usage; there is no ``[DONE]``.
"""

from enum import StrEnum

from gha_router.gateway.translate.reading import an_object, count, whole
from gha_router.gateway.translate.usage import told_apart
from gha_router.records import Json


class Item(StrEnum):
    """What ``input`` and ``output`` hold."""

    MESSAGE = "message"  # {role, content: [part]}; in ``input`` the type may be left out
    REASONING = "reasoning"  # {id, summary: [part], encrypted_content}
    CALL = "function_call"  # {call_id, name, arguments: "{...}"}
    OUTPUT = "function_call_output"  # {call_id, output: "..." or [part]}
    CUSTOM_CALL = "custom_tool_call"  # {call_id, name, input: "..."}: a tool that takes a text
    CUSTOM_OUTPUT = "custom_tool_call_output"


class Part(StrEnum):
    """What a message, a reasoning, or an output holds."""

    INPUT_TEXT = "input_text"  # {text}
    INPUT_IMAGE = "input_image"  # {image_url: an address or data:, detail}
    INPUT_FILE = "input_file"  # {filename, file_data: data:}
    OUTPUT_TEXT = "output_text"  # {text, annotations}
    REFUSAL = "refusal"  # {refusal}
    SUMMARY = "summary_text"  # {text}
    REASONING = "reasoning_text"  # {text}: where a model's thoughts are open (gpt-oss)


class Happening(StrEnum):
    """The type of an event: as the ``event:`` line has it, and ``type`` in its data."""

    CREATED = "response.created"
    QUEUED = "response.queued"
    IN_PROGRESS = "response.in_progress"
    ITEM_ADDED = "response.output_item.added"
    ITEM_DONE = "response.output_item.done"
    PART_ADDED = "response.content_part.added"
    PART_DONE = "response.content_part.done"
    TEXT = "response.output_text.delta"
    TEXT_DONE = "response.output_text.done"
    REFUSAL = "response.refusal.delta"
    REFUSAL_DONE = "response.refusal.done"
    ARGUMENTS = "response.function_call_arguments.delta"
    ARGUMENTS_DONE = "response.function_call_arguments.done"
    CUSTOM_INPUT = "response.custom_tool_call_input.delta"
    CUSTOM_INPUT_DONE = "response.custom_tool_call_input.done"
    SUMMARY_ADDED = "response.reasoning_summary_part.added"
    SUMMARY_PART_DONE = "response.reasoning_summary_part.done"
    SUMMARY = "response.reasoning_summary_text.delta"
    SUMMARY_DONE = "response.reasoning_summary_text.done"
    REASONING = "response.reasoning_text.delta"
    REASONING_DONE = "response.reasoning_text.done"
    COMPLETED = "response.completed"
    INCOMPLETE = "response.incomplete"
    FAILED = "response.failed"
    ERROR = "error"  # {code, message, param}: no response was made


LAST = frozenset({Happening.COMPLETED, Happening.INCOMPLETE, Happening.FAILED, Happening.ERROR})

# Why a response is incomplete (``incomplete_details.reason``) -> Anthropic's stop reason.
STOP_OF_INCOMPLETE = {"max_output_tokens": "max_tokens", "content_filter": "refusal"}
# Anthropic's stop reason -> why a response is incomplete; any other completes it.
INCOMPLETE_OF_STOP = {
    "max_tokens": "max_output_tokens",
    "model_context_window_exceeded": "max_output_tokens",
    "refusal": "content_filter",
}


def anthropic_usage(usage: Json) -> Json:
    """Return a response's usage as Anthropic's, whose three input counts exclude each other.

    ``input_tokens`` include those read from and written to the cache, ``output_tokens`` the reasoning.
    """
    given = count(usage.get("input_tokens"))
    details = an_object(usage.get("input_tokens_details"))
    written = min(count(details.get("cache_write_tokens")), given)
    read = min(count(details.get("cached_tokens")), given - written)
    output = count(usage.get("output_tokens"))
    reasoning = whole(an_object(usage.get("output_tokens_details")).get("reasoning_tokens"))
    return told_apart(given, read=read, written=written, output=output, reasoning=reasoning)


def responses_usage(usage: Json) -> Json:
    """Return Anthropic's usage as a response's, whose details are never left out."""
    read, written = count(usage.get("cache_read_input_tokens")), count(usage.get("cache_creation_input_tokens"))
    given = count(usage.get("input_tokens")) + read + written
    output = count(usage.get("output_tokens"))
    thinking = count(an_object(usage.get("output_tokens_details")).get("thinking_tokens"))
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": min(thinking, output)},
        "total_tokens": given + output,
    }
