"""docs/errors.md: the mistakes as the golden files have them, which a test holds to what the commands say."""

from tests.gallery.mistakes import MISTAKES
from tests.golden import FOLDER

HEAD = """\
# Mistakes, and what is said of them

Made from what the commands print (`make errors-gallery` makes each mistake and prints them all). A message says what is
wrong, where, and what to do; [terminal.md](terminal.md) has the exit codes.
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(_section(name, mistake.title) for name, mistake in MISTAKES.items())


def _section(name: str, title: str) -> str:
    told = (FOLDER / "gallery" / f"{name}.txt").read_text(encoding="utf-8")
    return f"\n## {title}\n\n```text\n{told}```\n"
