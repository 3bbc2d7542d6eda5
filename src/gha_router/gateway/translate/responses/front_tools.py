"""The tools that a client of Responses offers, as Anthropic's, and the way back.

Functions are functions. A custom tool takes a text, which a grammar may describe (Codex's ``apply_patch``): it becomes
a function of one text. ``local_shell`` becomes a function of its action. A namespace's functions are named with it.
What OpenAI's servers would do themselves is refused, because no other model could.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from gha_router.gateway.translate.front_turns import input_of
from gha_router.gateway.translate.reading import Untranslatable, an_object, digest, dump, objects, text
from gha_router.gateway.translate.responses.format import Item
from gha_router.records import Json

LOCAL_SHELL = "local_shell"
LONGEST = 64  # characters of a name that Anthropic takes
_UNNAMEABLE = re.compile(r"[^a-zA-Z0-9_-]")
_TEXT: Json = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
_SHELL: Json = {
    "type": "object",
    "properties": {
        "command": {"type": "array", "items": {"type": "string"}},
        "working_directory": {"type": "string"},
        "timeout_ms": {"type": "integer"},
        "env": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["command"],
}
_CHOICES = {"auto": "auto", "none": "none", "required": "any"}
_MEND = {
    "web_search": 'no model behind the gateway has it; for Codex write `web_search = "disabled"` in its config.toml',
    "mcp": "name the server in the client's own configuration, which then offers its tools as functions",
}


class Kind(StrEnum):
    """How a tool is called."""

    FUNCTION = "function"
    CUSTOM = "custom"
    SHELL = LOCAL_SHELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool as the client knows it."""

    kind: Kind
    name: str
    namespace: str | None = None

    def item(self, identity: str, call_id: str, asked: Json, arguments: str, status: str) -> Json:
        """Return a call of it as an item; ``arguments`` is ``asked`` as the model wrote it."""
        item: Json = {"type": Item.CALL, "id": identity, "call_id": call_id, "status": status}
        match self.kind:
            case Kind.SHELL:
                return item | {"type": "local_shell_call", "action": _action(asked)}
            case Kind.CUSTOM:
                return item | {"type": Item.CUSTOM_CALL, "name": self.name, "input": text_in(asked, arguments)}
        item |= {"name": self.name, "arguments": arguments}
        return item | ({"namespace": self.namespace} if self.namespace else {})


class Toolbox:
    """What a request offers. Tools that nobody offers are functions of their own names."""

    def __init__(self) -> None:
        self.offered: list[Json] = []
        self._by_name: dict[str, Tool] = {}  # as the model calls it
        self._names: dict[tuple[str | None, str], str] = {}

    def offer(self, tools: object, namespace: str | None = None) -> None:
        """Take tools of a request. Raises ``Untranslatable``."""
        for tool in objects(tools):
            match tool.get("type"):
                case "function":
                    schema = {**an_object(tool.get("parameters")), "type": "object"}
                    self._add(Kind.FUNCTION, tool, schema, namespace)
                case "custom":
                    self._add(Kind.CUSTOM, tool, _TEXT, namespace)
                case "local_shell":
                    described = {"name": LOCAL_SHELL, "description": "Runs a command on the user's machine."}
                    self._add(Kind.SHELL, described, _SHELL, namespace)
                case "namespace":
                    self.offer(tool.get("tools"), text(tool.get("name")) or None)
                case kind:
                    raise _refused(kind)

    def name_of(self, item: Json) -> str:
        """Return the name by which the model knows the tool of a call, or of a choice."""
        kept = text(item.get("namespace")) or None
        said = LOCAL_SHELL if item.get("type") == "local_shell_call" else text(item.get("name"))
        return self._names.get((kept, said)) or (_name(kept, said) if said else "")

    def tool(self, name: str) -> Tool:
        """Return the client's tool that the model calls so."""
        return self._by_name.get(name) or Tool(kind=Kind.FUNCTION, name=name)

    def choice(self, asked: Json) -> Json:
        """Return ``tools`` and ``tool_choice`` of Anthropic's request."""
        chosen = asked.get("tool_choice")
        named = an_object(chosen)
        choice: Json = {}
        offered = self.offered
        if named.get("type") == "allowed_tools":
            allowed = {self.name_of(tool) for tool in objects(named.get("tools"))}
            offered, chosen = [tool for tool in offered if tool["name"] in allowed], named.get("mode")
        if not offered:
            return {}
        if isinstance(chosen, str) and chosen in _CHOICES:
            choice = {"type": _CHOICES[chosen]}
        elif (name := self.name_of(named)) in self._by_name:
            choice = {"type": "tool", "name": name}
        if asked.get("parallel_tool_calls") is False and choice.get("type") != "none":
            choice = {"type": "auto"} | choice | {"disable_parallel_tool_use": True}
        return {"tools": offered, **({"tool_choice": choice} if choice else {})}

    def _add(self, kind: Kind, tool: Json, schema: Json, namespace: str | None) -> None:
        said = text(tool.get("name"))
        if not said:
            raise Untranslatable("a tool has no name")
        name = _name(namespace, said)
        if name in self._by_name:
            return
        self._by_name[name] = Tool(kind=kind, name=said, namespace=namespace)
        self._names[namespace, said] = name
        made: Json = {"name": name, "input_schema": schema}
        if description := "\n\n".join(filter(None, (text(tool.get("description")), _grammar(tool)))):
            made["description"] = description
        self.offered.append(made)


def text_in(asked: Json, arguments: str) -> str:
    """Return the text that a model gave to a custom tool; all that it wrote, where it is not told apart."""
    given = asked.get("input")
    return given if isinstance(given, str) else arguments


def asked_of(item: Json) -> Json:
    """Return what a call in the conversation asked for, as its tool's schema has it."""
    match item.get("type"):
        case Item.CUSTOM_CALL:
            return {"input": text(item.get("input"))}
        case "local_shell_call":
            action = an_object(item.get("action"))
            return {name: value for name, value in action.items() if name in _SHELL["properties"] and value is not None}
    return input_of(item.get("arguments"))


def _action(asked: Json) -> Json:
    command = asked.get("command")
    words = ["bash", "-lc", command] if isinstance(command, str) else command
    return {**asked, "type": "exec", "env": an_object(asked.get("env")), "command": words}


def _grammar(tool: Json) -> str:
    form = an_object(tool.get("format"))
    definition = text(form.get("definition"))
    return f"`input` follows this grammar ({text(form.get('syntax'))}):\n{definition}" if definition else ""


def _name(namespace: str | None, said: str) -> str:
    whole = f"{namespace}__{said}" if namespace else said
    name = _UNNAMEABLE.sub("_", whole)
    return name if name == whole and len(name) <= LONGEST else f"{name[: LONGEST - 9]}_{digest(whole, size=4)}"


def _refused(kind: object) -> Untranslatable:
    said = kind if isinstance(kind, str) else dump(kind)
    mend = next((words for prefix, words in _MEND.items() if said.startswith(prefix)), "declare it as a function")
    return Untranslatable(f"the tool `{said[:40]}`, which OpenAI's servers would run, is not offered here: {mend}")
