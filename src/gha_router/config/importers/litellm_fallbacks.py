"""LiteLLM's lists of fallbacks, in the notations of its documentation: ``[{a: [b, c]}, ...]`` and ``{a: [b, c]}``."""

from collections.abc import Iterator, Mapping
from typing import Any

from gha_router.config.document import Trail
from gha_router.config.fields import is_deployment
from gha_router.config.importers.draft import Draft, Entry
from gha_router.config.words import suggest

FALLBACKS = ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")
_EVERYBODY = "*"


class Fallbacks:
    """Reads them for one file."""

    def __init__(self, draft: Draft, models: Mapping[str, Any]) -> None:
        self._draft = draft
        self._models = models

    def read(self, sections: tuple[str, ...]) -> None:
        """Read all lists; where two sections have the same one, the first counts."""
        for kind in FALLBACKS:
            given = [(section, kind) for section in sections if self._value((section, kind)) is not None]
            for origin in given[1:]:
                self._draft.leave(origin, f"`{kind}`: it stands in `{given[0][0]}` too, which counts")
            for origin in given[:1]:
                self._read(kind, origin)
        for section in sections:
            if self._value((section, "default_fallbacks")) is not None:
                self._of_everybody((section, "default_fallbacks"))
                break

    def _value(self, origin: Trail) -> Any:
        section = self._draft.source.data.get(str(origin[0]))
        return section.get(origin[1]) if isinstance(section, dict) else None

    def _read(self, kind: str, origin: Trail) -> None:
        everybody: list[Trail] = []
        for name, trail in self._pairs(origin):
            if name == _EVERYBODY and kind == "fallbacks":
                everybody.append(trail)
            elif name not in self._models:
                self._draft.leave(trail, f"{kind} of `{name}`, which is not in `model_list`")
            elif kind == "fallbacks":
                self._draft.fall_back(name, self._names(trail))
            else:
                for index, entry in enumerate(self._names(trail)):
                    self._draft.put(("router_settings", kind, name, index), entry.value, entry.origin)
        for trail in everybody:  # after the others: theirs come first
            self._of_everybody(trail)

    def _pairs(self, origin: Trail) -> Iterator[tuple[str, Trail]]:
        """Yield each model that has fallbacks, and where they stand."""
        match self._value(origin):
            case dict() as pairs:
                yield from ((name, (*origin, name)) for name in pairs)
            case list() as items:
                for index, item in enumerate(items):
                    if isinstance(item, dict):
                        yield from ((name, (*origin, index, name)) for name in item)
                    else:
                        self._draft.leave((*origin, index), "a fallback that does not say whose it is")
            case _:
                self._draft.leave(origin, f"`{origin[-1]}` is neither a list nor a mapping")

    def _names(self, origin: Trail) -> Iterator[Entry]:
        """Yield who stands in: models of the file, or deployments that nobody described."""
        value: Any = self._draft.source.data
        for part in origin:
            value = value[part]
        several = isinstance(value, list)
        for index, item in enumerate(value if several else [value]):
            trail = (*origin, index) if several else origin
            name = item.get("model") if isinstance(item, dict) else item
            if isinstance(item, dict):
                self._draft.leave(trail, "what a fallback changes in the request")
            if isinstance(name, str) and name in self._models:
                yield Entry(value=name, origin=trail)
            elif isinstance(name, str) and is_deployment(name):
                self._draft.tell(trail, f"`{name}` is not in `model_list`: taken as that deployment")
                yield Entry(value=name, origin=trail)
            else:
                hint = suggest(name, self._models) if isinstance(name, str) else ""
                self._draft.leave(trail, f"a fallback that is not in `model_list`. {hint}".rstrip())

    def _of_everybody(self, origin: Trail) -> None:
        """Give each model the common fallbacks after its own; one of those gets the ones after it."""
        common = list(self._names(origin))
        names = [entry.value for entry in common]
        for model in self._models:
            after = names.index(model) + 1 if model in names else 0
            self._draft.fall_back(model, common[after:])
