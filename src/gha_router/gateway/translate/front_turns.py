"""The turns of a conversation of OpenAI's, as Anthropic wants them: in alternation, each call answered in the next.

What both of its dialects share. A call without a result gets one that says so, a result without a call becomes text.
"""

import re

from gha_router.gateway.sse import object_in
from gha_router.gateway.translate.reading import Untranslatable, digest, text
from gha_router.records import Json

DEFAULT_MAX_TOKENS = 8192  # Anthropic wants a number; every model since Claude 3.5 takes this one
INTERRUPTED = "[No result: the call was interrupted.]"
LOST_CALL = "[Result of an earlier tool call]\n"
BEGINS = "[The conversation begins here.]"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w=.+-]+)*;base64,", re.IGNORECASE)


class Turns:
    """Takes what was said, called and answered, one after the other."""

    def __init__(self) -> None:
        self.system: list[str] = []  # what stands before the conversation
        self._turns: list[Json] = []
        self._open: dict[str, None] = {}  # calls without a result
        self._results: list[Json] = []  # of the last calls; they come first in the user's turn

    def closed(self) -> list[Json]:
        """Return the turns."""
        self.close()
        turns = self._turns
        if turns and turns[0]["role"] == "assistant":
            turns.insert(0, {"role": "user", "content": [{"type": "text", "text": BEGINS}]})
        if turns and turns[-1]["role"] == "assistant" and (last := turns[-1]["content"][-1])["type"] == "text":
            last["text"] = last["text"].rstrip()  # "final assistant content cannot end with trailing whitespace"
        return turns

    @property
    def answered(self) -> bool:
        """Return whether the last call was followed by something: what the assistant does next is another turn."""
        return bool(self._results) or not self._turns or self._turns[-1]["role"] == "user"

    def instruct(self, said: str) -> None:
        """Take words of the system: in front of the conversation, or in its place within."""
        if not said.strip():
            return
        if not self._turns and not self._open:
            self.system.append(said)
        else:
            self.say("user", [{"type": "text", "text": f"<system-reminder>\n{said}\n</system-reminder>"}])

    def call(self, given: object, name: str, asked: Json) -> list[Json]:
        """Return a call as a block, which the assistant is to say; none for a name or an id that cannot be used."""
        identity = identity_of(given)
        if identity in self._open or not name:
            return []
        self._open[identity] = None
        return [{"type": "tool_use", "id": identity, "name": name, "input": asked}]

    def result(self, given: object, blocks: list[Json]) -> None:
        """Take the result of a call."""
        identity = identity_of(given)
        if identity in self._open:
            del self._open[identity]
            result: Json = {"type": "tool_result", "tool_use_id": identity}
            self._results.append(result | ({"content": blocks} if blocks else {}))
            if not self._open:
                self.close()
        elif blocks:
            self.say("user", [{"type": "text", "text": LOST_CALL}, *blocks])

    def close(self) -> None:
        """Give the calls without a result one, and put all results in front of what the user has said since."""
        for missing in self._open:
            self._results.append({"type": "tool_result", "tool_use_id": missing, "content": INTERRUPTED})
        self._open.clear()
        results, self._results = self._results, []
        if results and self._turns[-1]["role"] == "user":
            self._turns[-1]["content"][:0] = results
        elif results:
            self._turns.append({"role": "user", "content": results})

    def say(self, role: str, blocks: list[Json]) -> None:
        """Take blocks of the user or the assistant."""
        if not blocks:
            return
        if self._turns and self._turns[-1]["role"] == role:
            self._turns[-1]["content"] += blocks
        else:
            self._turns.append({"role": role, "content": blocks})


def identity_of(given: object) -> str:
    """Return a call's id as Anthropic takes it."""
    said = text(given)
    return said if _ID.fullmatch(said) else f"call_{digest(said)}"


def input_of(arguments: object) -> Json:
    """Return a call's arguments as an object; those that are none stand under ``arguments``."""
    if isinstance(arguments, dict):
        return arguments
    parsed = object_in(text(arguments))
    return parsed if parsed is not None else {"arguments": arguments} if text(arguments).strip() else {}


def source_of(url: object) -> Json:
    """Return where an image or a file is. Raises ``Untranslatable``."""
    address = text(url)
    if match := _DATA_URL.match(address):
        return {"type": "base64", "media_type": match[1].lower(), "data": address[match.end() :]}
    if address.startswith(("https://", "http://")):
        return {"type": "url", "url": address}
    raise Untranslatable("an image or file must come as a `data:` URL in base64, or as an https address")
