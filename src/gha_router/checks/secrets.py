"""The check that nothing that was left, said or done holds a key: secrets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from gha_router import paths
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.say import counted, some
from gha_router.checks.spec import Params, nearest
from gha_router.checks.workspace import Unreadable, read_bytes
from gha_router.keyshapes import Found, keys_in
from gha_router.records import Evidence, ToolCall

PLACES = ("files", "message", "transcript")
ALL = "all"
MOST = 5  # findings that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets(PureCheck):
    """No key of a known shape in changed files and their names, the final message, or what tools got and gave.

    A finding says where and which kind, and of the key its first four characters at most: reports are read by many.
    """

    kind: ClassVar = "secrets"
    summary: ClassVar = "no key or token in changed files, the final message and the transcript"
    parameters: ClassVar = {
        "in": f"`{ALL}`, or a list of {', '.join(f'`{place}`' for place in PLACES)}",
        "except": "patterns of files that may hold made-up keys, as in a workflow's `paths`",
    }
    example: ClassVar = 'secrets: {in: all, except: "tests/fixtures/**"}'
    short: ClassVar = "in"

    places: tuple[str, ...]
    free: tuple[str, ...]

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of these places."""
        named = params.texts("in") or (ALL,)
        for place in named:
            if place not in {*PLACES, ALL}:
                raise params.wrong(f"`in` has no place `{place}`; {nearest(place, [ALL, *PLACES])}")
        return cls(**params.common, places=PLACES if ALL in named else named, free=params.patterns("except"))

    @property
    def expected(self) -> str:
        """The places."""
        return f"no key or token in {some(self.places)}"

    @property
    def where(self) -> None:
        """No one file."""
        return

    def look(self, evidence: Evidence) -> Sight:
        """Search all places; a file that cannot be read was not searched, and fails."""
        told: list[str] = []
        for source, text in self._texts(evidence):
            told += (_told(found, source, text) for found in keys_in(text))
        return sight(holds=not told, found=some(told, MOST) if told else f"none in {self._extent(evidence)}")

    def _texts(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Yield each text with the words for where it stands."""
        if "files" in self.places:
            for path in self._files(evidence):
                yield "the name of a file", path
                for text in _texts_of(evidence, path):
                    yield path, text
        if "message" in self.places:
            yield "the message", evidence.final_message
            for text in _strings(evidence.structured):
                yield "the structured answer", text
        if "transcript" in self.places:
            for number, call in enumerate(evidence.tool_calls, start=1):
                for text in _strings(call.input):
                    yield f"the input of tool call {number} ({_name(call)})", text
                yield f"the output of tool call {number} ({_name(call)})", call.output or ""

    def _files(self, evidence: Evidence) -> list[str]:
        written = evidence.changes.written
        return [path for path in written if not any(paths.matches(pattern, path) for pattern in self.free)]

    def _extent(self, evidence: Evidence) -> str:
        extents = {
            "files": counted(len(self._files(evidence)), "changed file"),
            "message": "the message",
            "transcript": counted(len(evidence.tool_calls), "tool call"),
        }
        return ", ".join(extents[place] for place in PLACES if place in self.places)


def _texts_of(evidence: Evidence, path: str) -> Iterator[str]:
    """Yield a file's text; what is written with two bytes a character is read so too."""
    if evidence.after.entries[path].kind != "file":
        return
    try:
        content = read_bytes(evidence.workspace, path)
    except Unreadable as obstacle:
        shown = "a file whose name holds a key" if any(keys_in(path)) else path
        raise Unreadable(f"{shown}: {obstacle}") from None
    yield content.decode("latin-1")
    if b"\0" in content:
        yield content.replace(b"\0", b"").decode("latin-1")


def _strings(value: Any) -> Iterator[str]:
    """Yield all texts in a tool's input, keys too, however deep."""
    pending = [value]
    while pending:
        match pending.pop():
            case str() as text:
                yield text
            case Mapping() as inner:
                pending.extend(reversed([part for pair in inner.items() for part in pair]))
            case list() | tuple() as items:
                pending.extend(reversed(items))


def _told(found: Found, source: str, text: str) -> str:
    line = text.count("\n", 0, found.at) + 1
    # A path with a key in it would tell the key.
    place = "a file whose name holds a key" if any(keys_in(source)) else source
    at = f" line {line}" if "\n" in text else ""
    return f"{found.what} ({found.begins}…) in {place}{at}"


def _name(call: ToolCall) -> str:
    return "a name that holds a key" if any(keys_in(call.name)) else call.name
