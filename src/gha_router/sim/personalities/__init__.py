"""The simulated models: each module here is one, and its ``PERSONALITY`` says all there is to know of it.

A module with ``PERSONALITIES`` is several that differ by a number.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from types import MappingProxyType

from gha_router.sim.personality import Personality


def _discover() -> Iterator[Personality]:
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        found = import_module(module.name)
        yield from getattr(found, "PERSONALITIES", None) or (found.PERSONALITY,)


PERSONALITIES: Mapping[str, Personality] = MappingProxyType({found.name: found for found in _discover()})

# Simulated: USD a million tokens (input, output).
PRICES: Mapping[str, tuple[Decimal, Decimal]] = MappingProxyType(
    {name: personality.price for name, personality in PERSONALITIES.items()}
)

# The field of the experiment, best first. The others serve tests.
FIVE = ("sim/honest", "sim/slow", "sim/clock-blind", "sim/miscounter", "sim/lazy")

# Each plays the mutation of its place, the first the first.
MUTANTS = tuple(name for name in sorted(PERSONALITIES) if name.startswith("sim/mutant-"))
