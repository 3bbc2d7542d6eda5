"""The messages of a request: Anthropic's turns as the items of OpenAI's Responses API.

What holds of the result, whatever came in: each call has one output, behind it and before the next turn; no output
answers nothing; each reasoning is followed by what it led to, in the order in which the model made them ("Item 'rs_...'
of type 'reasoning' was provided without its required following item").
"""

from gha_router.gateway.translate.content import Parts, blocks_of, text_parts
from gha_router.gateway.translate.conversation import INTERRUPTED, LOST_CALL, call_id
from gha_router.gateway.translate.reading import dump, text
from gha_router.gateway.translate.responses.format import Item, Part
from gha_router.gateway.translate.responses.thought import item_of
from gha_router.records import Json

COMMENTARY, FINAL_ANSWER = "commentary", "final_answer"


class Items:
    """Takes Anthropic's messages one after the other.

    ``phases``: the model wants to know which of its messages were said on the way to a call.
    """

    def __init__(self, *, origin: str, parts: Parts, phases: bool) -> None:
        self.items: list[Json] = []
        self.ids: set[str] = set()  # of all calls, as the client knows them
        self._origin = origin
        self._parts = parts
        self._phases = phases
        self._open: dict[str, None] = {}  # calls without an output, in their order
        self._held: list[Json] = []  # waits until they have theirs

    def add(self, message: Json) -> None:
        """Take one message."""
        blocks = blocks_of(message.get("content"))
        match message.get("role"):
            case "assistant":
                self._assistant(blocks)
            case "system":
                parts = [part for block in blocks for part in self._parts.of_user(block)]
                self._place("developer", [part for part in parts if part["type"] == "text"])
            case _:
                self._user(blocks)

    def close(self) -> None:
        """Give the calls that have no output one that says so."""
        self.items += [_output(missing, INTERRUPTED) for missing in self._open]
        self._open.clear()
        self._let_go()

    def _let_go(self) -> None:
        self.items += self._held
        self._held.clear()

    def _user(self, blocks: list[Json]) -> None:
        parts: list[Json] = []
        for block in blocks:
            parts += self._result(block) if block.get("type") == "tool_result" else self._parts.of_user(block)
        self._place("user", parts)

    def _place(self, role: str, parts: list[Json]) -> None:
        if not self._open:
            self._let_go()
        if parts:
            message = {"type": Item.MESSAGE, "role": role, "content": [_part(part) for part in parts]}
            (self._held if self._open else self.items).append(message)

    def _result(self, block: Json) -> list[Json]:
        """Answer a call; return what is said when there is none."""
        said, media = self._parts.of_result(block)
        answered = call_id(text(block.get("tool_use_id")), self._parts.quirks)
        if answered not in self._open:
            return text_parts(LOST_CALL + said) + media
        del self._open[answered]
        self.items.append(_output(answered, [_part(part) for part in text_parts(said) + media] if media else said))
        return []

    def _assistant(self, blocks: list[Json]) -> None:
        self.close()
        made: list[Json] = []
        for block in blocks:
            match block.get("type"):
                case "text":
                    _say(text(block.get("text")), made)
                case "tool_use":
                    self._call(block, made)
                case "thinking" if reasoning := item_of(block, self._origin):
                    made.append(reasoning)
                case _:
                    for part in self._parts.of_user(block):
                        _say(text(part.get("text")), made)
        while made and made[-1]["type"] == Item.REASONING:
            made.pop()
            self._parts.notes.add("a thought that led to nothing")
        if self._phases:
            _name_phases(made)
        self.items += made

    def _call(self, block: Json, made: list[Json]) -> None:
        given, name = text(block.get("id")), text(block.get("name"))
        self.ids.add(given)
        self._parts.tools.loaded.add(name)  # what was called is known
        arguments = block.get("input")
        if not isinstance(arguments, dict):
            arguments = {} if arguments is None else {"input": arguments}
        identity = call_id(given, self._parts.quirks)
        if identity in self._open:
            self._parts.notes.add("a tool call with the id of another")
            return
        self._open[identity] = None
        fitting = self._parts.tools.names.fit(name or "unknown")
        made.append({"type": Item.CALL, "call_id": identity, "name": fitting, "arguments": dump(arguments)})


def _output(answered: str, output: str | list[Json]) -> Json:
    return {"type": Item.OUTPUT, "call_id": answered, "output": output}


def _say(said: str, made: list[Json]) -> None:
    """Add what the assistant said; a text in several blocks is one message."""
    if not said.strip():
        return
    if made and made[-1]["type"] == Item.MESSAGE:
        made[-1]["content"][0]["text"] += said
    else:
        part = {"type": Part.OUTPUT_TEXT, "text": said, "annotations": []}
        made.append({"type": Item.MESSAGE, "role": "assistant", "content": [part]})


def _name_phases(made: list[Json]) -> None:
    """Say of each message whether a call followed in the same turn, as the model itself has called them."""
    phase = FINAL_ANSWER
    for item in reversed(made):
        if item["type"] == Item.CALL:
            phase = COMMENTARY
        elif item["type"] == Item.MESSAGE:
            item["phase"] = phase


def _part(part: Json) -> Json:
    """Return a chat message's part as a response's."""
    match part["type"]:
        case "image_url":
            return {"type": Part.INPUT_IMAGE, "image_url": part["image_url"]["url"], "detail": "auto"}
        case "file":
            return {"type": Part.INPUT_FILE, **part["file"]}
    return {"type": Part.INPUT_TEXT, "text": part["text"]}
