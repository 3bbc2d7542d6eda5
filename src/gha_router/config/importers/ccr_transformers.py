"""claude-code-router's transformers: what they change is done anyway, is a setting, or is not carried over.

Source: https://github.com/musistudio/claude-code-router, "Transformers" in its README.
"""

from collections.abc import Iterator
from typing import Any

from gha_router.config.document import Trail
from gha_router.config.importers.draft import Draft, Entry
from gha_router.config.words import KNOWN_PROVIDERS

# A provider's own ways: known to the gateway by the provider, wherever that is the one that is asked.
_OF_A_PROVIDER = {
    **{name: name for name in KNOWN_PROVIDERS},
    "vertex-claude": "vertex_ai",
    "vertex-gemini": "vertex_ai",
}
_ANYWAY = {
    "cleancache": "cache marks go to upstreams that know them only",
    "streamoptions": "usage is asked for in streams",
    "reasoning": "what a model thought comes back as thinking",
    "maxcompletiontokens": "OpenAI is asked in this word",
    "openai": "an address of chat completions is asked in OpenAI's words",
    "anthropic": "an address of messages is asked in Anthropic's words",
}
_MAX_TOKEN = "maxtoken"  # noqa: S105  a transformer's name


class Transformers:
    """Reads those of one provider."""

    def __init__(self, draft: Draft, provider: str, kind: str) -> None:
        self._draft = draft
        self._provider = provider
        self._kind = kind

    def read(self, origin: Trail, transformer: Any) -> dict[str | None, Entry]:
        """Return the caps on outputs, of a model or (``None``) of all; everything else is told or left."""
        caps: dict[str | None, Entry] = {}
        for model, trail, name, options in _used(origin, transformer):
            of = f"provider `{self._provider}`" if model is None else f"`{model}` of provider `{self._provider}`"
            if name.lower() == _MAX_TOKEN and isinstance(options, dict) and options.get("max_tokens") is not None:
                caps[model] = Entry(value=options["max_tokens"], origin=trail)
            elif name.lower() in _ANYWAY:
                self._draft.tell(trail, f"transformer `{name}` of {of} is not needed: {_ANYWAY[name.lower()]}")
            elif _OF_A_PROVIDER.get(name.lower()) == self._kind:
                self._draft.tell(trail, f"transformer `{name}` of {of} is not needed: its ways are known")
                if options:
                    self._draft.leave(trail, f"the options of transformer `{name}` of {of}")
            else:
                self._draft.leave(trail, f"transformer `{name}` of {of}")
        return caps


def _used(origin: Trail, transformer: Any) -> Iterator[tuple[str | None, Trail, str, Any]]:
    """Yield each transformer with its model (``None``: all of them) and its options."""
    if not isinstance(transformer, dict):
        return
    for key, value in transformer.items():
        model, trail, used = (None, (*origin, key), value) if key == "use" else (key, (*origin, key, "use"), None)
        if key != "use":
            used = value.get("use") if isinstance(value, dict) else value
        for index, item in enumerate(used if isinstance(used, list) else [used]):
            match item:
                case str() as name:
                    yield model, (*trail, index), name, None
                case [str() as name, *options]:
                    yield model, (*trail, index), name, options[0] if options else None
