"""What a line for the shell really ran, and which of its commands must have ended well when the line did.

Bash's grammar has more than can be read here, so that what is not understood has no commands, or proves nothing: a
command is called proven only where bash's manual (3.2.4 "Lists of Commands", 4.3.1 "The Set Builtin") leaves no other
way to exit 0. Comments, here-documents and texts in quotes are no commands.
"""

import re
from dataclasses import dataclass

from gha_router.claims.words import words

LONGEST = 100_000  # characters of a line that is read
_OPERATORS = ("&&", "||", "|&", ";;", "|", ";", "&", "(", ")", "\n")
_REDIRECT = re.compile(r"[0-9]*(?:<<<|>>|<&|>&|&>>?|<>|>\||[<>])")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(\\?[\w.-]+|'[^'\n]*'|\"[^\"\n]*\")(?=[\s;&|()<>]|\Z)")
_BLANKS = " \t"
# Quotes inside these may stand inside other quotes, and a command may stand in them.
_EXPANSION = re.compile(r"`|\$[(\[]|\$'|\$\"|[<>]\(|\$\{(?!\w+\})")
# What makes the order of commands another than that of the text, or what they end with another than what they say.
_STEERS = words(
    "! [[ { } alias break builtin case command continue coproc do done elif else enable esac eval exec exit fi for "
    "function hash if in logout return select set shopt source then trap unset until while ."
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=.*", re.DOTALL)
# Options of `set` that change nothing about which commands run; all others may.
_HARMLESS = re.compile(r"-(?:[eux]+o?|o)")
# Variables by which a program that runs tests becomes another one, or runs none and ends well.
_TURNS = re.compile(r"(?:PATH|PYTEST_ADDOPTS|GOFLAGS|MAKEFLAGS|NODE_OPTIONS|npm_config_\w+|IFS|BASH_\w+)\+?=")


class _NotRead(Exception):
    """A line that is not understood."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command as its words, and whether the line's exit 0 proves that it ran and ended with 0.

    ``ran``: that it ran is proven; how it ended only where no pipe is behind it.
    """

    words: tuple[str, ...]
    proven: bool
    ran: bool

    @property
    def text(self) -> str:
        """The words with blanks between them."""
        return " ".join(self.words)


Listed = list[tuple[list[str], str]]  # the words of a command, and the operator behind it


def commands_in(line: str) -> tuple[Command, ...]:
    """Return the commands of a line in their order; none for one that is not understood, or too long."""
    if len(line) > LONGEST:
        return ()
    reader = _Reader(line)
    try:
        reader.read()
    except _NotRead:
        return ()
    # Line breaks and the like after an operator are no commands.
    listed = [(words, after) for words, after in reader.listed if words or after in {"(", ")"}]
    proven, ran = _proven(listed), _proven(listed, pipefail=True)
    return tuple(Command(tuple(words), at in proven, at in ran) for at, (words, _) in enumerate(listed) if words)


def _proven(listed: Listed, *, pipefail: bool = False) -> set[int]:
    """Return the places of the commands that must have ended with 0 when the whole line did, pipes as they say."""
    if any(after in {"(", ")", ";;", "&"} for _, after in listed):
        return set()
    start, piped = 0, pipefail  # settings that the line begins with; later ones may come too late
    while start < len(listed) and listed[start][0][0] == "set" and listed[start][1] in {"&&", ";", "\n"}:
        settings = _settings(listed[start][0][1:])
        if settings is None:
            return set()
        piped, start = piped or "pipefail" in settings, start + 1
    rest = listed[start:]
    if any(_steers(words) for words, _ in rest):
        return set()
    lists = _lists(rest, start, pipefail=piped)
    # `set -e` proves nothing of the lists before the last: the agent's tool puts a `&&` of its own behind the line, and
    # before one the shell goes on after a failure.
    last, alternative = lists[-1] if lists else (set(), False)
    return set() if alternative else last


def _settings(given: list[str]) -> list[str] | None:
    """Return the options that a `set` names with `-o`; ``None`` for one with more than options known as harmless."""
    named, rest = [], list(given)
    while rest:
        option = rest.pop(0)
        if not _HARMLESS.fullmatch(option):
            return None
        if option.endswith("o"):
            named.append(rest.pop(0) if rest else "")
    return named if set(named) <= {"pipefail", "errexit", "nounset", "xtrace"} else None


def _lists(rest: Listed, start: int, *, pipefail: bool) -> list[tuple[set[int], bool]]:
    """Return each and-or list: the commands whose end is that of their pipeline, and is there a ``||`` in it."""
    found: list[tuple[set[int], bool]] = []
    places: set[int] = set()
    alternative = False
    for at, (_, after) in enumerate(rest, start=start):
        if after not in {"|", "|&"} or pipefail:
            places.add(at)
        alternative = alternative or after == "||"
        if after in {";", "\n"}:
            found.append((places, alternative))
            places, alternative = set(), False
    return found


def _steers(words: list[str]) -> bool:
    """Return whether a command may do more than run a program: what a variable holds nobody knows."""
    head = next((word for word in words if not _ASSIGNMENT.fullmatch(word)), "")
    turned = any(_TURNS.match(word) for word in words) or (head == "time" and "!" in words)
    return head in _STEERS or turned or any(char in head for char in "$*?[{~")


class _Reader:
    """Reads a line character by character, as bash's manual 3.1.2 "Quoting" and 3.6 "Redirections" have it."""

    def __init__(self, line: str) -> None:
        self.line, self.at = line, 0
        self.words: list[str] = []
        self.listed: Listed = []
        self.word: str | None = None
        self.redirects = False  # a redirection by itself is a command too, which may be the one that ends well
        self.joins = False  # whether a backslash at the end of a here-document's line would join it with the next
        self.documents: list[tuple[bool, str]] = []  # here-documents that begin behind the next line break

    def read(self) -> None:
        """Fill ``listed``. Raises ``_NotRead``."""
        while self.at < len(self.line):
            self._step(self.line[self.at])
        if self.documents:
            raise _NotRead
        self._end_command("\n")

    def _step(self, char: str) -> None:
        if _EXPANSION.match(self.line, self.at):
            raise _NotRead
        if char in _BLANKS:
            self._end_word()
            self.at += 1
        elif char == "#" and self.word is None:
            self.at = self._find("\n", otherwise=len(self.line))
        elif char in "\\'\"":
            self._quoted(char)
        elif not self._redirected():
            self._plain(char)

    def _plain(self, char: str) -> None:
        operator = next((one for one in _OPERATORS if self.line.startswith(one, self.at)), None)
        if operator is None:
            self._put(char, 1)
            return
        self._end_command(operator)
        self.at += len(operator)
        if operator == "\n":
            self._skip_documents()

    def _quoted(self, char: str) -> None:
        if char == "\\":
            following = self.line[self.at + 1 : self.at + 2]
            if following == "\n":  # a line that goes on
                self.at += 2
            else:
                self._put(following or char, 2)
            return
        end = self.at + 1
        while self.line[end : end + 1] not in {char, ""}:
            if (
                char == '"'
                and _EXPANSION.match(self.line, end)
                and not self.line.startswith(("$'", '$"', "<(", ">("), end)
            ):
                raise _NotRead
            end += 2 if char == '"' and self.line[end] == "\\" else 1
        if end >= len(self.line):
            raise _NotRead
        self._put(self.line[self.at + 1 : end], end + 1 - self.at)

    def _redirected(self) -> bool:
        """Pass over a redirection and where it leads, which are no words of the command."""
        if (document := _HEREDOC.match(self.line, self.at)) and not self.line.startswith("<<<", self.at):
            self._end_word()
            self.redirects = True
            if document[2][0] not in "\\'\"":  # its lines can be joined with a backslash, its end among them
                self.joins = True
            self.documents.append((bool(document[1]), document[2].strip("\\'\"")))
            self.at = document.end()
            return True
        match = _REDIRECT.match(self.line, self.at)
        if match is None or (self.word is not None and match[0][0].isdigit()):
            return False
        if match[0] == "<" and self.line.startswith("<<", self.at):  # a here-document with an odd end
            raise _NotRead
        self._end_word()
        self.redirects = True
        self.at = match.end()
        while self.line[self.at : self.at + 1] in {" ", "\t"}:
            self.at += 1
        while self.line[self.at : self.at + 1] not in {"", *" \t\n;&|()<>"}:
            self._step(self.line[self.at])
        self.word = None
        return True

    def _put(self, text: str, length: int) -> None:
        self.word = (self.word or "") + text
        self.at += length

    def _end_word(self) -> None:
        if self.word is not None:
            self.words.append(self.word)
        self.word = None

    def _end_command(self, operator: str) -> None:
        self._end_word()
        self.listed.append((self.words or ([":"] if self.redirects else []), operator))
        self.words, self.redirects = [], False

    def _find(self, char: str, *, otherwise: int) -> int:
        end = self.line.find(char, self.at)
        return end if end >= 0 else otherwise

    def _skip_documents(self) -> None:
        for indented, last in self.documents:
            row = None
            while row != last:
                if self.at >= len(self.line):
                    raise _NotRead
                stop = self._find("\n", otherwise=len(self.line))
                row = self.line[self.at : stop]
                if self.joins and row.endswith("\\"):
                    raise _NotRead
                row = row.lstrip("\t") if indented else row
                self.at = stop + 1
        self.documents = []
