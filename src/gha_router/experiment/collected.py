"""An experiment as tables need it: a point a trial, in whatever way the trials came together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gha_router.experiment.acceptance import Acceptor, Votes, acceptors, attempts_of, votes_of
from gha_router.experiment.points import Contradiction, Point, contradictions, points_of
from gha_router.records import ExperimentResult

WHOLE, CUT, BROKEN, MISSING = "whole", "cut short", "broken", "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A part of an experiment. ``state``: one of ``WHOLE``, ``CUT``, ``BROKEN``, ``MISSING``."""

    name: str  # "3/6", or the folder that it lay in
    state: str
    trials: int = 0
    planned: int | None = None
    why: str = ""
    folder: str | None = None
    ledger_head: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """All trials of an experiment, small. ``contradictions`` are the first ones, ``contradicted`` counts all."""

    suite: str
    models: tuple[str, ...]
    epochs: int
    tasks: tuple[str, ...]
    started_at: str
    wall_s: float
    ledger_head: str | None
    isolation: str
    points: tuple[Point, ...]
    contradictions: tuple[Contradiction, ...]
    contradicted: int
    votes: Votes
    tools: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    shards: tuple[Shard, ...] = ()  # empty: it ran in one piece
    shard: str | None = None  # it is itself a part: "3/6"
    shard_trials: int | None = None  # how many are planned for that part

    @property
    def acceptance(self) -> tuple[Acceptor, ...]:
        """Return who may be believed, and how far."""
        return acceptors(self.votes)

    @property
    def lost(self) -> tuple[Shard, ...]:
        """Return the shards of which something is missing."""
        return tuple(shard for shard in self.shards if shard.state != WHOLE)


def collected(result: ExperimentResult | Collected) -> Collected:
    """Return an experiment that ran in one piece in the same form as one that was put together."""
    if isinstance(result, Collected):
        return result
    found = tuple(one for trial in result.trials for one in contradictions(trial))
    return Collected(
        suite=result.suite,
        models=result.models,
        epochs=result.epochs,
        tasks=result.tasks,
        started_at=result.started_at,
        wall_s=result.wall_s,
        ledger_head=result.ledger_head,
        isolation=result.isolation,
        points=points_of(result),
        contradictions=found,
        contradicted=len(found),
        votes=votes_of(attempts_of(result.trials)),
        tools=result.tools,
        simulated=result.simulated,
        shard=result.shard,
        shard_trials=result.shard_trials,
    )
