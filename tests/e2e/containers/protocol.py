"""What the Actions runner reads from a step: file commands, workflow commands in the log, masks, expressions.

Source: actions/runner, src/Runner.Worker/FileCommandManager.cs, ActionCommandManager.cs, ActionCommand.cs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HIDDEN = "***"
COMMAND = re.compile(r"^\s*::(?P<name>[^\s:]+)(?: (?P<properties>.*?))?::(?P<message>.*)$")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
DOTTED = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*")
ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
ANNOTATIONS = frozenset({"error", "warning", "notice"})
SHOWN_AS_IT_IS = frozenset({"group", "endgroup"})


class ProtocolError(ValueError):
    """The runner would fail the step, with this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A ``::warning::`` and the like; ``properties`` are file, line, title, and so on."""

    level: str
    message: str
    properties: Mapping[str, str]


def parse_file_command(text: str) -> dict[str, str]:
    """Return what ``GITHUB_OUTPUT``, ``GITHUB_ENV`` or ``GITHUB_STATE`` holds: ``name=value`` or ``name<<END``."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line:
            continue
        name, sign, rest = _split(line)
        if not name or (sign == "<<" and not rest):
            raise ProtocolError(f"Invalid format '{line}'. Name must not be empty")
        found[name] = rest if sign == "=" else "\n".join(_until(rest, lines))
    return found


def _split(line: str) -> tuple[str, str, str]:
    """Split at ``=`` or ``<<``, whichever comes first."""
    sign = re.search("=|<<", line)
    if sign is None:
        raise ProtocolError(f"Invalid format '{line}'")
    return line[: sign.start()], sign.group(), line[sign.end() :]


def _until(end: str, lines: Iterable[str]) -> list[str]:
    held: list[str] = []
    for line in lines:
        if line == end:
            return held
        held.append(line)
    raise ProtocolError(f"Invalid value. Matching delimiter not found '{end}'")


def evaluate(text: object, contexts: Mapping[str, object]) -> str:
    """Fill in ``${{ github.token }}`` and its like: dotted names only, anything else is refused."""

    def value(match: re.Match[str]) -> str:
        if not DOTTED.fullmatch(match[1]):
            raise ProtocolError(f"this harness evaluates dotted names only, not '{match[1]}'")
        found: object = contexts
        for name in match[1].split("."):
            found = found.get(name, "") if isinstance(found, Mapping) else ""
        return str(found)

    written = str(text).lower() if isinstance(text, bool) else str(text)
    return EXPRESSION.sub(value, written)


@dataclass(slots=True)
class Log:
    """A step's log as the runner shows it; ``raw`` is what the container wrote, byte for byte."""

    masks: set[str] = field(default_factory=set, repr=False)
    raw: list[str] = field(default_factory=list, repr=False)
    shown: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    _stopped: str | None = None

    def hide(self, secret: str) -> None:
        """Mask a value, and each line of it."""
        self.masks.update(part for part in (secret, *secret.splitlines()) if part.strip())

    def feed(self, line: str) -> None:
        """Take one line that the container wrote."""
        self.raw.append(line)
        command = COMMAND.match(line)
        if command is None or not self._obey(command):
            self._show(line)

    def masked(self, text: str) -> str:
        """Return a text without what is masked by now."""
        longest_first = sorted(self.masks, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest_first)), HIDDEN, text) if longest_first else text

    def _show(self, text: str) -> None:
        self.shown.append(self.masked(text))

    def _obey(self, command: re.Match[str]) -> bool:
        """Do what a line asks for; say whether it is a command at all."""
        name = command["name"]
        message = _unescape(command["message"], ESCAPES)
        if self._stopped is not None:
            self._stopped = None if name == self._stopped else self._stopped
            return self._stopped is None
        match name:
            case "stop-commands":
                self._stopped = message
            case "add-mask":
                self.hide(message)
            case "debug":
                pass  # shown in debug runs only
            case _ if name in ANNOTATIONS:
                self._show(f"##[{name}]{message}")
                properties = _properties(command["properties"] or "")
                self.annotations.append(Annotation(level=name, message=self.masked(message), properties=properties))
            case _ if name in SHOWN_AS_IT_IS:
                self._show(f"##[{name}]{message}")
            case _:
                return False
        return True


def _properties(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name.strip(): _unescape(value, PROPERTY_ESCAPES) for name, _, value in pairs}


def _unescape(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for written, meant in escapes:
        text = text.replace(written, meant)
    return text
