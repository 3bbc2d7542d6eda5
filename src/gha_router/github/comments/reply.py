"""What is answered to a comment that was not understood, and to one that asks for help. Markdown.

Words of the comment are neutralised: a reply mentions nobody and starts nothing. They stand in what went wrong only;
the hints are ours, so that what they say can be copied.
"""

from collections.abc import Iterable

from gha_router.github.comments.command import Fault
from gha_router.github.comments.words import Words
from gha_router.report.neutral import code

LISTED = 60  # names of a kind; a configuration may have hundreds

USAGE = """\
```text
/route [<model>|<tier>|tier=N|<task type>] [budget=1.50] [pipeline=NAME] [--] [prompt]
/route help | status | explain | retry | stop
/route approve <sha>
/route experiment suite=classic models=a,b epochs=3
```
"""
EXPLAINED = """\
- One command in a comment, at the beginning of a line. The prompt reaches to the comment's end.
- `budget` is in USD and only lowers what the configuration allows.
- A prompt without a model, tier or task type goes behind `--`, or on the next line.
- `explain` says who would answer the prompt on the lines below it, or the last one, and calls no model.
- `approve` lets work begin on a fork's commit: on this one, and on no later one.
"""


def help_text(words: Words) -> str:
    """Return what can be asked for, with the names that this configuration has."""
    tiers = (f"tier-{number}" for number in words.tiers)
    kinds = (
        ("Models", words.models),
        ("Tiers", tiers),
        ("Task types", words.task_types),
        ("Pipelines", words.pipelines),
        ("Suites", words.suites),
    )
    rows = "".join(f"- {kind}: {listed}\n" for kind, names in kinds if (listed := _listed(names)))
    cap = f"- A run may cost ${words.cap:f}.\n" if words.cap is not None else ""
    return f"{USAGE}\n{EXPLAINED}\n{rows}{cap}"


def error_reply(fault: Fault, words: Words) -> str:
    """Return the answer to a comment that was not understood: what, where, the nearest words; the help is folded."""
    where = f" (line {fault.where.line}, column {fault.where.column})" if fault.where and fault.where.line else ""
    return (
        f"### ❓ Nothing was started\n\n{_with_names(fault.what)}{where}. {fault.hint}\n\n"
        f"<details><summary>What can be asked</summary>\n\n{help_text(words)}\n</details>\n"
    )


def _listed(names: Iterable[str]) -> str:
    all_names = list(names)
    more = f" and {len(all_names) - LISTED} more" if len(all_names) > LISTED else ""
    return ", ".join(code(name) for name in all_names[:LISTED]) + more


def _with_names(text: str) -> str:
    """Return a sentence of ours with words of the comment in backquotes, which are made safe."""
    return "".join(code(part) if index % 2 else part for index, part in enumerate(text.split("`")))
