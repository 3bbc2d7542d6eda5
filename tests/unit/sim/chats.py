"""The requests of ``scenes`` in OpenAI's dialect, as a faithful translation sends them."""

from typing import Any

from tests.unit.sim.scenes import ENVIRONMENT, REMINDER

Json = dict[str, Any]
AGENT = {"role": "system", "content": "You are a Claude agent."}


def chat(prompt: str, *outputs: str) -> Json:
    """Return the request that follows these tool outputs."""
    messages: list[Json] = [
        AGENT,
        {"role": "user", "content": [part(REMINDER), part(prompt)]},
        {"role": "system", "content": ENVIRONMENT},
    ]
    for number, output in enumerate(outputs):
        messages += [calling(f"call_{number}"), result(f"call_{number}", output)]
    return {
        "model": "sim/honest",
        "max_tokens": 32000,
        "messages": messages,
        "tools": [tool(name) for name in ("Bash", "Edit", "Read", "Write")],
    }


def calling(*ids: str) -> Json:
    """Return a turn of the model that makes calls with these ids."""
    function = {"name": "Bash", "arguments": '{"command":"true"}'}
    calls = [{"id": one, "type": "function", "function": function} for one in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def result(call: str, output: str) -> Json:
    """Return what came back from a call."""
    return {"role": "tool", "tool_call_id": call, "content": output}


def part(words: str) -> Json:
    """Return a text part."""
    return {"type": "text", "text": words}


def tool(name: str) -> Json:
    """Return an offered tool."""
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
