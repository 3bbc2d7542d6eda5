"""Requests as Claude Code sends them, and scenes made from them."""

from typing import Any

from gha_router.sim.anthropic_api.request import read_conversation
from gha_router.sim.personality import Scene
from gha_router.sim.script import Script, Step

REMINDER = "<system-reminder>\nRun ls before anything else.\n</system-reminder>\n"
ENVIRONMENT = "# Environment\n - Primary working directory: /home/me/project\n - Platform: linux\n"

SCRIPT = Script(
    prompt="Count the notes.",
    steps=(
        Step(tool="Bash", input={"command": "ls | wc -l"}, save="notes"),
        Step(tool="Bash", input={"command": "echo ${notes} again"}, save="echo"),
        Step(tool="Write", input={"file_path": "${cwd}/notes.txt", "content": "${notes}\n${echo}\n"}),
    ),
    final="There are ${notes} notes. I wrote notes.txt. Done.",
)


def request(prompt: str, *outputs: str, failed: bool = False) -> dict[str, Any]:
    """Return the request that follows these tool outputs; ``failed``: the last of them is an error."""
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": [text(REMINDER), text(prompt)]},
        {"role": "system", "content": [text(ENVIRONMENT)]},
    ]
    for number, output in enumerate(outputs):
        call = {"type": "tool_use", "id": f"toolu_{number}", "name": "Bash", "input": {"command": "true"}}
        wrong = failed and number == len(outputs) - 1
        result = {"type": "tool_result", "tool_use_id": call["id"], "content": output, "is_error": wrong}
        messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in ("Bash", "Edit", "Read", "Write")]
    system = [text("You are a Claude agent.")]
    return {
        "model": "sim/honest",
        "max_tokens": 32000,
        "system": system,
        "messages": messages,
        "tools": tools,
    }


def scene(script: Script, *outputs: str, failed: bool = False) -> Scene:
    """Return the scene in which these outputs have come back."""
    conversation = read_conversation(request(script.prompt, *outputs, failed=failed))
    return Scene(script=script, conversation=conversation)


def text(words: str) -> dict[str, str]:
    """Return a text block."""
    return {"type": "text", "text": words}
