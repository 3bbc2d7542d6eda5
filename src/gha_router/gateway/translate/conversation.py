"""The messages of a request: Anthropic's turns as a chat that every upstream takes.

What holds of the result, whatever came in: each tool call is followed by the tool messages that answer it and by
nothing else; no tool message answers nothing; no two of the user's messages follow each other; none is empty.
"""

import re

from gha_router.gateway.translate.content import Parts, blocks_of, joined, text_parts
from gha_router.gateway.translate.quirks import Quirks
from gha_router.gateway.translate.reading import digest, dump, text
from gha_router.gateway.translate.thinking import unseal
from gha_router.records import Json

INTERRUPTED = "[No result: the call was interrupted.]"
LOST_CALL = "[Result of an earlier tool call]\n"
MOVED = "[its images and files follow in the next message of the user]"
_LONGEST_ID = 40  # OpenAI: "Expected a string with maximum length 40"
_NINE = re.compile(r"[a-zA-Z0-9]{9}")
# ai.google.dev, "Thought signatures": for calls that were not made by Gemini.
_NO_SIGNATURE = "skip_thought_signature_validator"


def call_id(given: str, quirks: Quirks) -> str:
    """Return a tool call's id as the upstream takes it; the same for a call and for its result."""
    if quirks.nine_letter_ids:
        return given if _NINE.fullmatch(given) else digest(given, size=5)[:9]
    return given if 0 < len(given) <= _LONGEST_ID else f"call_{digest(given)}"


class Conversation:
    """Takes Anthropic's messages one after the other."""

    def __init__(self, *, model: str, parts: Parts) -> None:
        self.messages: list[Json] = []
        self.ids: set[str] = set()  # of all calls, as the client knows them
        self._model = model
        self._quirks = parts.quirks
        self._parts = parts
        self._open: dict[str, None] = {}  # calls without a result, in their order
        self._held: list[Json] = []  # waits until they have theirs

    def add(self, message: Json) -> None:
        """Take one message."""
        blocks = blocks_of(message.get("content"))
        match message.get("role"):
            case "assistant":
                self._assistant(blocks)
            case "system":
                self._system(blocks)
            case _:
                self._user(blocks)

    def close(self) -> None:
        """Give the calls that have no result one that says so."""
        for missing in self._open:
            self.messages.append({"role": "tool", "tool_call_id": missing, "content": INTERRUPTED})
        self._open.clear()
        held, self._held = self._held, []
        for message in held:
            self._emit(message)

    def _user(self, blocks: list[Json]) -> None:
        parts: list[Json] = []
        for block in blocks:
            parts += self._result(block) if block.get("type") == "tool_result" else self._parts.of_user(block)
        if parts:
            self._place({"role": "user", "content": parts})

    def _result(self, block: Json) -> list[Json]:
        """Answer a call; return what the tool message cannot hold."""
        said, moved = self._parts.of_result(block, MOVED)
        answered = call_id(text(block.get("tool_use_id")), self._quirks)
        if answered not in self._open:
            return text_parts(LOST_CALL + said) + moved
        del self._open[answered]
        self.messages.append({"role": "tool", "tool_call_id": answered, "content": said})
        return moved

    def _system(self, blocks: list[Json]) -> None:
        parts = [part for block in blocks for part in self._parts.of_user(block)]
        said = "\n\n".join(part["text"] for part in parts if part["type"] == "text")
        if not said:
            return
        if self._quirks.system_in_place or not self.messages:
            self._place({"role": "system", "content": said})
        else:
            said = f"<system-reminder>\n{said}\n</system-reminder>"
            self._place({"role": "user", "content": text_parts(said)})

    def _assistant(self, blocks: list[Json]) -> None:
        self.close()
        said: list[str] = []
        calls: dict[str, Json] = {}
        thoughts: list[str] = []
        signature = ""
        for block in blocks:
            match block.get("type"):
                case "text":
                    said.append(text(block.get("text")))
                case "tool_use":
                    call = self._call(block, signature, first=not calls)
                    if self._quirks.tools and call["id"] in calls:
                        self._parts.notes.add("a tool call with the id of another")
                    elif self._quirks.tools:
                        calls[call["id"]] = call
                    else:
                        said.append(f"[called {call['function']['name']} with {call['function']['arguments']}]")
                    signature = ""
                case "thinking" if (sealed := unseal(block)) and sealed[0] == self._model:
                    thoughts.append(text(block.get("thinking")))
                    signature = sealed[1]
                case _:
                    said += [part["text"] for part in self._parts.of_user(block) if part["type"] == "text"]
        self._emit_assistant("".join(said), list(calls.values()), "".join(thoughts))

    def _call(self, block: Json, signature: str, *, first: bool) -> Json:
        given, name = text(block.get("id")), text(block.get("name"))
        self.ids.add(given)
        self._parts.tools.loaded.add(name)  # what was called is known
        arguments = block.get("input")
        if not isinstance(arguments, dict):
            arguments = {} if arguments is None else {"input": arguments}
        call: Json = {
            "id": call_id(given, self._quirks),
            "type": "function",
            "function": {"name": self._parts.tools.names.fit(name or "unknown"), "arguments": dump(arguments)},
        }
        if self._quirks.thought_signatures and (signature or first):
            call["extra_content"] = {"google": {"thought_signature": signature or _NO_SIGNATURE}}
        return call

    def _emit_assistant(self, said: str, calls: list[Json], thought: str) -> None:
        said = said if said.strip() else ""
        if not said and not calls:
            return
        message: Json = {"role": "assistant", "content": said or None}
        if self._quirks.reasoning_back:
            message["reasoning_content"] = thought
        if calls:
            message["tool_calls"] = calls
            self._open = dict.fromkeys(call["id"] for call in calls)
        self._emit(message)

    def _place(self, message: Json) -> None:
        if self._open:
            self._held.append(message)
        else:
            held, self._held = self._held, []
            for earlier in held:
                self._emit(earlier)
            self._emit(message)

    def _emit(self, message: Json) -> None:
        last = self.messages[-1] if self.messages else {}
        role, before = message["role"], last.get("role")
        if role == before == "user":
            last["content"] += message["content"]
        elif role == before == "assistant" and "tool_calls" not in last:
            _join_assistants(last, message)
        else:
            if before == "tool" and role != "assistant" and self._quirks.no_user_after_tool:
                self.messages.append({"role": "assistant", "content": "Done."})
            self.messages.append(message)


def _join_assistants(last: Json, message: Json) -> None:
    last["content"] = "\n\n".join(said for said in (last["content"], message["content"]) if said) or None
    if "reasoning_content" in message:
        last["reasoning_content"] += message["reasoning_content"]
    if "tool_calls" in message:
        last["tool_calls"] = message["tool_calls"]


def finished(conversation: Conversation, quirks: Quirks, notes: set[str]) -> list[Json]:
    """Return the messages, closed and with their content as plain as it can be."""
    conversation.close()
    messages = conversation.messages
    for message in messages:
        if message["role"] == "user":
            message["content"] = joined(message["content"])
    if messages and messages[-1]["role"] == "assistant":
        notes.add("the promise that the reply goes on from the last message's end")
        if quirks.prefix:
            messages[-1]["prefix"] = True
    return messages
