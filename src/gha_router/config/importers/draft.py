"""A configuration of ours while it is made from another program's, each entry at the place where it came from."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gha_router.config.document import Document, Trail
from gha_router.config.importers.circles import without_circles
from gha_router.errors import Position


class Kind(StrEnum):
    """Whose configuration it is."""

    LITELLM = "litellm"
    CCR = "ccr"

    @property
    def program(self) -> str:
        """Return the program's name."""
        return {"litellm": "LiteLLM", "ccr": "claude-code-router"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that whoever moves here has to know, and the place that it speaks of. It never repeats a value."""

    where: Position
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A configuration of ours, what was not carried over, and what was decided on the way."""

    kind: Kind
    document: Document
    left: tuple[Note, ...]
    told: tuple[Note, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return one line for each note."""
        return (
            *(f"{note.where}: not carried over: {note.what}" for note in self.left),
            *(f"{note.where}: {note.what}" for note in self.told),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value and where in the other file it was found."""

    value: Any
    origin: Trail


class Draft:
    """Collects the entries; ``origin`` is always a trail of the other file."""

    def __init__(self, source: Document, kind: Kind) -> None:
        self.source = source
        self.kind = kind
        self.data: dict[str, Any] = {}
        self._places: dict[Trail, Position] = {}
        self._keys: dict[Trail, Position] = {}
        self._left: dict[Note, None] = {}
        self._told: dict[Note, None] = {}
        self._fallbacks: dict[str, list[Entry]] = {}

    def put(self, trail: Trail, value: Any, origin: Trail) -> None:
        """Set a scalar; what leads to it is made on the way. Indexes of lists come in order."""
        where = self.source.place(origin)
        spot: Any = self.data
        for depth, (part, following) in enumerate(zip(trail, (*trail[1:], None), strict=True), start=1):
            if part not in spot if isinstance(spot, dict) else part == len(spot):
                new: Any = value if following is None else [] if isinstance(following, int) else {}
                if isinstance(spot, dict):
                    spot[part] = new
                else:
                    spot.append(new)
                self._places[trail[:depth]] = where
                if isinstance(part, str):
                    self._keys[trail[:depth]] = where
            spot = spot[part]

    def leave(self, origin: Trail, what: str) -> None:
        """Note what is not carried over, and why where that is not plain."""
        self._left[Note(where=self.source.place(origin), what=what)] = None

    def leave_keys(self, origin: Trail, whose: str, mapping: Mapping[str, Any], read: Container[str]) -> None:
        """Note in one line which entries of a mapping nobody reads; those that say nothing are passed over."""
        unread = [key for key, value in mapping.items() if key not in read and value not in (None, "", [], {})]
        if unread:
            self.leave(origin, f"of {whose}: " + ", ".join(f"`{key}`" for key in unread))

    def tell(self, origin: Trail, what: str) -> None:
        """Note what was decided."""
        self._told[Note(where=self.source.place(origin), what=what)] = None

    def group(self, name: str, deployments: Iterable[Mapping[str, Entry]]) -> None:
        """Add a model: its deployments, each with ``model`` and its settings, in the shortest form that says it."""
        group = list(deployments)
        for index, deployment in enumerate(group):
            base: Trail = ("models", name, index) if len(group) > 1 else ("models", name)
            for key, entry in deployment.items():
                trail = base if set(deployment) == {"model"} else (*base, *key.split("."))
                self.put(trail, entry.value, entry.origin)

    def fall_back(self, name: str, entries: Iterable[Entry]) -> None:
        """Add to a model's fallbacks what is not among them yet."""
        chain = self._fallbacks.setdefault(name, [])
        known = {name, *(entry.value for entry in chain)}
        chain += [entry for entry in {entry.value: entry for entry in entries}.values() if entry.value not in known]

    def finished(self) -> Imported:
        """Return what has become of it."""
        self._put_fallbacks()
        document = Document(
            file=self.source.file,
            data=self.data,
            places={(): Position(self.source.file, 1, 1), **self._places},
            keys=self._keys,
        )
        return Imported(kind=self.kind, document=document, left=_in_order(self._left), told=_in_order(self._told))

    def _put_fallbacks(self) -> None:
        origins = {(name, entry.value): entry.origin for name, chain in self._fallbacks.items() for entry in chain}
        names = {name: [entry.value for entry in chain] for name, chain in self._fallbacks.items() if chain}
        straight = without_circles(names, self._deployments())
        for name, other in straight.cut:
            self.leave(origins[name, other], f"`{other}` as a fallback of `{name}`: fallbacks would go in a circle")
        for name, chain in straight.fallbacks.items():
            for index, (other, because) in enumerate(chain):
                self.put(("fallbacks", name, index), other, origins[name, because])

    def _deployments(self) -> dict[str, list[str]]:
        groups = {name: group if isinstance(group, list) else [group] for name, group in self._models().items()}
        return {
            name: [one if isinstance(one, str) else one["model"] for one in group] for name, group in groups.items()
        }

    def _models(self) -> dict[str, Any]:
        models: dict[str, Any] = self.data.get("models", {})
        return models


def _in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: (note.where.line or 0, note.where.column or 0)))
