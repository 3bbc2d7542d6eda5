"""Fallbacks that lead back to where they began, which LiteLLM allows and we refuse: told without a circle.

``a: [b], b: [a]`` says that each stands in for the other. Our fallbacks are walked on from model to model, so the
second ``a`` becomes a's own deployments, which are asked and lead nowhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """Fallbacks without a circle."""

    fallbacks: Mapping[str, list[tuple[str, str]]]  # each with the name that it stands for
    cut: Sequence[tuple[str, str]]  # (of whom, whom) could not be told


def without_circles(fallbacks: Mapping[str, Sequence[str]], deployments: Mapping[str, Sequence[str]]) -> Straight:
    """Return the fallbacks with each step back replaced by the deployments of the model that it leads back to."""
    back = set(_steps_back(fallbacks))
    made: dict[str, list[tuple[str, str]]] = {}
    cut: list[tuple[str, str]] = []
    for name, others in fallbacks.items():
        own = set(deployments.get(name, ()))
        chain: dict[str, str] = {}
        for other in others:
            if (name, other) not in back:
                chain.setdefault(other, other)
                continue
            ways = [one for one in deployments.get(other, ()) if one not in fallbacks and one not in own]
            for one in ways:
                chain.setdefault(one, other)
            if not ways:
                cut.append((name, other))
        if chain:
            made[name] = list(chain.items())
    return Straight(fallbacks=made, cut=cut)


def _steps_back(fallbacks: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield each step to a model on whose way we are: a depth-first walk that does not recurse."""
    done: set[str] = set()
    for start in fallbacks:
        way = {start: iter(fallbacks[start])} if start not in done else {}
        while way:
            name, others = next(reversed(way.items()))
            for other in others:
                if other in way:
                    yield name, other
                elif other not in done and other in fallbacks:
                    way[other] = iter(fallbacks[other])
                    break
            else:
                way.popitem()
                done.add(name)
