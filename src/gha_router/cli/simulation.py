"""The simulated models, where somebody asks for them."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from gha_router.config import Config
from gha_router.pipeline.setup import needs_simulation
from gha_router.records import Decision


@asynccontextmanager
async def simulation(
    config: Config, decisions: Mapping[str, Decision], suites: tuple[Path, ...]
) -> AsyncIterator[str | None]:
    """Yield the address of the simulated models, ``None`` when nobody asks for them.

    They know the tasks of these suites, or, when none is named, of `classic`.
    """
    if not needs_simulation(config, decisions.values()):
        yield None
        return
    from gha_router.sim import Simulation, load_scripts  # noqa: PLC0415  a gateway for real models needs none

    async with Simulation(load_scripts(suites or own_suites())) as sim:
        yield sim.url


def own_suites() -> tuple[Path, ...]:
    """Return the suite that simulated models always know; none where only root may read it, as in the image.

    One, because every start would have to read the scripts of all the others.
    """
    from gha_router.experiment.task import SUITES  # noqa: PLC0415

    if not os.access(SUITES, os.R_OK | os.X_OK):
        return ()
    return (SUITES / "classic",)
