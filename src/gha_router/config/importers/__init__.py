"""Configurations of other programs: LiteLLM's and claude-code-router's, recognised by what is in them.

What has an equal here becomes an entry of ours at the same place of the file, so that errors still point there. What
has none is listed in ``Imported.left``, never dropped in silence. Nothing of an imported file is ever run.
"""

import re
from pathlib import Path

from gha_router.config.importers.draft import Imported, Kind, Note
from gha_router.config.importers.write import Written, written
from gha_router.config.reading import read_document

__all__ = ["MAGIC", "Imported", "Kind", "Note", "Written", "from_database", "from_text", "recognised", "written"]

MAGIC = b"SQLite format 3\0"  # how a database begins
_PYTHON = re.compile(r"^(?:import|from)\s+\w|^\w+\s*=\s*[\[(\w]|^\w+\s*:[\w\[\], .]+=\s*\[", re.MULTILINE)
_LITELLM = re.compile(r"""^["']?(?:model_list|litellm_settings|general_settings)["']?\s*:""", re.MULTILINE)
_JSON_START = re.compile(r"\ufeff?(?:\s|//[^\n]*\n|(?>/\*.*?\*/))*+\{", re.DOTALL)
_JSON_LITELLM = re.compile(r'"model_list"\s*:\s*\[')
_CCR = re.compile(r"""["']?\b(?:Providers|providers|Router|routerConfig|fallbackChain)["']?\s*:\s*[\[{]""")


def recognised(text: str) -> Kind | None:
    """Return whose configuration a text is, ``None`` for one of ours or of nobody's."""
    if _JSON_START.match(text):
        if _JSON_LITELLM.search(text):
            return Kind.LITELLM
        return Kind.CCR if _ccr(text) else None
    if _LITELLM.search(text) or _is_python(text):
        return Kind.LITELLM
    return None


def from_text(text: str, kind: Kind, *, name: str) -> Imported:
    """Return what a text says, read as this kind of configuration. Raises ``ConfigError``."""
    from gha_router.config.importers.jsonish import read_json  # noqa: PLC0415  most configurations are ours

    if kind is Kind.CCR:
        from gha_router.config.importers.ccr import import_ccr  # noqa: PLC0415

        return import_ccr(read_json(text, name=name))
    from gha_router.config.importers.litellm import import_litellm  # noqa: PLC0415

    if _is_python(text):
        from gha_router.config.importers.python_list import read_python  # noqa: PLC0415

        file = read_python(text, name=name)
        return import_litellm(file.document, left=file.left)
    if _JSON_START.match(text):
        return import_litellm(read_json(text, name=name))
    return import_litellm(read_document(text, name=name, typed=lambda _trail: False))


def from_database(path: Path) -> Imported:
    """Return what the database of claude-code-router's version 3 says. Raises ``ConfigError``."""
    from gha_router.config.importers.ccr import import_ccr  # noqa: PLC0415
    from gha_router.config.importers.ccr_sqlite import read_database  # noqa: PLC0415

    return import_ccr(read_database(path))


def _ccr(text: str) -> bool:
    """Our own file may be written in braces, too: its ``providers`` are a mapping, theirs a list."""
    return any(
        not found[0].lstrip("\"'").startswith("providers") or found[0].endswith("[") for found in _CCR.finditer(text)
    )


def _is_python(text: str) -> bool:
    return "model_name" in text and _PYTHON.search(text) is not None and not _LITELLM.search(text)
