"""A hook of MkDocs: links that leave docs/ lead to the repository, as they do on GitHub."""

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)((?:#[^)\s]+)?)\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Return a page's text with the addresses of what is not on the site. MkDocs calls it for each page."""

    def led(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page.file.src_uri), link[1]))
        if path.startswith("docs/") and path.endswith((".md", ".png", ".json")):
            return link[0]
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"]({config.repo_url}/{kind}/main/{path}{link[2]})"

    return LINK.sub(led, markdown)
