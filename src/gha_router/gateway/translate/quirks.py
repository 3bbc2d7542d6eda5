"""What an upstream that speaks OpenAI's chat completions wants otherwise than OpenAI.

Sources: each provider's API reference, and the errors that its API answers with (named beside the value). What is not
known of a provider stays at the default, which asks for the least.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How to speak to one upstream."""

    max_tokens_field: Literal["max_completion_tokens", "max_tokens"] = "max_tokens"
    images: bool = True  # False: a line of text stands in for each
    files: bool = False  # takes a PDF as a `file` part
    tools: bool = True
    parallel_tool_calls: bool = True  # knows the field that turns them off
    stream_usage: bool = True  # knows stream_options.include_usage
    structured_outputs: bool = True  # takes a JSON schema; False: the schema is said in words
    json_object: bool = False  # where it takes no schema: knows response_format json_object
    system_in_place: bool = True  # takes system messages in the middle; False: they become the user's
    max_stops: int = 4
    top_k: bool = False

    reasoning_effort: bool = False  # thinking and output_config.effort become reasoning_effort
    reasoning_models: str = ""  # pattern of the models that do; "": all of them
    fixed_sampling: bool = False  # those models refuse temperature, top_p and stop
    no_effort: str = "low"  # what "thinking: disabled" asks for
    thinking_switch: bool = False  # takes `thinking: {type: enabled | disabled}`
    reasoning_back: bool = False  # wants its own reasoning_content on every assistant message
    thought_signatures: bool = False  # wants the signatures of its tool calls back (Gemini 3)

    gemini_schemas: bool = False  # takes a few keywords of JSON Schema only
    nine_letter_ids: bool = False  # tool call ids are nine letters or digits
    no_user_after_tool: bool = False  # an assistant message must stand between
    prefix: bool = False  # a last assistant message that is to be continued is marked

    def reasons(self, model: str) -> bool:
        """Return whether this model takes a reasoning effort."""
        return self.reasoning_effort and _matches(self.reasoning_models, model)


@lru_cache(maxsize=256)
def _matches(pattern: str, model: str) -> bool:
    return re.search(pattern, model) is not None


# gpt-4o answers "Unrecognized request argument supplied: reasoning_effort", o3 and gpt-5 "Unsupported parameter: stop".
_OPENAI = Quirks(
    max_tokens_field="max_completion_tokens",
    files=True,
    reasoning_effort=True,
    reasoning_models=r"(?:^|/)(?:o\d|gpt-(?:[5-9]|\d\d)(?!.*chat))",
    fixed_sampling=True,
)
_QUIRKS = {
    "openai": _OPENAI,
    # The model is a deployment's name there, which often is the model's.
    "azure": replace(_OPENAI, files=False),
    # Leaves out what a model does not know, and maps efforts by itself.
    "openrouter": Quirks(files=True, reasoning_effort=True, no_effort="none", top_k=True),
    # /v1/chat/completions: thinking is answered with 400 by a model that cannot.
    "ollama": Quirks(parallel_tool_calls=False),
    # generativelanguage.googleapis.com/v1beta/openai: unknown fields are answered with 400.
    "gemini": Quirks(
        parallel_tool_calls=False,
        reasoning_effort=True,
        thought_signatures=True,
        gemini_schemas=True,
        system_in_place=False,
    ),
    # "The reasoning_content in the thinking mode must be passed back to the API"; an empty one will do.
    "deepseek": Quirks(
        images=False,
        parallel_tool_calls=False,
        structured_outputs=False,
        json_object=True,
        thinking_switch=True,
        reasoning_back=True,
    ),
    # "Tool call id was ... but must be a-z, A-Z, 0-9, with a length of 9"; "Unexpected role 'user' after role 'tool'";
    # "Expected last role User or Tool" (Claude Code's first request ends with a system message); 422 for a field that
    # it does not know.
    "mistral": Quirks(
        nine_letter_ids=True, no_user_after_tool=True, prefix=True, stream_usage=False, system_in_place=False
    ),
    "groq": Quirks(
        max_tokens_field="max_completion_tokens", reasoning_effort=True, reasoning_models="gpt-oss", files=False
    ),
}
_DEFAULT = Quirks()
# Whoever speaks Responses speaks as OpenAI does. There are no stop sequences.
RESPONSES = replace(_OPENAI, max_stops=0, reasoning_models=rf"{_OPENAI.reasoning_models}|codex")


def quirks_of(provider: str) -> Quirks:
    """Return what is known of a provider, by its name in the configuration; the defaults for any other."""
    return _QUIRKS.get(provider.lower(), _DEFAULT)
