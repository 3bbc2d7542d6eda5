"""Every link between pages leads to a page, and to a heading that it has."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
FENCE = re.compile(r"^(`{3,}).*?^\1`*$", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The headings as GitHub names them: lower case, blanks to hyphens, other signs gone, repeats counted."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.append(f"{name}-{found.count(name)}" if name in found else name)
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))
    for path, anchor in LINK.findall(text):
        target = (page.parent / path) if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page.parent / path).resolve()
        for page in PAGES
        for path, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if path
    }
    pages = {
        page
        for page in PAGES
        if page.parent.name != "decisions" and page.name not in {"README.md", "CONTRIBUTING.md", "index.md"}
    }
    assert {str(page.relative_to(ROOT)) for page in pages - linked} == set()
