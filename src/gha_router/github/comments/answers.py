"""What is answered to a comment that asks something: markdown, in which every word that is not ours is neutralised."""

from collections.abc import Mapping
from typing import Any

from gha_router.errors import GhaRouterError
from gha_router.github.api import WorkflowRun
from gha_router.github.comments.command import Command, Fault
from gha_router.github.report.marker import Marker
from gha_router.report import format as fmt
from gha_router.report.markdown import line_of
from gha_router.report.neutral import code, sentence
from gha_router.report.origin import Origin, run_link
from gha_router.report.view import Word

NO_RUN = "Nothing was run here so far, or no report of it is left.\n"
NOTHING_TO_REPEAT = Fault(
    what="nothing was asked here before that could be repeated",
    where=None,
    hint="Say what is to be done: `/route opus Fix the failing test`. Comments that were edited since do not count.",
)
NOTHING_TO_RUN = Fault(
    what="nobody says what is to be done",
    where=None,
    hint="Write it behind a model, or behind `--`; the configuration has no `steps` that could be run without.",
)
NOTHING_TO_EXPLAIN = Fault(
    what="there is no prompt to explain",
    where=None,
    hint="Write it on the lines below `/route explain`.",
)
PIPELINE_ALONE = Fault(
    what="a pipeline is named together with a prompt, a model, a tier or a task type",
    where=None,
    hint="A pipeline's steps say what is done and who answers: `/route pipeline=NAME`, perhaps with `budget`.",
)


def status(marker: Marker | None, now: WorkflowRun | None, where: Origin) -> str:
    """Return how far the last run is. ``now``: what GitHub says of it, ``None`` when it does not say."""
    if marker is None:
        return NO_RUN
    run = line_of((Word(text=f"Run {marker.run}", url=run_link(where)),))
    if found := marker.now:
        parts = (
            f"{fmt.WORDS[found.verdict].lower()}: {found.verified} of {fmt.plural(found.steps, 'step')}",
            fmt.money(found.cost_usd),
            fmt.duration(found.seconds),
        )
        return f"{run} has ended, {sentence(fmt.joined(parts))}.\n"
    if now is None:
        return f"{run} has begun. What became of it is not known: the job needs {code('actions: read')} to ask.\n"
    if now.status == "completed":
        return f"{run} has ended ({sentence(now.conclusion or '?')}) and left no report.\n"
    return f"{run} goes on ({sentence(now.status)}).\n"


def explained(found: Mapping[str, Any], prompt: str) -> str:
    """Return who would answer a prompt and why, from what ``route`` says; no model was asked."""
    deployments = ", then ".join(code(one) for one in found["deployments"])
    rows = [
        ("Task type", code(found["task_type"]) if found["task_type"] else "not read: somebody named who answers"),
        ("Model", f"{code(found['model'])}: {deployments}"),
        ("Tier", "none" if found["tier"] is None else str(found["tier"])),
        ("Price", sentence(found["price_text"])),
        ("Why", sentence(found["reason"])),
        *(
            ("Cheaper, and passed over" if not index else "", sentence(line))
            for index, line in enumerate(found["rejected"])
        ),
    ]
    listed = "\n".join(f"- {f'**{name}:** ' if name else ''}{text}" for name, text in rows)
    return f"### 🧭 Who would answer\n\n> {sentence(prompt)}\n\n{listed}\n\nNo model was asked.\n"


def stopping(run: int, where: Origin) -> str:
    """Return that a run was told to stop."""
    link = line_of((Word(text=f"Run {run}", url=run_link(where)),))
    return f"{link} was told to stop. What it has cost so far will stand in its report.\n"


def nothing_to_stop() -> str:
    """Return that no run goes on."""
    return "No run goes on here.\n"


def broken(error: GhaRouterError) -> str:
    """Return why what was asked for did not come about."""
    hint = f" {_with_names(error.hint)}" if error.hint else ""
    return f"### ⚠️ Nothing was done\n\n{_with_names(error.what[:1].upper() + error.what[1:])}.{hint}\n"


def fault_of(command: Command, *, has_steps: bool) -> Fault | None:
    """Return what is wrong with a whole command that only the configuration and the page show."""
    if command.pipeline and (command.prompt or command.target):
        return PIPELINE_ALONE
    if not command.prompt and not command.pipeline and not has_steps:
        return NOTHING_TO_RUN
    return None


def _with_names(text: str) -> str:
    """Return an error's words on one line, with what stands in backquotes as names."""
    return line_of(tuple(Word(text=part, code=index % 2 == 1) for index, part in enumerate(text.split("`"))))
