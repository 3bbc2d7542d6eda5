"""In which order steps run, and that there is one: by ``needs``, and by the file among those that could run now."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from gha_router.config.document import Document, Trail
from gha_router.config.models import Config
from gha_router.config.steps import Step
from gha_router.config.words import suggest
from gha_router.errors import ConfigError


def needs_of(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """Return which steps each needs: those that it names, or the one above it."""
    above = [(), *((step.id,) for step in steps)]
    return {step.id: above[at] if step.needs is None else step.needs for at, step in enumerate(steps)}


def ordered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps as they run: each after all that it needs, and else as they stand in the file."""
    needs, waiting, done = needs_of(steps), list(steps), dict[str, Step]()
    while waiting:
        ready = next(step for step in waiting if done.keys() >= set(needs[step.id]))
        waiting.remove(ready)
        done[ready.id] = ready
    return tuple(done.values())


def before(step: str, needs: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the steps that have come to their end before this one begins: what it needs, and what that needs."""
    found: set[str] = set()
    pending = [*needs.get(step, ())]
    while pending:
        if (one := pending.pop()) not in found:
            found.add(one)
            pending += needs.get(one, ())
    return frozenset(found)


def bad_steps(config: Config, document: Document) -> Iterator[ConfigError]:
    """Yield what is wrong between the steps of each list: names twice, names of nobody, circles, inputs too early."""
    for section, steps in config.sections():
        ids = [step.id for step in steps]
        yield from _same_ids(steps, section, document)
        unknown = [*_unknown(steps, ids, section, document)]
        yield from unknown
        if not unknown and len(set(ids)) == len(ids):
            yield from _cycle(steps, section, document) or _early(steps, section, document)


def _same_ids(steps: Sequence[Step], section: Trail, document: Document) -> Iterator[ConfigError]:
    seen: set[str] = set()
    for index, step in enumerate(steps):
        at = (*section, index, "id")
        if step.id in seen:
            yield ConfigError(
                f"two steps are called `{document.shown(at, step.id)}`",
                where=document.place(at),
                hint="Give each its own `id`.",
            )
        seen.add(step.id)


def _named(steps: Sequence[Step], section: Trail) -> Iterator[tuple[Step, str, Trail]]:
    """Yield each place where a step names another."""
    for index, step in enumerate(steps):
        for number, name in enumerate(step.needs or ()):
            yield step, name, (*section, index, "needs", number)
        for key, given in step.inputs.items():
            yield step, given.from_, (*section, index, "inputs", key, "from")


def _unknown(steps: Sequence[Step], ids: Sequence[str], section: Trail, document: Document) -> Iterator[ConfigError]:
    for step, name, at in _named(steps, section):
        if name not in ids:
            yield ConfigError(
                f"there is no step `{document.shown(at, name)}`",
                where=document.place(at),
                hint=suggest(name, [one for one in ids if one != step.id]),
            )


def _cycle(steps: Sequence[Step], section: Trail, document: Document) -> list[ConfigError]:
    try:
        TopologicalSorter(needs_of(steps)).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][:0:-1]  # without the repeated node; graphlib lists it backwards
        ids = [step.id for step in steps]
        start = min(range(len(circle)), key=lambda at: ids.index(circle[at]))
        names = [*circle[start:], *circle[:start], circle[start]]
        return [
            ConfigError(
                f"steps need each other: {' -> '.join(names)}",
                where=document.place((*section, ids.index(names[0]), "needs")),
                hint="Take one of them out of `needs`; a step without `needs` needs the one above it.",
            )
        ]
    return []


def _early(steps: Sequence[Step], section: Trail, document: Document) -> list[ConfigError]:
    needs = needs_of(steps)
    return [
        ConfigError(
            f"`{step.id}` takes an input from `{name}` and does not need it: it could run first",
            where=document.place(at),
            hint=f"Add it: `needs: [{', '.join((*needs[step.id], name))}]`.",
        )
        for step, name, at in _named(steps, section)
        if name not in before(step.id, needs)
    ]
