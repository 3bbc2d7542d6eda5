"""A streamed response, as the events of Anthropic's stream.

Its events are told to a ``ChatStream`` as the chunks of a chat, whose tool calls are numbered by ``output_index``: what
that one knows about blocks, pieces of arguments and the first content holds here too. What only the event of an item's
end says (all of a call's arguments where no delta came, the encrypted reasoning) is taken from there.
"""

from gha_router.gateway.translate.errors import Failure, failure_of
from gha_router.gateway.translate.reading import an_object, objects, text, whole
from gha_router.gateway.translate.request import ChatRequest
from gha_router.gateway.translate.responses.format import LAST, Happening, Item, anthropic_usage
from gha_router.gateway.translate.responses.reply import failure_in, finish_of, head_of
from gha_router.gateway.translate.responses.thought import GAP, signature_of, words_of
from gha_router.gateway.translate.stream import SIGNATURE, ChatStream
from gha_router.records import Json

_SAID: dict[str, str] = {Happening.TEXT: "content", Happening.REFUSAL: "refusal"}
Place = tuple[int | None, int | None]  # of a text: its item and its part


class ResponseStream:
    """Takes a response's events, gives the events of one Anthropic message."""

    def __init__(self, *, asked: str, request: ChatRequest, input_estimate: int) -> None:
        self._chat = ChatStream(asked=asked, request=request, input_estimate=input_estimate)
        self._begun: set[int | None] = set()  # items that were told of
        self._said: set[Place] = set()  # texts of which there were deltas
        self._argued: set[int | None] = set()  # calls of whose arguments there were deltas
        self._part: Place | None = None  # of the thought that was told last

    @property
    def failed(self) -> Failure | None:
        """Return why there will be no more of it."""
        return self._chat.failed

    @property
    def finished(self) -> bool:
        """Return whether it came to its own end."""
        return self._chat.finished

    @property
    def opened(self) -> bool:
        """Return whether content was emitted: until then another upstream may be asked."""
        return self._chat.opened

    @property
    def usage(self) -> Json | None:
        """Return what the upstream has counted, as Anthropic counts."""
        return self._chat.usage

    def feed(self, event: Json) -> list[Json]:
        """Take one event; return the events that it brings."""
        if event.get("error") and event.get("type") != Happening.FAILED:
            return self._chat.feed(event)
        if event.get("type") in LAST:
            return self._end(event)
        if event.get("type") == Happening.CREATED:
            return self._chat.feed(head_of(an_object(event.get("response"))))
        delta = self._delta(event, whole(event.get("output_index")))
        return self._chat.feed({"choices": [{"delta": delta}]}) if delta else []

    def finish(self) -> list[Json]:
        """Return the last events, at the end of the bytes."""
        return self._chat.finish()

    def fail(self, failure: Failure) -> list[Json]:
        """End the stream with an error; the first one counts."""
        return self._chat.fail(failure)

    def _delta(self, event: Json, index: int | None) -> Json:
        """Return an event as what a chat's delta would say."""
        item, said = an_object(event.get("item")), text(event.get("delta"))
        match event.get("type"):
            case Happening.TEXT | Happening.REFUSAL as kind:
                self._said.add((index, whole(event.get("content_index"))))
                return {_SAID[kind]: said}
            case Happening.SUMMARY | Happening.REASONING:
                self._said.add((index, None))
                return {"reasoning_content": self._gap(event, index) + said}
            case Happening.ARGUMENTS:
                self._argued.add(index)
                return _call(index, {"arguments": said})
            case Happening.ITEM_ADDED if item.get("type") == Item.CALL:
                self._begun.add(index)
                return _call(index, {"name": item.get("name"), "arguments": ""}, item)
            case Happening.ITEM_DONE:
                return self._done(item, index)
        return {}

    def _gap(self, event: Json, index: int | None) -> str:
        """Return what stands between the parts of a thought."""
        before, self._part = self._part, (index, whole(event.get("summary_index", event.get("content_index"))))
        return GAP if before is not None and before != self._part and before[0] == index else ""

    def _done(self, item: Json, index: int | None) -> Json:
        """Return what of a finished item was not told before."""
        match item.get("type"):
            case Item.CALL:
                arguments = "" if index in self._argued else text(item.get("arguments"))
                if index not in self._begun:
                    return _call(index, {"name": item.get("name"), "arguments": arguments}, item)
                return _call(index, {"arguments": arguments}) if arguments else {}
            case Item.REASONING:
                thought = "" if (index, None) in self._said else words_of(item)
                return {"reasoning_content": thought, SIGNATURE: signature_of(item)}
            case Item.MESSAGE:
                parts = enumerate(objects(item.get("content")))
                missing = [part for number, part in parts if (index, number) not in self._said]
                kinds = (("content", "text"), ("refusal", "refusal"))
                return {name: "".join(text(part.get(field)) for part in missing) for name, field in kinds}
        return {}

    def _end(self, event: Json) -> list[Json]:
        response = an_object(event.get("response"))
        if event.get("type") == Happening.ERROR:
            return self.fail(failure_of({"error": event}))
        usage = response.get("usage")
        if isinstance(usage, dict):
            self._chat.usage = anthropic_usage(usage)
        if failure := failure_in(response):
            return self.fail(failure)
        if event.get("type") == Happening.FAILED:
            return self.fail(Failure(type="api_error", message="the upstream's response failed without a reason"))
        incomplete = {"status": "incomplete"} if event.get("type") == Happening.INCOMPLETE else {}
        finish = finish_of(response | incomplete)
        return self._chat.feed({"choices": [{"delta": {}, "finish_reason": finish}]}) + self._chat.finish()


def _call(index: int | None, function: Json, item: Json | None = None) -> Json:
    """Return a delta with a call's beginning, or a piece of its arguments."""
    named = {"id": item.get("call_id"), "type": "function"} if item else {}
    return {"tool_calls": [{"index": index, **named, "function": function}]}
