"""Gemini's own API on the wire: ai.google.dev/api/generate-content, as it answers and as it is asked."""

import json
from collections.abc import Iterable, Iterator

from bench.traps.seen import Sent
from bench.traps.wire import Json, data

_FINISH = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 402: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED"}


class Teller:
    """Tells a chat completion as candidates. A call comes whole, with its arguments as an object."""

    def __init__(self) -> None:
        self._model = ""
        self._calls: dict[object, list[str]] = {}  # name, and the pieces of the arguments
        self._finish: str | None = None
        self._usage: Json | None = None

    def chunk(self, data_: Json) -> Iterator[bytes]:
        """Return the events of one chunk."""
        if "error" in data_:
            yield data(self._error(data_["error"], 500))
            return
        self._model = data_["model"]
        self._usage = data_.get("usage") or self._usage
        for choice in data_["choices"]:
            delta = choice["delta"]
            if "role" in delta:
                yield self._part({"text": ""})
            for call in delta.get("tool_calls", []):
                key = call.get("index", call.get("id"))
                name, pieces = self._calls.setdefault(key, [call["function"].get("name", ""), ""])
                self._calls[key] = [name, pieces + (call["function"]["arguments"] or "")]
            if thought := delta.get("reasoning_content"):
                yield self._part({"text": thought, "thought": True})
            if said := delta.get("content"):
                yield from self._made()
                yield self._part({"text": said})
            self._finish = choice["finish_reason"] or self._finish

    def end(self) -> Iterator[bytes]:
        """Return the last event, where the reply came to its end."""
        if self._finish is None:
            return
        yield from self._made()
        yield data(self._candidate([{"text": ""}], finish=_FINISH[self._finish]))

    def whole(self, data_: Json, status: int) -> tuple[Json, int]:
        """Return a whole reply, or an error."""
        if "choices" not in data_:
            return self._error(data_["error"], status), status
        [choice] = data_["choices"]
        message, self._model, self._usage = choice["message"], data_["model"], data_["usage"]
        parts = [{"text": message["content"]}] if message["content"] else []
        functions = [call["function"] for call in message.get("tool_calls", [])]
        parts += [_call(function["name"], function["arguments"]) for function in functions]
        return self._candidate(parts, finish=_FINISH[choice["finish_reason"]]), status

    def _made(self) -> Iterator[bytes]:
        for name, arguments in self._calls.values():
            yield self._part(_call(name, arguments))
        self._calls.clear()

    def _part(self, part: Json) -> bytes:
        return data(self._candidate([part], finish=None))

    def _candidate(self, parts: list[Json], *, finish: str | None) -> Json:
        candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
        candidate |= {"finishReason": finish} if finish else {}
        known = {"usageMetadata": _usage(self._usage)} if finish and self._usage else {}
        return {"candidates": [candidate], **known, "modelVersion": self._model, "responseId": "r1"}

    def _error(self, error: Json, status: int) -> Json:
        code = status if status >= 400 else error.get("code") or 500
        return {"error": {"code": code, "message": error["message"], "status": _STATUS.get(code, "INTERNAL")}}


def _call(name: str, arguments: str) -> Json:
    return {"functionCall": {"name": name, "args": json.loads(arguments or "{}")}}


def _usage(usage: Json) -> Json:
    given, taken = usage["prompt_tokens"], usage["completion_tokens"]
    cached = usage.get("prompt_tokens_details", {}).get("cached_tokens")
    counts = {"promptTokenCount": given, "candidatesTokenCount": taken, "totalTokenCount": given + taken}
    return counts | ({"cachedContentTokenCount": cached} if cached else {})


# What a request was sent as, in a chat's words

_SETTINGS = {
    "max_output_tokens": "max_completion_tokens",
    "maxOutputTokens": "max_completion_tokens",
    "stop_sequences": "stop",
    "topP": "top_p",
    "thinkingConfig": "reasoning_effort",
}


def chat_of(sent: Sent) -> Json:
    """Return a request's body as a chat completion's; ``stream`` stands in the address."""
    told = dict(sent.json)
    system = told.pop("system_instruction", None) or told.pop("systemInstruction", None)
    messages = [{"role": "system", "content": _text(system["parts"])}] if system else []
    messages += _messages(told.pop("contents"))
    for name, value in told.pop("generationConfig", {}).items():
        told[_SETTINGS.get(name, name)] = value
    declared = [one for tool in told.pop("tools", []) for name in tool for one in tool[name]]
    if declared:
        told["tools"] = [{"type": "function", "function": function} for function in declared]
    if choice := told.pop("toolConfig", None):
        told["tool_choice"] = choice
    told |= {"messages": messages}
    return told | ({"stream": True, "stream_options": {"include_usage": True}} if _STREAM in sent.path else {})


_STREAM = ":streamGenerateContent"


def _messages(contents: Iterable[Json]) -> Iterator[Json]:
    """Yield a chat's messages. Calls have no ids: a response answers the first open call of its name."""
    waiting: list[tuple[str, str]] = []
    number = 0
    for content in contents:
        parts = content["parts"]
        if content["role"] == "model":
            calls = []
            for part in parts:
                if call := part.get("functionCall") or part.get("function_call"):
                    number += 1
                    waiting.append((call["name"], f"call_{number}"))
                    function = {"name": call["name"], "arguments": json.dumps(call.get("args"))}
                    calls.append({"id": f"call_{number}", "type": "function", "function": function})
            message: Json = {"role": "assistant", "content": _text(parts) or None}
            yield message | ({"tool_calls": calls} if calls else {})
            continue
        rest = []
        for part in parts:
            answer = part.get("functionResponse") or part.get("function_response")
            if not answer:
                rest.append(_part(part))
                continue
            found = next((one for one in waiting if one[0] == answer["name"]), ("", "of no call"))
            waiting = [one for one in waiting if one != found]
            said = answer["response"]
            told = said.get("content", said) if isinstance(said, dict) else said
            yield {"role": "tool", "tool_call_id": found[1], "content": told if isinstance(told, str) else str(told)}
        if rest:
            plain = all(part["type"] == "text" for part in rest)
            yield {"role": "user", "content": "\n\n".join(part["text"] for part in rest) if plain else rest}


def _text(parts: Iterable[Json]) -> str:
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


def _part(part: Json) -> Json:
    if image := part.get("inline_data") or part.get("inlineData"):
        kind = image.get("mime_type") or image.get("mimeType")
        return {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{image['data']}"}}
    return {"type": "text", "text": part["text"]} if "text" in part else {"type": "unknown", **part}
