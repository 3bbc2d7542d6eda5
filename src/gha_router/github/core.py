"""The runner's log and output file: workflow commands, masks, groups, outputs.

Commands are made by actions-toolkit's ``core``, which escapes them rightly. What it leaves open is closed here: it
prints properties that nobody gave, empty masks and multi-line masks that match nothing, it has no ``stop-commands``,
and without an output file it writes outputs into the log. Its inputs come from ``os.environ``, which holds no secrets
any more when we run, so that ``inputs`` reads them. Wire format: actions/runner, ``ActionCommand.cs`` and
``FileCommandManager.cs``.
"""

import contextlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from actions_toolkit import core as toolkit  # type: ignore[import-untyped]  # it ships no types

from gha_router.errors import GhaRouterError, InfrastructureError, Position

INPUT = "input"  # a Position's file that begins so is no file: "input `checks`"
SHORTEST_LINE = 4  # of a secret of several lines: to mask a lone bracket would blacken the whole log

# What makes the runner take a line for a command: a leading "::", or "##[" anywhere. A blank in it breaks both.
_COMMAND = re.compile(r"(?:(?<=\s)|^):(?=:)|##(?=\[)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The commands of one step. ``log`` is what the runner reads, ``env`` says where its files are."""

    env: Mapping[str, str]
    log: TextIO

    def error(self, message: str, *, at: Position | None = None, title: str | None = None) -> None:
        """Annotate the run with an error. The runner shows ten of a step."""
        self._annotate("error", message, at, title)

    def warning(self, message: str, *, at: Position | None = None, title: str | None = None) -> None:
        """Annotate the run with a warning. The runner shows ten of a step."""
        self._annotate("warning", message, at, title)

    def notice(self, message: str, *, at: Position | None = None, title: str | None = None) -> None:
        """Annotate the run with a notice."""
        self._annotate("notice", message, at, title)

    def failure(self, error: GhaRouterError) -> None:
        """Show an error of ours where it stands, with what to do about it."""
        place = f"{error.where}: " if error.where and _is_input(error.where) else ""
        hint = f"\n{error.hint}" if error.hint else ""
        self.error(f"{place}{error.what}{hint}", at=error.where, title="gha-router")

    def debug(self, message: str) -> None:
        """Say what is shown only where debug logging is on."""
        self._command("debug", {}, message)

    def info(self, text: str) -> None:
        """Print lines that the runner takes for nothing but text, whoever wrote them."""
        harmless = _COMMAND.sub(r"\g<0> ", _writable(text))
        self.log.write(f"{harmless}\n")

    def mask(self, secret: str) -> None:
        """Hide a secret in all that follows. Outside of Actions nobody would hide it, so nothing is printed there."""
        if self.env.get("GITHUB_ACTIONS") != "true":
            return
        for line in maskable(secret):
            self._command("add-mask", {}, line)

    @contextlib.contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Fold what is printed inside under a title."""
        self._command("group", {}, title)
        try:
            yield
        finally:
            self._command("endgroup", {}, "")

    @contextlib.contextmanager
    def quoted(self) -> Iterator[None]:
        """Let others print inside: no command of theirs is obeyed, and the word that ends this cannot be guessed."""
        token = secrets.token_hex(16)
        self._command("stop-commands", {}, token)
        try:
            yield
        finally:
            self._command(token, {}, "")

    def output(self, name: str, value: str) -> None:
        """Set an output. Raises ``InfrastructureError`` when the runner's file cannot be written."""
        file = self.env.get("GITHUB_OUTPUT")
        if not file:
            self.info(f"output {name}: {value}")
            return
        block: str = toolkit.prepare_key_value_message(name, _writable(value))  # its delimiter holds a random UUID
        try:
            with Path(file).open("a", encoding="utf-8", newline="") as opened:
                opened.write(f"{block}\n")
        except OSError as error:
            raise InfrastructureError(f"the output `{name}` cannot be written to {file}: {error.strerror}") from None

    def _annotate(self, command: str, message: str, at: Position | None, title: str | None) -> None:
        shown = at if at and not _is_input(at) else Position("")
        given = {"file": shown.file, "line": shown.line, "col": shown.column, "title": title}
        properties = {key: value for key, value in given.items() if value}
        # An annotation without a word is none that anybody could read, so the runner leaves it out.
        self._command(command, properties, message or "(no message)")

    def _command(self, name: str, properties: Mapping[str, str | int], message: str) -> None:
        clean = {key: _writable(str(value)) for key, value in properties.items()}
        with contextlib.redirect_stdout(self.log):  # the toolkit knows no other place
            toolkit.issue_command(name, clean, _writable(message))
        self.log.flush()


def maskable(secret: str) -> list[str]:
    """Return what of a secret has to be masked: the runner looks at one line at a time."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", _writable(secret)) if line.strip()]
    return lines if len(lines) == 1 else [line for line in lines if len(line) >= SHORTEST_LINE]


def _is_input(where: Position) -> bool:
    return where.file.startswith(f"{INPUT} `")


def _writable(text: str) -> str:
    """Return text that UTF-8 can hold: a lone surrogate in an agent's words is shown as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()
