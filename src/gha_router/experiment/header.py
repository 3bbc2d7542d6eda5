"""``experiment.json``: what an output folder's trials belong to, written before the first of them begins.

It names every task and model with a digest, so that trials are put together, or gone on with, only where they are of
the same experiment. ``ended`` is there once all trials of the folder have been run: without it somebody was killed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from gha_router.config import Config
from gha_router.errors import Position, UsageError
from gha_router.experiment.task import Task
from gha_router.experiment.task import digest as task_digest
from gha_router.records import AgentKind, Decision, Json, dumps, from_json, to_json
from gha_router.routing import deployments_of

NAME = "experiment.json"
SCHEMA = "gha-router/experiment/1"
SECRET = ("api_key", "credentials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What is known only at the end. ``wall_s``: of all lives of the folder."""

    wall_s: float
    ledger_head: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """An experiment, and which part of it is here. ``tasks`` and ``models``: name -> digest, in order."""

    schema: str
    suite: str
    tasks: Mapping[str, str]
    models: Mapping[str, str]
    epochs: int
    started_at: str
    planned: int  # trials of this folder
    shard: str | None = None  # "3/6"; None: the whole experiment
    budget_usd: Decimal | None = None  # of this folder
    simulated: bool = False
    tools: Mapping[str, str] = field(default_factory=dict)
    ended: Ended | None = None

    @property
    def identity(self) -> str:
        """Return a digest of what makes trials belong together: suite, tasks, models, epochs."""
        whole = [self.suite, list(self.tasks.items()), list(self.models.items()), self.epochs]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()

    def write(self, out: Path) -> None:
        """Write it into an output folder, whole or not at all."""
        temporary = out / f".{NAME}.new"
        temporary.write_text(dumps(self) + "\n", encoding="utf-8")
        temporary.replace(out / NAME)


def read_header(out: Path) -> Header:
    """Return an output folder's header. Raises ``UsageError`` where there is none, or none of ours."""
    file = out / NAME
    hint = "Name a folder that `gha-router experiment` was given with --out."
    try:
        found = from_json(Header, json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}", where=Position(str(file)), hint=hint) from None
    except (ValidationError, ValueError, RecursionError):
        raise UsageError("it is no header of an experiment", where=Position(str(file)), hint=hint) from None
    if found.schema != SCHEMA:
        raise UsageError(f"its schema is {found.schema!r}, not {SCHEMA}", where=Position(str(file)), hint=hint)
    return found


def task_digests(tasks: Iterable[Task]) -> dict[str, str]:
    """Return the digest of each task's files."""
    return {task.id: task_digest(task.folder) for task in tasks}


def model_digests(config: Config, models: Mapping[str, Decision]) -> dict[str, str]:
    """Return a digest of each model: who answers, where, and with which settings; no key is in it."""
    return {name: _model_digest(config, decision) for name, decision in models.items()}


def refuse_other(known: Header, now: Header) -> None:
    """Raise ``UsageError`` naming what is not as it was when these trials were begun."""
    for what, before, after in (("task", known.tasks, now.tasks), ("model", known.models, now.models)):
        for name in {**before, **after}:
            if before.get(name) != after.get(name):
                state = "changed" if name in before and name in after else "new" if name in after else "gone"
                raise UsageError(
                    f"the {what} {name!r} is {state} since these trials were begun: they are of another experiment",
                    hint="Put it back as it was, or begin anew in another --out.",
                )
    for what, one, other in (
        ("suite", known.suite, now.suite),
        ("number of epochs", known.epochs, now.epochs),
        ("shard", known.shard, now.shard),
    ):
        if one != other:
            raise UsageError(
                f"the {what} is {other}, and these trials were begun with {one}",
                hint="Ask for the same, or begin anew in another --out.",
            )


def ended(header: Header, *, wall_s: float, ledger_head: str | None) -> Header:
    """Return the header of a folder whose trials have all been run."""
    return replace(header, ended=Ended(wall_s=wall_s, ledger_head=ledger_head))


def _model_digest(config: Config, decision: Decision) -> str:
    # Trials by another agent are of another experiment; Claude Code's are as they always were.
    whole: list[Json] = [] if config.agent is AgentKind.CLAUDE else [{"agent": str(config.agent)}]
    for deployment in deployments_of(config, decision):
        provider = config.provider(deployment.provider)
        plain = provider.model_dump(mode="json", exclude=set(SECRET)) if provider else None
        whole.append({"deployment": deployment.model_dump(mode="json"), "provider": plain})
    return hashlib.sha256(json.dumps(to_json(whole), sort_keys=True).encode()).hexdigest()
