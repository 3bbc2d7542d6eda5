"""The README's generated block, and what of it stays the same from run to run."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
READMES = (README, README.with_name("README.ja.md"))
BEGIN, END = "<!-- demo: begin (make readme) -->\n```text\n", "```\n<!-- demo: end -->"


def demo_block() -> str:
    """Return what the README shows of the demo."""
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def with_block(text: str, block: str) -> str:
    """Return the README's text with this block."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + block + END + rest.partition(END)[2]


def shown(stdout: str) -> str:
    """Return the part of the demo's output that the README shows: the claims that did not hold, the leaderboard."""
    lines = stdout.partition("\nTask by task")[0].rstrip().splitlines()
    return "".join(line.rstrip() + "\n" for line in lines)


def shape(output: str) -> list[str]:
    """Return the words of an output without its figures: times and money differ from run to run."""
    return re.sub(r"[\d.,%$x★☆–─]+|\b(s|m|k|M)\b", " ", shown(output)).split()
