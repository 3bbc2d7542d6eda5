"""Content blocks of Anthropic's, as the parts of a chat message.

``cache_control``, citations and everything else that a part has no place for stay behind.
"""

from dataclasses import dataclass, field

from gha_router.gateway.translate.quirks import Quirks
from gha_router.gateway.translate.reading import an_object, dump, objects, text
from gha_router.gateway.translate.tools import Toolbox
from gha_router.records import Json

NO_OUTPUT = "(no output)"
# Billed to the request by its origin; it changes with every request and would spoil the upstream's prompt cache.
BILLING = "x-anthropic-billing-header:"


@dataclass(slots=True, kw_only=True)
class Parts:
    """Makes parts of blocks, and keeps the tally of what cannot be counted by its bytes or was left out."""

    quirks: Quirks
    tools: Toolbox
    notes: set[str] = field(default_factory=set)
    media: int = 0  # images and files
    media_bytes: int = 0  # of their data, encoded

    def of_user(self, block: Json) -> list[Json]:
        """Return the parts of a block that stands in a user's message."""
        match block.get("type"):
            case "image":
                return [self._image(an_object(block.get("source")))]
            case "document":
                return self._document(block)
        return text_parts(self._said(block))

    def _said(self, block: Json) -> str:
        said = ""
        match block.get("type"):
            case "text":
                said = text(block.get("text"))
            case "search_result":
                said = _search_result(block)
            case "tool_reference":
                said = self._reference(block)
            case "tool_addition" | "tool_removal":
                said = self.tools.change(block)
            case "compaction":
                for change in objects(block.get("tool_changes")):
                    self.tools.change(change)
                said = text(block.get("content"))
            case "browser_state":
                said = dump({key: block[key] for key in ("tabs", "state_changes") if key in block})
            case "thinking" | "redacted_thinking":
                self.notes.add("thinking of other models")
            case kind:
                self.notes.add(f"a block of type {str(kind)[:40]}")
        return said

    def of_result(self, block: Json, elsewhere: str = "") -> tuple[str, list[Json]]:
        """Return a tool result's text, and its parts that are none; the line ``elsewhere`` says where those are."""
        content = block.get("content")
        lines: list[str] = []
        moved: list[Json] = []
        if isinstance(content, str):
            lines.append(content)
        for inner in objects(content):
            for part in self.of_user(inner):
                if part["type"] == "text":
                    lines.append(part["text"])
                else:
                    moved.append(part)
        if moved:
            lines.append(elsewhere)
        said = "\n".join(line for line in lines if line) or NO_OUTPUT
        if block.get("is_error") is True and not said.lower().startswith(("error", "<tool_use_error")):
            said = f"Error: {said}"
        return said, moved

    def _image(self, source: Json) -> Json:
        url = text(source.get("url"))
        if data := text(source.get("data")):
            url = f"data:{text(source.get('media_type')) or 'image/png'};base64,{data}"
        if url and self.quirks.images:
            self._count(url)
            return {"type": "image_url", "image_url": {"url": url}}
        self.notes.add("images")
        why = "this model sees no images" if url else "it is stored with another provider"
        return {"type": "text", "text": f"[an image was here: {why}]"}

    def _document(self, block: Json) -> list[Json]:
        source = an_object(block.get("source"))
        title = text(block.get("title"))
        head = "\n".join(line for line in (title, text(block.get("context"))) if line)
        match source.get("type"):
            case "text":
                return text_parts(f"{head}\n{text(source.get('data'))}" if head else text(source.get("data")))
            case "content":
                inner = source.get("content")
                blocks = [{"type": "text", "text": inner}] if isinstance(inner, str) else objects(inner)
                parts = [part for item in blocks if item.get("type") != "document" for part in self.of_user(item)]
                return text_parts(head) + parts
            case "base64" if self.quirks.files and (data := text(source.get("data"))):
                url = f"data:{text(source.get('media_type')) or 'application/pdf'};base64,{data}"
                self._count(url)
                name = title or "document.pdf"
                return [*text_parts(head), {"type": "file", "file": {"filename": name, "file_data": url}}]
            case "url" if url := text(source.get("url")):
                return text_parts(f"{head}\n[document at {url}]".strip())
        self.notes.add("documents")
        return text_parts(f"{head}\n[a document was here: this model cannot read it]".strip())

    def _count(self, url: str) -> None:
        self.media += 1
        self.media_bytes += len(url)

    def _reference(self, block: Json) -> str:
        name = text(block.get("tool_name"))
        if not name:
            return ""
        self.tools.load(name)
        return f"The tool {self.tools.names.fit(name)} is loaded and can be called now."


def text_parts(said: str) -> list[Json]:
    """Return a text as a part; blank ones are refused by many upstreams, and say nothing."""
    return [{"type": "text", "text": said}] if said.strip() else []


def joined(parts: list[Json]) -> str | list[Json]:
    """Return the parts as plainly as they can be said: many upstreams take text only as a string."""
    if all(part["type"] == "text" for part in parts):
        return "\n\n".join(part["text"] for part in parts)
    return parts


def blocks_of(content: object) -> list[Json]:
    """Return a message's content as blocks."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else objects(content)


def system_text(system: object) -> str:
    """Return the system prompt as one text."""
    said = [text(block.get("text")) for block in blocks_of(system)]
    return "\n\n".join(line for line in said if line.strip() and not line.startswith(BILLING))


def _search_result(block: Json) -> str:
    said = [text(block.get("title")), text(block.get("source"))]
    said += [text(inner.get("text")) for inner in objects(block.get("content"))]
    return "\n".join(line for line in said if line)
