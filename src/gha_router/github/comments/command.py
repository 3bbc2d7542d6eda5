"""What was understood of a comment."""

from dataclasses import dataclass
from decimal import Decimal

from gha_router.errors import Position
from gha_router.github.comments.words import Activity
from gha_router.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who is to answer: exactly one is set."""

    model: str | None = None
    tier: int | None = None
    task_type: str | None = None

    def __str__(self) -> str:
        """Return it as a configuration writes it."""
        return self.model or self.task_type or f"tier-{self.tier}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """The experiment that is asked for."""

    suite: str
    models: tuple[str, ...]
    epochs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a comment was not understood. Names stand in backquotes; words of the comment in ``what`` only."""

    what: str
    where: Position | None
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. What it does not say is ``None``; the prompt is empty then.

    ``sha``: the commit that is approved, in full. ``prompt`` is what was written, to the byte, without blank lines
    around it.
    """

    activity: Activity
    target: Target | None = None
    budget_usd: Decimal | None = None
    pipeline: str | None = None
    prompt: str = ""
    sha: str | None = None
    trials: Trials | None = None
    fault: Fault | None = None

    def as_json(self) -> Json:
        """Return what ``parse-comment`` prints."""
        found: Json = {
            "activity": self.activity.value,
            "target": str(self.target) if self.target else None,
            "options": dict(self._options()),
            "prompt": self.prompt,
        }
        if self.fault:
            where = str(self.fault.where) if self.fault.where else None
            found["error"] = {"what": self.fault.what, "where": where, "hint": self.fault.hint}
        return found

    def _options(self) -> Json:
        trials = self.trials
        experiment = {"suite": trials.suite, "models": list(trials.models), "epochs": trials.epochs} if trials else {}
        given = {"budget": self.budget_usd, "pipeline": self.pipeline, "sha": self.sha}
        return {name: str(value) for name, value in given.items() if value is not None} | experiment
