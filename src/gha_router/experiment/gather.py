"""Puts an experiment together from whatever shards arrived.

What is missing or broken is named and counts for no model and against none. A trial that arrived twice, as when a job
was run again, is counted once if it is the same to the byte, else the whole is refused: nobody can tell which is true.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gha_router.errors import Position, UsageError
from gha_router.experiment.acceptance import Votes, add_votes
from gha_router.experiment.collected import BROKEN, CUT, MISSING, WHOLE, Collected, Shard
from gha_router.experiment.header import NAME, Header, read_header
from gha_router.experiment.points import Contradiction, Point, contradictions, point_of
from gha_router.experiment.scan import Line, line_at, lines_of
from gha_router.pipeline.run import ISOLATIONS
from gha_router.records import Trial

TRIALS = "trials.jsonl"
SHOWN = 1000  # contradictions that are kept with their words
Keep = Callable[[bytes, Point, Path], object]


@dataclass
class _Sum:
    """What has been read so far."""

    points: list[Point] = field(default_factory=list)
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)  # trial -> the place of its folder, the line's start
    votes: Votes = field(default_factory=Votes)
    contradictions: list[Contradiction] = field(default_factory=list)
    contradicted: int = 0
    isolations: set[str] = field(default_factory=set)


def gather(folders: Sequence[Path], keep: Keep) -> Collected:
    """Return the experiment whose shards lie in these folders, or one level below them.

    ``keep`` is given each line that counts, in order, with its point and its folder. Raises ``UsageError`` where
    nothing of an experiment is there, where two experiments are, or where two shards tell a trial differently.
    """
    found = sorted(dict.fromkeys(shard for folder in folders for shard in _shards_in(folder)))
    headers, broken = {}, []
    for folder in found:
        try:
            headers[folder] = read_header(folder)
        except UsageError as error:
            broken.append(Shard(name=folder.name, state=BROKEN, why=error.what, folder=str(folder)))
    if not headers:
        raise UsageError(
            f"no part of an experiment in {', '.join(map(str, folders)) or 'no folder'}",
            hint=f"Name folders that hold {NAME}, or whose folders do; `gha-router experiment --out` writes it.",
        )
    first_folder, first = next(iter(headers.items()))
    total = _Sum()
    shards = []
    for place, (folder, header) in enumerate(headers.items()):
        if header.identity != first.identity:
            raise UsageError(
                f"{folder} is of another experiment than {first_folder}: {_difference(first, header)}",
                hint="Put together what was planned together, and compare the two with `gha-router compare`.",
            )
        shards.append(_read(folder, header, total, place, tuple(headers), keep))
    if first.shard is None and len(shards) == 1:
        parts = [shard for shard in (*shards, *broken) if shard.state != WHOLE]
    else:
        parts = [*sorted((*shards, *_missing(headers.values())), key=_order), *broken]
    ends = [header.ended for header in headers.values() if header.ended]
    return Collected(
        suite=first.suite,
        models=tuple(first.models),
        epochs=first.epochs,
        tasks=tuple(first.tasks),
        started_at=min(header.started_at for header in headers.values()),
        wall_s=max((end.wall_s for end in ends), default=0.0),
        ledger_head=ends[0].ledger_head if len(headers) == 1 and ends else None,
        isolation=next((known for known in ISOLATIONS if known in total.isolations), "unknown"),
        points=_ordered(total.points, first),
        contradictions=tuple(total.contradictions),
        contradicted=total.contradicted,
        votes=total.votes,
        tools=first.tools,
        simulated=any(header.simulated for header in headers.values()),
        shards=tuple(parts),
    )


def merged(headers: Iterable[Header]) -> Header:
    """Return the header of shards that were put together."""
    known = list(headers)
    return replace(
        known[0],
        shard=None,
        planned=len(known[0].tasks) * len(known[0].models) * known[0].epochs,
        started_at=min(header.started_at for header in known),
        budget_usd=None,
        ended=None,
    )


def headers_in(folders: Sequence[Path]) -> list[Header]:
    """Return the headers that can be read of all shards in these folders."""
    found = []
    for folder in dict.fromkeys(shard for named in folders for shard in _shards_in(named)):
        try:
            found.append(read_header(folder))
        except UsageError:
            continue
    return found


def _shards_in(folder: Path) -> Iterator[Path]:
    """Yield the folder itself, or the folders in it: as artifacts are downloaded."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", hint="Name where the shards' results are.")
    if (folder / NAME).exists() or (folder / TRIALS).exists():
        yield folder
        return
    yield from (inner for inner in sorted(folder.iterdir()) if inner.is_dir() and not inner.name.startswith("."))


def _read(folder: Path, header: Header, total: _Sum, place: int, folders: Sequence[Path], keep: Keep) -> Shard:
    """Add a shard's trials to the sum."""
    own: set[str] = set()
    faults: list[str] = []
    try:
        for line in lines_of(folder / TRIALS):
            if line.trial is None:
                faults.append(f"{TRIALS}:{line.number}: {line.why}")
            elif (why := _foreign(line.trial, header)) is not None:
                faults.append(f"{TRIALS}:{line.number}: {why}")
            else:
                _add(line, line.trial, total, place, folders, keep)
                own.add(line.trial.id)
    except OSError as error:
        faults.append(f"{TRIALS} cannot be read: {error.strerror}")
    name = header.shard or folder.name
    state = WHOLE if not faults and len(own) >= header.planned else BROKEN if faults and not own else CUT
    if not faults and state is CUT:
        faults = ["it ended early" if header.ended else "it was killed before its end"]
    head = header.ended.ledger_head if header.ended else None
    return Shard(
        name=name,
        state=state,
        trials=len(own),
        planned=header.planned,
        why=", and others: ".join((*faults[:1], *([f"{len(faults) - 1} more"] if faults[1:] else []))),
        folder=str(folder),
        ledger_head=head,
    )


def _foreign(trial: Trial, header: Header) -> str | None:
    if trial.task_id not in header.tasks or trial.model not in header.models or not 1 <= trial.epoch <= header.epochs:
        return f"{trial.id} is no trial of this experiment"
    return None


def _add(line: Line, trial: Trial, total: _Sum, place: int, folders: Sequence[Path], keep: Keep) -> None:
    identity = trial.id
    if identity in total.seen:
        other, start = total.seen[identity]
        if line_at(folders[other] / TRIALS, start) != line.raw:
            raise UsageError(
                f"the trial {identity} is told differently in {folders[other]} and here: nobody can tell which is true",
                where=Position(str(folders[place] / TRIALS), line.number),
                hint="Leave out one of the two folders.",
            )
        return
    total.seen[identity] = (place, line.start)
    point = point_of(trial)
    total.points.append(point)
    add_votes(total.votes, trial.result.attempts)
    total.isolations.update(attempt.isolation for attempt in trial.result.attempts)
    total.contradicted += point.claims[1]
    if point.claims[1] and len(total.contradictions) < SHOWN:
        total.contradictions.extend(contradictions(trial)[: SHOWN - len(total.contradictions)])
    keep(line.raw, point, folders[place])


def _ordered(points: Iterable[Point], header: Header) -> tuple[Point, ...]:
    """Return points as one process would have run them: by epoch, task, model; whatever came first."""
    tasks = {name: place for place, name in enumerate(header.tasks)}
    models = {name: place for place, name in enumerate(header.models)}
    return tuple(sorted(points, key=lambda point: (point.epoch, tasks[point.task_id], models[point.model])))


def _missing(headers: Iterable[Header]) -> Iterator[Shard]:
    """Yield the shards that left nothing; only who knows how many there are can miss one."""
    known = [header.shard for header in headers if header.shard]
    if not known:
        return
    of = max(int(name.partition("/")[2]) for name in known)
    for number in range(1, of + 1):
        if f"{number}/{of}" not in known:
            yield Shard(name=f"{number}/{of}", state=MISSING, why="nothing of it arrived")


def _order(shard: Shard) -> tuple[int, str]:
    number = shard.name.partition("/")[0]
    return (int(number) if number.isdigit() else 0, shard.name)


def _difference(one: Header, other: Header) -> str:
    for what in ("suite", "epochs"):
        if getattr(one, what) != getattr(other, what):
            return f"its {what} is {getattr(other, what)}, not {getattr(one, what)}"
    for what, mine, theirs in (("task", one.tasks, other.tasks), ("model", one.models, other.models)):
        for name in {**mine, **theirs}:
            if mine.get(name) != theirs.get(name):
                return f"the {what} {name!r} is not the same"
    return "they differ"
