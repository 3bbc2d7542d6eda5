"""Whose model a name in LiteLLM's notation is: ``provider/model``, or a model alone whose provider LiteLLM guesses."""

import re
from dataclasses import dataclass

from gha_router.config.words import KNOWN_PROVIDERS, Format

_SAME = {"ollama_chat": "ollama", "vertex_ai_beta": "vertex_ai"}  # other names of providers that we know
_OPENAI_SERVERS = {"hosted_vllm", "openai_like", "lm_studio", "llamafile", "litellm_proxy", "custom_openai", "vllm"}
# Providers that LiteLLM reaches for us, and where it looks for their keys: https://docs.litellm.ai/docs/providers
_OTHERS = {
    "azure_ai": "AZURE_AI_API_KEY",
    "cerebras": "CEREBRAS_API_KEY",
    "cohere": "COHERE_API_KEY",
    "cohere_chat": "COHERE_API_KEY",
    "dashscope": "DASHSCOPE_API_KEY",
    "databricks": "DATABRICKS_API_KEY",
    "deepinfra": "DEEPINFRA_API_KEY",
    "fireworks_ai": "FIREWORKS_AI_API_KEY",
    "github": "GITHUB_API_KEY",
    "huggingface": "HUGGINGFACE_API_KEY",
    "nebius": "NEBIUS_API_KEY",
    "novita": "NOVITA_API_KEY",
    "nvidia_nim": "NVIDIA_NIM_API_KEY",
    "perplexity": "PERPLEXITYAI_API_KEY",
    "replicate": "REPLICATE_API_KEY",
    "sambanova": "SAMBANOVA_API_KEY",
    "together_ai": "TOGETHERAI_API_KEY",
    "volcengine": "VOLCENGINE_API_KEY",
    "watsonx": "WATSONX_API_KEY",
    "xai": "XAI_API_KEY",
}
_GUESSES = (
    (r"claude-", "anthropic"),
    (r"(gpt-|chatgpt-|o\d)", "openai"),
    (r"gemini-", "vertex_ai"),
    (r"(mistral|codestral|magistral|devstral)-", "mistral"),
    (r"deepseek-", "deepseek"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A provider by our name and its model."""

    kind: str
    model: str
    format: Format
    variable: str | None = None  # where its key is looked for when the file names none
    guessed: bool = False


def named(model: str, prefix: str | None, *, has_address: bool) -> Named | None:
    """Return whose model it is; ``prefix`` is what the file calls its provider, where it does so apart."""
    if prefix is not None:
        model = f"{prefix}/{model.removeprefix(f'{prefix}/')}"
    first, slash, rest = model.partition("/")
    kind = _SAME.get(first, first)
    if slash and rest:
        if kind in KNOWN_PROVIDERS:
            return Named(kind=kind, model=rest, format=KNOWN_PROVIDERS[kind].format)
        if kind in _OPENAI_SERVERS and has_address:
            return Named(kind=kind, model=rest, format=Format.OPENAI)
        if kind in _OTHERS:
            return Named(kind=kind, model=rest, format=Format.LITELLM, variable=_OTHERS[kind])
    if has_address:  # some server of one's own, which LiteLLM asks in OpenAI's words
        return Named(kind="openai", model=model, format=Format.OPENAI, guessed=True)
    guess = next((kind for pattern, kind in _GUESSES if re.match(pattern, model)), None)
    if guess is None:
        return None
    return Named(kind=guess, model=model, format=KNOWN_PROVIDERS[guess].format, guessed=True)
