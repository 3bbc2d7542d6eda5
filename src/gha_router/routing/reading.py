"""What a prompt asks for by its words and by the files that it names.

Without the configuration, which the gateway does not load.
"""

import re

from gha_router.routing.task import DEFAULT, Reading, read_task

MANY_FILES = 12  # named in a prompt: no small piece of work any more
READ = 20_000  # characters
LARGE_KINDS = frozenset({"refactor", "implement", "quick_fix", DEFAULT})
_FILE = re.compile(
    # A dotted name alone (`self.argv`, `e.g`) is no file, and a path from the root is a trace's.
    r"(?<![\w/.-])(?!/)[\w./-]{1,120}\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|ipynb|go|rs|java|kts?|scala|[ch](?:c|pp)?|cs|rb|php|"
    r"swift|dart|exs?|lua|sh|ps1|sql|proto|tf|html?|s?css|md|rst|txt|csv|ya?ml|toml|json|xml|ini|cfg|conf|lock)(?![\w/])"
)
_FENCED = re.compile(r"^[ \t]{0,3}```.*?(?:^[ \t]{0,3}```|\Z)", re.DOTALL | re.MULTILINE)
_TRACE = re.compile(r'^\s{0,20}(?:File "|at )[^\n]*', re.MULTILINE)


def read(prompt: str) -> Reading:
    """Return the kind of work that a prompt asks for; many files named in it make it a large one.

    Files in pasted code and traces are named by a program, and say nothing of the work's size.
    """
    reading = read_task(prompt)
    if reading.task_type in LARGE_KINDS and (files := _files(prompt[:READ])) >= MANY_FILES:
        return Reading(task_type="agentic_large", why=f"it names {files} files", margin=reading.margin)
    return reading


def _files(text: str) -> int:
    return len(set(_FILE.findall(_TRACE.sub("", _FENCED.sub("", text)))))
