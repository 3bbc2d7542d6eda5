"""Closed lists: task types, formats, the providers that need no description, and names nearest to a wrong one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class TaskType(StrEnum):
    """The kinds of work that ``routes`` can send to a model of their own."""

    DESIGN = "design"
    REFACTOR = "refactor"
    IMPLEMENT = "implement"
    BUGFIX = "bugfix"
    TEST = "test"
    REVIEW = "review"
    DOCS = "docs"
    QUICK_FIX = "quick_fix"
    RESEARCH = "research"
    AGENTIC_LARGE = "agentic_large"
    LONG_CONTEXT = "long_context"
    DEFAULT = "default"
    # Kinds of requests inside a session:
    BACKGROUND = "background"
    THINK = "think"
    SUBAGENT = "subagent"
    WEB_SEARCH = "web_search"
    IMAGE = "image"


# Of these no text is read: no learned policy can be asked about them.
BY_FORM = frozenset(
    {
        TaskType.BACKGROUND,
        TaskType.THINK,
        TaskType.SUBAGENT,
        TaskType.WEB_SEARCH,
        TaskType.IMAGE,
        TaskType.LONG_CONTEXT,
    }
)


class Format(StrEnum):
    """What an upstream speaks."""

    ANTHROPIC = "anthropic"  # Messages
    OPENAI = "openai"  # chat completions
    RESPONSES = "responses"  # OpenAI's Responses API
    LITELLM = "litellm"  # whatever LiteLLM makes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A provider that a configuration may use without describing it."""

    format: Format
    base_url: str | None = None
    variable: str | None = None  # where its key is looked for; None: it needs none, or the cloud's own way
    token: str | None = None  # where a subscription's token is looked for, when there is no key

    def key(self, env: Mapping[str, str]) -> str | None:
        """Return what the environment has to authenticate with, the key first."""
        found = (env.get(name, "").strip() for name in (self.variable, self.token) if name)
        return next(filter(None, found), None)


KNOWN_PROVIDERS = {
    "anthropic": Known(
        format=Format.ANTHROPIC,
        base_url="https://api.anthropic.com",
        variable="ANTHROPIC_API_KEY",
        token="CLAUDE_CODE_OAUTH_TOKEN",  # noqa: S106  a variable's name
    ),
    "openrouter": Known(format=Format.ANTHROPIC, base_url="https://openrouter.ai/api", variable="OPENROUTER_API_KEY"),
    "ollama": Known(format=Format.ANTHROPIC, base_url="http://localhost:11434"),
    "deepseek": Known(
        format=Format.ANTHROPIC, base_url="https://api.deepseek.com/anthropic", variable="DEEPSEEK_API_KEY"
    ),
    "zai": Known(format=Format.ANTHROPIC, base_url="https://api.z.ai/api/anthropic", variable="ZAI_API_KEY"),
    "moonshot": Known(
        format=Format.ANTHROPIC, base_url="https://api.moonshot.ai/anthropic", variable="MOONSHOT_API_KEY"
    ),
    "sim": Known(format=Format.ANTHROPIC),  # the simulation says its address when it starts
    "openai": Known(format=Format.OPENAI, base_url="https://api.openai.com/v1", variable="OPENAI_API_KEY"),
    "gemini": Known(
        format=Format.OPENAI,
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        variable="GEMINI_API_KEY",
    ),
    "mistral": Known(format=Format.OPENAI, base_url="https://api.mistral.ai/v1", variable="MISTRAL_API_KEY"),
    "groq": Known(format=Format.OPENAI, base_url="https://api.groq.com/openai/v1", variable="GROQ_API_KEY"),
    "azure": Known(format=Format.LITELLM, variable="AZURE_API_KEY"),
    "bedrock": Known(format=Format.LITELLM),
    "vertex_ai": Known(format=Format.LITELLM),
}


def bot_name(name: str) -> str:
    """Return a bot's name in the one form that names are compared in: ``Renovate[bot]`` as ``renovate``."""
    return name.lower().removesuffix("[bot]")


def suggest(wrong: str, valid: Iterable[str]) -> str:
    """Return a hint: the nearest of the valid names, or all of them."""
    names = list(valid)
    if not names:
        return "None is defined yet."
    folded = {name.lower(): name for name in reversed(names)}
    if near := get_close_matches(wrong[:100].lower(), folded, n=1):
        return f"Did you mean `{folded[near[0]]}`?"
    return "There are: " + ", ".join(f"`{name}`" for name in names) + "."
