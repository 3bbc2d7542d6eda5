"""Tools: which are offered to the upstream's model, under which names, and which it must call.

Claude Code defers tools (``defer_loading``): their definitions are in the request, but a model sees one only after
``ToolSearch`` has answered with a ``tool_reference`` to it, or a system message with a ``tool_addition``. Other models
have no such memory, so the same is worked out from the conversation. ``DeferredToolPlaceholder`` is never offered.
"""

import re
from dataclasses import dataclass, field

from gha_router.gateway.translate import schemas
from gha_router.gateway.translate.quirks import Quirks
from gha_router.gateway.translate.reading import Untranslatable, an_object, digest, objects, text
from gha_router.records import Json

PLACEHOLDER = "DeferredToolPlaceholder"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # OpenAI, "function.name"
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST = 64
_DIGEST = 4  # bytes

# Anthropic's own tools, by the start of their type. None: the model does as well without it.
_SERVER_TOOLS: tuple[tuple[str, str | None], ...] = (
    ("web_search", "this model cannot search the web; use a Claude model for it, or a search tool of your own (MCP)"),
    (
        "web_fetch",
        "this model cannot fetch web pages by itself; use a Claude model for it, or a tool of your own (MCP)",
    ),
    ("code_execution", "this model has no place to run code; use a Claude model for it, or a tool of your own"),
    ("mcp_toolset", "this model cannot call MCP servers by itself; connect them to the client, or use a Claude model"),
    ("tool_search_tool", None),
    ("advisor", None),
)


class Names:
    """Tool names as the upstream takes them: one that it would refuse is shortened, and known again in the reply."""

    def __init__(self) -> None:
        self.originals: dict[str, str] = {}  # only of those that were changed

    def fit(self, name: str) -> str:
        """Return the name to use for a tool towards the upstream."""
        if _NAME.fullmatch(name):
            return name
        end = "_" + digest(name, size=_DIGEST)
        short = _UNFIT.sub("_", name)[: _LONGEST - len(end)] + end
        self.originals[short] = name
        return short


@dataclass(slots=True, kw_only=True)
class Toolbox:
    """What the conversation says about tools: collected as it is read, asked when it has been."""

    names: Names
    loaded: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    defined: dict[str, Json] = field(default_factory=dict)  # in the conversation itself

    def load(self, name: str) -> None:
        """Take note that from here on the model knows a deferred tool."""
        self.loaded.add(name)
        self.removed.discard(name)

    def change(self, block: Json) -> str:
        """Take a ``tool_addition`` or ``tool_removal`` block; return a line for the model."""
        tool = an_object(block.get("tool"))
        definition = an_object(tool.get("definition"))
        name = text(tool.get("name")) or text(tool.get("tool_name")) or text(definition.get("name"))
        if not name:
            return ""
        if block.get("type") == "tool_removal":
            self.removed.add(name)
            return f"The tool {self.names.fit(name)} is no longer available."
        if definition:
            self.defined[name] = definition
        self.load(name)
        return f"The tool {self.names.fit(name)} is available now."

    def offered(self, declared: object, quirks: Quirks, notes: set[str]) -> list[Json]:
        """Return the tools to offer, as functions. Raises ``Untranslatable`` for those that the model cannot have."""
        tools = objects(declared)
        search = any(text(tool.get("type")).startswith("tool_search_tool") for tool in tools)
        functions: dict[str, Json] = {}
        for tool in [*tools, *self.defined.values()]:
            name = text(tool.get("name"))
            if not _is_ordinary(tool):
                _server_tool(tool, notes)
            elif not name or name == PLACEHOLDER or name in self.removed:
                continue
            elif tool.get("defer_loading") is True and name not in self.loaded and not search:
                notes.add("deferred tools that were not loaded")
            else:
                functions.setdefault(name, self._function(tool, quirks))
        if functions and not quirks.tools:
            raise Untranslatable("this model cannot call tools; choose one that can for work that needs them")
        return list(functions.values())

    def _function(self, tool: Json, quirks: Quirks) -> Json:
        schema = tool.get("input_schema")
        function: Json = {"name": self.names.fit(text(tool.get("name")))}
        if description := text(tool.get("description")):
            function["description"] = description
        function["parameters"] = schemas.parameters(schema, gemini=quirks.gemini_schemas)
        if tool.get("strict") is True and not quirks.gemini_schemas and schemas.is_strict(schema):
            function["strict"] = True
        return {"type": "function", "function": function}


def _is_ordinary(tool: Json) -> bool:
    return tool.get("type") in (None, "custom")


def _server_tool(tool: Json, notes: set[str]) -> None:
    kind = text(tool.get("type")) or "a tool of an unknown type"
    for start, refusal in _SERVER_TOOLS:
        if kind.startswith(start):
            if refusal:
                raise Untranslatable(refusal)
            notes.add(f"the tool {kind}")
            return
    raise Untranslatable(
        f"this model does not know Anthropic's tool {kind[:80]}; declare it with a name and an input_schema, or "
        "use a Claude model"
    )


def choice_of(asked: object, offered: list[Json], names: Names, quirks: Quirks, notes: set[str]) -> Json:
    """Return the fields that say which tool is to be called; empty when no tool is offered."""
    choice = an_object(asked)
    fields: Json = {}
    if not offered or not choice:
        return fields
    if choice.get("disable_parallel_tool_use") is True:
        if quirks.parallel_tool_calls:
            fields["parallel_tool_calls"] = False
        else:
            notes.add("disable_parallel_tool_use")
    match choice.get("type"):
        case "any":
            fields["tool_choice"] = "required"
        case "none":
            fields["tool_choice"] = "none"
        case "tool":
            name = names.fit(text(choice.get("name")))
            if any(tool["function"]["name"] == name for tool in offered):
                fields["tool_choice"] = {"type": "function", "function": {"name": name}}
            else:
                notes.add("tool_choice of a tool that is not offered")
    return fields
