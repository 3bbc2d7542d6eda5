"""Codex's events (``codex exec --json``) as entries of a transcript, in the form that ``transcript`` reads.

An item is started and completed; both hold it whole as far as it is. Commands become calls of ``Bash`` with their exit
code, changed files calls of ``Write``, ``Edit`` and ``Delete``: the names that checks and claims know, whoever works.
Events: ``thread.started``, ``turn.started``, ``turn.completed`` {usage}, ``turn.failed`` {error}, ``item.started``,
``item.updated``, ``item.completed`` {item}, ``error`` {message}. Source: Codex 0.169, seen and in its SDK's types.
"""

import json
import shlex
from collections.abc import Iterator
from typing import Any

from gha_router.records import Json

CHANGES = {"add": "Write", "update": "Edit", "delete": "Delete"}
_SHELL_WORDS = 3  # bash -c 'command'
# What takes a turn of the model; its words and thoughts stand beside.
WORK = frozenset({"command_execution", "file_change", "mcp_tool_call", "web_search", "collab_tool_call"})


class Reader:
    """Takes one run's events, gives entries; the last is its result.

    A turn is one reply of the model. Events do not name it: calls that overlap are of one reply, any other begins one.
    """

    def __init__(self, *, cwd: str, model: str, version: str, turn_limit: int, structured: bool) -> None:
        self.turns = 0
        self.over = False  # the turn limit is reached: nothing more counts
        self._about = {"cwd": cwd, "model": model, "codex_version": version}
        self._limit = turn_limit
        self._structured = structured
        self._session: str | None = None
        self._open: set[str] = set()
        self._shown: set[str] = set()
        self._message: str | None = None  # the last, which may be the answer
        self._errors: list[str] = []

    def read(self, event: Json) -> Iterator[Json]:
        """Yield the entries of one event."""
        if self.over:
            return
        match event:
            case {"type": "thread.started", "thread_id": str(session)}:
                self._session = session
                yield {"type": "system", "subtype": "init", "session_id": session, **self._about}
            case {"type": "item.started", "item": {"id": str(identity), "type": str(kind)} as item} if kind in WORK:
                yield from self._began(identity, item)
            case {"type": "item.completed", "item": {"id": str(identity), "type": str(kind)} as item}:
                yield from self._ended(identity, kind, item)
            case {"type": "error", "message": str(message)}:
                self._errors.append(message)
            case {"type": "turn.failed", "error": {"message": str(message)}}:
                yield from self._said()
                yield self._result("error_during_execution", is_error=True, result=_words(message))
            case {"type": "turn.completed"}:
                yield from self._finished()

    def _began(self, identity: str, item: Json) -> Iterator[Json]:
        yield from self._said()
        if not self._open:
            if self.turns >= self._limit:
                self.over = True
                yield self._result("error_max_turns", is_error=True, result=None)
                return
            self.turns += 1
        self._open.add(identity)
        yield from self._calls(identity, item)

    def _ended(self, identity: str, kind: str, item: Json) -> Iterator[Json]:
        if kind == "agent_message":
            yield from self._said()
            self._message = str(item.get("text") or "")
        elif kind == "reasoning":
            yield _assistant({"type": "thinking", "thinking": str(item.get("text") or ""), "signature": ""})
        elif kind == "error":
            self._errors.append(str(item.get("message") or ""))
        elif kind in WORK:
            if identity not in self._shown:
                yield from self._began(identity, item)
            self._open.discard(identity)
            if not self.over:
                yield _user([_result_of(call, item) for call in _uses(identity, item)])

    def _calls(self, identity: str, item: Json) -> Iterator[Json]:
        uses = _uses(identity, item)
        if uses and identity not in self._shown:
            self._shown.add(identity)
            yield _assistant(*uses)

    def _said(self) -> Iterator[Json]:
        """Yield the last message: something followed, so that it was not the answer."""
        if self._message is not None:
            yield _assistant({"type": "text", "text": self._message})
            self._message = None

    def _finished(self) -> Iterator[Json]:
        final, answer = self._message or "", None
        if self._structured:
            answer = _answer(final)
        if answer is None:
            yield from self._said()
        self.turns += 1  # the reply that ended it
        yield self._result("success", is_error=False, result=final, structured_output=answer)

    def _result(self, subtype: str, **fields: Any) -> Json:
        head = {"type": "result", "subtype": subtype, "num_turns": self.turns, "session_id": self._session}
        return {**head, "total_cost_usd": None, **fields, **({"errors": self._errors} if self._errors else {})}


def _uses(identity: str, item: Json) -> list[Json]:
    """Return an item's calls: one, or for changed files one each."""
    match item.get("type"):
        case "command_execution":
            return [_use(identity, "Bash", command=unwrapped(str(item.get("command") or "")))]
        case "file_change":
            changes = item.get("changes")
            return [
                _use(f"{identity}.{number}", CHANGES.get(str(change.get("kind")), "Edit"), file_path=change.get("path"))
                for number, change in enumerate(changes if isinstance(changes, list) else [])
                if isinstance(change, dict)
            ]
        case "mcp_tool_call":
            given = item.get("arguments")
            name = f"mcp__{item.get('server')}__{item.get('tool')}"
            return [_use(identity, name, **(given if isinstance(given, dict) else {}))]
        case "web_search":
            return [_use(identity, "WebSearch", query=item.get("query"))]
    return [_use(identity, "Agent", prompt=item.get("prompt"))]


def _result_of(use: Json, item: Json) -> Json:
    code = item.get("exit_code")
    output = str(item.get("aggregated_output") or "")
    failed = item.get("status") in ("failed", "declined") or (isinstance(code, int) and code != 0)
    if failed and isinstance(code, int):
        output = f"Exit code {code}\n{output}"
    if item.get("type") == "mcp_tool_call":
        output = json.dumps(item.get("error") or item.get("result"), ensure_ascii=False)
    return {"type": "tool_result", "tool_use_id": use["id"], "content": output, "is_error": failed}


def unwrapped(command: str) -> str:
    """Return the command in a shell's words: ``bash -lc '...'`` runs what stands there."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    if (
        len(words) == _SHELL_WORDS
        and words[0].rpartition("/")[2] in ("bash", "sh", "zsh")
        and words[1] in ("-c", "-lc")
    ):
        return words[2]
    return command


def _answer(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _words(message: str) -> str:
    """Return an error's words; Codex puts the whole body of a reply there."""
    try:
        told = json.loads(message)["error"]["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return message
    return told if isinstance(told, str) else message


def _use(identity: str, name: str, /, **given: object) -> Json:
    return {"type": "tool_use", "id": identity, "name": name, "input": given}


def _assistant(*blocks: Json) -> Json:
    return {"type": "assistant", "message": {"role": "assistant", "content": [*blocks]}}


def _user(blocks: list[Json]) -> Json:
    return {"type": "user", "message": {"role": "user", "content": blocks}}
